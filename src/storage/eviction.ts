/* Who leaves a bounded place in which everybody may put something: one rule for all of them. */
import { heavierThan, type Holding, prefixOf } from '../base/address-share.ts'

/** What takes room. */
export interface Occupant {
  /** Whose share of the place it takes. */
  readonly address: string
  /** In bytes. */
  readonly size: number
}

export interface Room {
  readonly items: number
  readonly bytes: number
}

export interface Bounds extends Room {
  /** One address can hold one part in so many, one prefix too; where nothing is said, all of the place. */
  readonly addressParts?: number
  readonly prefixParts?: number
}

export interface Newcomers {
  /** Who puts something here. What comes takes the share of another where it replaces what that one has put. */
  readonly own: string
  readonly coming: readonly Occupant[]
}

export interface Eviction<O> {
  readonly leaving: readonly O[]
  /** Where there is no room all the same: the bounds that are exceeded, and who was within them, oldest first. */
  readonly full?: { readonly bounds: Room; readonly there: readonly O[] }
}

/**
 * What leaves so that newcomers fit: where their address, their prefix or the place is full, the oldest of whoever holds most there
 * (see {@link heavierThan}), by items or by bytes, whichever is scarcer; and where nobody holds more than `own` would, the oldest of
 * its own. So nobody pushes out what others have put, unless these hold more.
 * @param there oldest first, without what the newcomers replace
 */
export function evict<O extends Occupant>(
  there: readonly O[],
  newcomers: Newcomers & {
    /** What may not, weighs all the same. */
    readonly mayLeave?: (occupant: O) => boolean
  },
  bounds: Bounds,
): Eviction<O> {
  const asking = evicting(there, newcomers, bounds)
  let step = asking.next()
  while (step.done !== true) step = asking.next(newcomers.mayLeave?.(step.value) ?? true)
  return step.value
}

/** Asks of each whether it may leave. */
export type Asking<O, R> = Generator<O, R, boolean>

function* evicting<O extends Occupant>(
  there: readonly O[],
  { own, coming }: Newcomers,
  { items, bytes, addressParts, prefixParts }: Bounds,
): Asking<O, Eviction<O>> {
  const prefix = prefixOf(own)
  const scopes: readonly (readonly [number | undefined, (one: Occupant) => boolean])[] = [
    [addressParts, ({ address }) => address === own],
    [prefixParts, ({ address }) => prefixOf(address) === prefix],
    [1, () => true],
  ]
  const leaving = new Set<O>()
  for (const [parts, holds] of scopes) {
    if (parts === undefined) continue
    const bounds = { items: items / parts, bytes: bytes / parts }
    const rest = there.filter((one) => !leaving.has(one) && holds(one))
    const gone = yield* evictingWithin(bounds, { own, coming: coming.filter(holds) }, rest)
    if (gone === undefined) return { leaving: [...leaving], full: { bounds, there: rest } }
    for (const one of gone) leaving.add(one)
  }
  return { leaving: [...leaving] }
}

export function isOver(held: Room, bounds: Room): boolean {
  return held.items > bounds.items || held.bytes > bounds.bytes
}

/** What they take together. */
export function roomOf(occupants: readonly Occupant[]): Room {
  return {
    items: occupants.length,
    bytes: occupants.reduce((sum, { size }) => sum + size, 0),
  }
}

/** What one address holds, as far as it has been decided. */
export interface Holder<O> {
  items: number
  bytes: number
  /** What of it may leave as far as is known, oldest first; each is given once. */
  readonly next: () => O | undefined
  readonly hasNext: () => boolean
}

/** Whoever holds something of a place, and what all hold together. */
export interface Holders<O> {
  readonly left: { items: number; bytes: number }
  /** To be changed. */
  readonly of: (address: string) => Holder<O>
  readonly all: () => Iterable<readonly [string, Room & Pick<Holder<O>, 'hasNext'>]>
}

/** @returns `undefined` if they do not fit */
function* evictingWithin<O extends Occupant>(
  bounds: Room,
  { own, coming }: Newcomers,
  there: readonly O[],
): Asking<O, readonly O[] | undefined> {
  const left = { ...roomOf([...coming, ...there]) }
  if (!isOver(left, bounds)) return []
  const candidates = new Map<string, O[]>()
  const holders = new Map<string, Holder<O>>()
  const holderOf = (address: string): Holder<O> => {
    const known = holders.get(address)
    if (known !== undefined) return known
    const some: O[] = []
    candidates.set(address, some)
    const holder = { items: 0, bytes: 0, next: () => some.pop(), hasNext: () => some.length > 0 }
    holders.set(address, holder)
    return holder
  }
  const add = ({ address, size }: Occupant): void => {
    const holder = holderOf(address)
    holder.items += 1
    holder.bytes += size
  }
  for (const one of coming) add(one)
  for (const one of there) {
    add(one)
    candidates.get(one.address)?.push(one)
  }
  for (const some of candidates.values()) some.reverse()
  return yield* evictingOf({ left, of: holderOf, all: () => holders }, own, bounds)
}

/**
 * The rule itself.
 * @param holders with what comes, and without what that replaces
 * @returns `undefined` if they do not fit
 */
export function* evictingOf<O extends Occupant>(
  { left, of, all }: Holders<O>,
  own: string,
  bounds: Room,
): Asking<O, readonly O[] | undefined> {
  const leaving: O[] = []
  while (isOver(left, bounds)) {
    const giver = of(heavierThan(own, holdings(all(), own, bounds)) ?? own)
    const one = giver.next()
    if (one === undefined) return undefined
    if (!(yield one)) continue
    leaving.push(one)
    for (const room of [giver, left]) {
      room.items -= 1
      room.bytes -= one.size
    }
  }
  return leaving
}

/** Of those who have something that may leave, and of `own`. */
function* holdings(
  holders: Iterable<readonly [string, Room & Pick<Holder<unknown>, 'hasNext'>]>,
  own: string,
  bounds: Room,
): Generator<Holding, void, void> {
  for (const [share, holder] of holders)
    if (share === own || holder.hasNext()) yield { share, weight: partOf(holder, bounds) }
}

/** The larger of two parts: of all items that there is room for, and of all bytes. */
function partOf(held: Room, bounds: Room): number {
  return Math.max(held.items / bounds.items, held.bytes / bounds.bytes)
}
