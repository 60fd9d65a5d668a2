import { heavierThan, type Holding } from '../base/address-share.ts'

/** A posted key without its bytes, as it is kept in memory. */
export interface KeySlot {
  readonly fingerprint: string
  /** Of its bytes. */
  readonly size: number
  /** Who posted it. */
  readonly address: string
  /** When it came, in milliseconds since 1970. */
  readonly since: number
}

export interface KeyLimits {
  readonly items: number
  readonly bytes: number
}

export interface KeyEviction {
  /** Who posts what is coming. */
  readonly own: string
  readonly limits: KeyLimits
  /** May it not go yet? It is asked one after the other, and as few as will do. */
  readonly isNeeded: (slot: KeySlot) => Promise<boolean>
}

/** Asking what needs a key costs about a millisecond; whoever posts one does not wait for more than so many. */
const MOST_ASKED = 100

/**
 * What must go so that `coming` fits: the oldest of whoever holds most (see {@link heavierThan}), and where nobody holds
 * more than who posts, his own: so nobody pushes out what others posted.
 * @param there oldest first, without those that `coming` replaces
 * @returns `undefined` if it cannot fit
 */
export async function makePlaceForKeys(
  there: readonly KeySlot[],
  coming: readonly KeySlot[],
  { own, limits, isNeeded }: KeyEviction,
): Promise<readonly KeySlot[] | undefined> {
  const holders = new Map<string, Holder>()
  const total = { items: 0, bytes: 0 }
  const add = ({ address, size }: KeySlot): Holder => {
    const holder = holders.get(address) ?? { items: 0, bytes: 0, slots: [] }
    holders.set(address, holder)
    holder.items += 1
    holder.bytes += size
    total.items += 1
    total.bytes += size
    return holder
  }
  for (const slot of coming) add(slot)
  for (const slot of there) add(slot).slots.push(slot)
  for (const holder of holders.values()) holder.slots.reverse()

  const gone: KeySlot[] = []
  let asked = 0
  while (total.items > limits.items || total.bytes > limits.bytes) {
    const holder = holders.get(heavierThan(own, holdings(holders, { own, limits })) ?? own)
    const slot = holder?.slots.pop()
    if (holder === undefined || slot === undefined || asked > MOST_ASKED) return undefined
    if (await isNeeded(slot)) {
      asked += 1
      continue
    }
    gone.push(slot)
    holder.items -= 1
    holder.bytes -= slot.size
    total.items -= 1
    total.bytes -= slot.size
  }
  return gone
}

interface Holder {
  items: number
  bytes: number
  /** What of it can go, newest first. */
  readonly slots: KeySlot[]
}

/** Of those who have something that can go, and of `own`. */
function* holdings(
  holders: ReadonlyMap<string, Holder>,
  { own, limits }: Pick<KeyEviction, 'own' | 'limits'>,
): Generator<Holding, void, void> {
  for (const [share, { items, bytes, slots }] of holders)
    if (slots.length > 0 || share === own)
      yield { share, weight: items / limits.items + bytes / limits.bytes }
}
