import { AdmissionError } from '../base/errors.ts'
import { evict, isOver, roomOf, type Eviction } from '../storage/eviction.ts'
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
const PREFIX_SHARE = 2
/** What is sent after a file comes in a moment: a file that has waited longer, in milliseconds, makes room for the next. */
export const SIGNATURE_PATIENCE = 600_000

interface Place {
  readonly limits: WaitingLimits
  readonly reason: WaitingReason
  /** Milliseconds since 1970. */
  readonly now: number
}

type Full = NonNullable<Eviction<WaitingSlot>['full']>

/**
 * What must leave for a new item, by the rule of {@link evict}. Only here an address's own items stay, unless they have waited in vain:
 * who sends too much is told so at once, and loses nothing that was promised to wait.
 * @param there oldest first, what waits for the same reason
 * @throws AdmissionError WAITING_FULL, with the time when there will be room
 */
export function leavingFor(
  item: Pick<WaitingSlot, 'size' | 'address'>,
  there: readonly WaitingSlot[],
  place: Place,
): readonly WaitingSlot[] {
  const own = item.address
  const { items, bytes } = place.limits
  const bounds = { items, bytes, addressParts: ADDRESS_SHARE, prefixParts: PREFIX_SHARE }
  const mayLeave = (slot: WaitingSlot) => slot.address !== own || roomAt(slot, place) <= place.now
  const { leaving, full } = evict(there, { own, coming: [item], mayLeave }, bounds)
  if (full !== undefined) throw refusal(item, full, place)
  return leaving
}

/** When its own items make room or go, whichever comes first. */
function refusal(
  item: Pick<WaitingSlot, 'size' | 'address'>,
  { bounds, there }: Full,
  place: Place,
): AdmissionError {
  const own = there.filter(({ address }) => address === item.address)
  const isOwn = own.length > 0
  const left = { ...roomOf([item, ...there]) }
  let time: number | undefined
  for (const slot of (isOwn ? own : there).toSorted((one, other) => one.expires - other.expires)) {
    if (!isOver(left, bounds)) break
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

/** When an item makes room for another of the same address. */
function roomAt({ expires }: WaitingSlot, { reason, limits }: Place): number {
  return reason === 'key' ? expires : Math.min(expires, expires - limits.time + SIGNATURE_PATIENCE)
}
