import { heavierThan, prefixOf } from '../base/address-share.ts'
import type { Holding } from '../base/address-share.ts'
import { AdmissionError } from '../base/errors.ts'
import type { WaitingSlot } from './waiting-item.ts'
import type { WaitingReason } from './waiting-reason.ts'

/** Bounds of the waiting place, for each reason to wait. */
export interface WaitingLimits {
  readonly items: number
  readonly bytes: number
  /** In milliseconds. */
  readonly time: number
}

/** One address can hold one part in so many of what waits for one reason, by items and by bytes; one prefix more. */
export const ADDRESS_SHARE = 4
export const PREFIX_SHARE = 2
/** What is sent after a file comes in a moment: a file that has waited longer, in milliseconds, makes room for the next. */
export const SIGNATURE_PATIENCE = 600_000

type Room = Pick<WaitingLimits, 'items' | 'bytes'>
type Coming = Pick<WaitingSlot, 'size' | 'address'>

interface Place {
  readonly limits: WaitingLimits
  readonly reason: WaitingReason
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * What must go for a new item: where its address, its prefix or the place is full, the oldest of whoever holds more than
 * the new item's address will; its own only if it has waited in vain.
 * @param there oldest first, what waits for the same reason
 * @throws AdmissionError WAITING_FULL, with the time when there will be room
 */
export function leavingFor(
  item: Coming,
  there: readonly WaitingSlot[],
  place: Place,
): readonly WaitingSlot[] {
  const prefix = prefixOf(item.address)
  const scopes = [
    { share: ADDRESS_SHARE, holds: ({ address }: Coming) => address === item.address },
    { share: PREFIX_SHARE, holds: ({ address }: Coming) => prefixOf(address) === prefix },
    { share: 1, holds: () => true },
  ]
  const leaving = new Set<WaitingSlot>()
  for (const { share, holds } of scopes) {
    const rest = there.filter((slot) => !leaving.has(slot) && holds(slot))
    const limits = { items: place.limits.items / share, bytes: place.limits.bytes / share }
    for (const slot of squeezed(item, rest, { ...place, within: limits })) leaving.add(slot)
  }
  return [...leaving]
}

function squeezed(
  item: Coming,
  there: readonly WaitingSlot[],
  place: Place & { readonly within: Room },
): readonly WaitingSlot[] {
  const { within } = place
  const total = { items: there.length + 1, bytes: sizeOf(there) + item.size }
  if (!isOver(total, within)) return []
  const holders = new Map<string, Room>()
  for (const slot of [item, ...there]) change(holders, slot, 1)
  const rest = [...there]
  const leaving: WaitingSlot[] = []
  while (isOver(total, within)) {
    const giver = heavierThan(item.address, holdings(holders, within)) ?? item.address
    const at = rest.findIndex(({ address }) => address === giver)
    const slot = rest[at]
    if (slot === undefined || (giver === item.address && !isInVain(slot, place)))
      throw full(item, there, place)
    rest.splice(at, 1)
    leaving.push(slot)
    change(holders, slot, -1)
    total.items -= 1
    total.bytes -= slot.size
  }
  return leaving
}

/** When its own items make room or go, whichever comes first. */
function full(
  item: Coming,
  there: readonly WaitingSlot[],
  place: Place & { readonly within: Room },
): AdmissionError {
  const own = there.filter(({ address }) => address === item.address)
  const isOwn = own.length > 0
  const left = { items: there.length + 1, bytes: sizeOf(there) + item.size }
  let time: number | undefined
  for (const slot of (isOwn ? own : there).toSorted((one, other) => one.expires - other.expires)) {
    if (!isOver(left, place.within)) break
    left.items -= 1
    left.bytes -= slot.size
    time = isOwn ? roomAt(slot, place) : slot.expires
  }
  const seconds = time === undefined ? undefined : Math.ceil((time - place.now) / 1000)
  const [lacks, next] =
    place.reason === 'key'
      ? ['a key', 'Send the keys first, then these files again']
      : ['their signatures', 'Send those first, or each file together with its signature']
  return new AdmissionError(
    'WAITING_FULL',
    `${isOwn ? 'Too many files from your address wait' : 'Too many files wait on this node'} for ${lacks}. ${next}, or try again later.`,
    seconds === undefined ? {} : { retryAfter: Math.max(1, seconds) },
  )
}

function isInVain(slot: WaitingSlot, place: Place): boolean {
  return roomAt(slot, place) <= place.now
}

/** When an item makes room for another of the same address. */
function roomAt({ expires }: WaitingSlot, { reason, limits }: Place): number {
  return reason === 'key' ? expires : Math.min(expires, expires - limits.time + SIGNATURE_PATIENCE)
}

export function sizeOf(slots: readonly WaitingSlot[]): number {
  return slots.reduce((sum, { size }) => sum + size, 0)
}

function change(holders: Map<string, Room>, { address, size }: Coming, by: 1 | -1): void {
  const { items, bytes } = holders.get(address) ?? { items: 0, bytes: 0 }
  holders.set(address, { items: items + by, bytes: bytes + by * size })
}

function* holdings(holders: ReadonlyMap<string, Room>, within: Room): Generator<Holding> {
  for (const [share, held] of holders) yield { share, weight: partOf(held, within) }
}

function isOver(held: Room, limits: Room): boolean {
  return held.items > limits.items || held.bytes > limits.bytes
}

/** By whatever is scarcer. */
function partOf(held: Room, limits: Room): number {
  return Math.max(held.items / limits.items, held.bytes / limits.bytes)
}
