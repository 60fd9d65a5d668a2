import { AdmissionError } from '../errors.ts'
import type { WaitingSlot } from './waiting-item.ts'

/** Bounds of the waiting place. */
export interface WaitingLimits {
  readonly items: number
  readonly bytes: number
  /** In milliseconds. */
  readonly time: number
}

/** One address can hold one part in so many of the place, by items and by bytes. */
export const ADDRESS_SHARE = 10

type Room = Pick<WaitingLimits, 'items' | 'bytes'>

/**
 * What must go for a new item when the place is full: the oldest of the address that holds most, as long as that is
 * more than the new item's address will hold.
 * @param there oldest first
 * @throws AdmissionError WAITING_FULL: the place, or the submitter's share of it
 */
export function leavingFor(
  item: Pick<WaitingSlot, 'size' | 'address'>,
  there: readonly WaitingSlot[],
  limits: WaitingLimits,
): readonly WaitingSlot[] {
  const holders = new Map<string, Holder>()
  for (const slot of [item, ...there]) {
    const holder = holders.get(slot.address) ?? { items: 0, bytes: 0 }
    holders.set(slot.address, holder)
    add(holder, slot.size)
  }
  const own = holders.get(item.address)
  const share = { items: limits.items / ADDRESS_SHARE, bytes: limits.bytes / ADDRESS_SHARE }
  if (own === undefined || isOver(own, share))
    throw new AdmissionError(
      'WAITING_FULL',
      'Too many files from your address wait for a key or a signature. Send what they wait for first.',
    )
  const total = { items: there.length + 1, bytes: sizeOf(there) + item.size }
  const leaving: WaitingSlot[] = []
  while (isOver(total, limits)) {
    const [address, holder] = largest(holders, limits)
    const oldest = there.find((slot) => slot.address === address && !leaving.includes(slot))
    if (oldest === undefined || partOf(holder, limits) <= partOf(own, limits))
      throw new AdmissionError(
        'WAITING_FULL',
        `This node keeps at most ${limits.items} files that wait for a key or a signature. Send the file together with what it waits for, or try again later.`,
      )
    leaving.push(oldest)
    remove(holder, oldest.size)
    remove(total, oldest.size)
  }
  return leaving
}

export function sizeOf(slots: readonly WaitingSlot[]): number {
  return slots.reduce((sum, { size }) => sum + size, 0)
}

interface Holder {
  items: number
  bytes: number
}

function add(holder: Holder, size: number): void {
  holder.items += 1
  holder.bytes += size
}

function remove(holder: Holder, size: number): void {
  holder.items -= 1
  holder.bytes -= size
}

function isOver(held: Room, limits: Room): boolean {
  return held.items > limits.items || held.bytes > limits.bytes
}

/** By whatever is scarcer. */
function partOf(held: Room, limits: Room): number {
  return Math.max(held.items / limits.items, held.bytes / limits.bytes)
}

function largest(
  holders: ReadonlyMap<string, Holder>,
  limits: Room,
): readonly [string | undefined, Holder] {
  let found: readonly [string | undefined, Holder] = [undefined, { items: 0, bytes: 0 }]
  for (const one of holders) if (partOf(one[1], limits) > partOf(found[1], limits)) found = one
  return found
}
