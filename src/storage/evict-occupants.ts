/* Who leaves a place of which it is known at each moment what everybody holds: nobody looks at all that is there. */
import {
  type Eviction,
  evictingOf,
  type Holder,
  isOver,
  type Occupant,
  type Room,
} from './eviction.ts'
import type { Held, Occupants } from './occupants.ts'

const NOTHING = { items: 0, bytes: 0, occupants: [] }

/**
 * As `evict` says, for a whole place. It looks at what it asks about and at what is replaced, and at no other occupant.
 * @param newcomers `replaced`: what has left once they are there; `mayLeave` is asked of one after the other, and of as few as will
 *   do: it may put what must stay behind all others
 * @returns who leaves; `undefined` if there is no room all the same
 */
export async function evictOccupants<O extends Occupant>(
  here: Pick<Occupants<O>, 'holders' | 'roomWith'>,
  newcomers: {
    readonly own: string
    readonly coming: readonly O[]
    readonly replaced: readonly O[]
    readonly mayLeave: (occupant: O) => Promise<boolean>
  },
  bounds: Room,
): Promise<Eviction<O>['leaving'] | undefined> {
  const { own, coming, replaced, mayLeave } = newcomers
  const left = { ...here.roomWith(coming) }
  if (!isOver(left, bounds)) return []
  const given = new Set(replaced)
  const changed = new Map<string, Holder<O>>()
  const of = (address: string): Holder<O> => {
    const known = changed.get(address)
    if (known !== undefined) return known
    const holder = holderOf(here.holders().get(address) ?? NOTHING, given)
    changed.set(address, holder)
    return holder
  }
  for (const { address, size } of replaced) change(of(address), -1, -size)
  for (const { address, size } of coming) change(of(address), 1, size)
  const first = new Set(coming.map(({ address }) => address))
  function* all(): Generator<readonly [string, Room & Pick<Holder<O>, 'hasNext'>]> {
    for (const address of first) yield [address, of(address)]
    for (const [address, { items, bytes }] of here.holders())
      if (!first.has(address))
        yield [address, changed.get(address) ?? { items, bytes, hasNext: always }]
  }
  const asking = evictingOf({ left, of, all }, own, bounds)
  let step = asking.next()
  while (step.done !== true) step = asking.next(await mayLeave(step.value))
  return step.value
}

/** Nobody holds nothing, and of these nothing was given. */
const always = (): boolean => true

function change(holder: Holder<unknown>, items: number, bytes: number): void {
  holder.items += items
  holder.bytes += bytes
}

/** @param given what does not leave, or was given already: what must stay can come again behind all others */
function holderOf<O>({ items, bytes, occupants }: Held<O>, given: Set<O>): Holder<O> {
  const rest: Iterator<O, unknown> = occupants[Symbol.iterator]()
  let ahead: O | undefined
  const hasNext = (): boolean => {
    while (ahead === undefined) {
      const step = rest.next()
      if (step.done === true) return false
      if (!given.has(step.value)) ahead = step.value
    }
    return true
  }
  return {
    items,
    bytes,
    hasNext,
    next: () => {
      if (!hasNext() || ahead === undefined) return undefined
      const one = ahead
      ahead = undefined
      given.add(one)
      return one
    },
  }
}
