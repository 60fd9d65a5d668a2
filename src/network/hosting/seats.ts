/* Who may have one of a number of seats that anybody can take: pure arithmetic over addresses and prefixes. */
import { heavierThan, holdingsOf, prefixOf } from '../../base/address-share.ts'
import { isLocal } from './remote-share.ts'

export interface Seat {
  /** Whose share it takes: an address, or the /64 of one. */
  readonly share: string
}

/** One prefix never has more than this part of all seats: whoever wants them all needs sixteen. */
const PREFIX_PART = 1 / 16
/** Many nodes of one operator, or of one house, are no attack; who comes from elsewhere finds the other half. */
const LOCAL_PART = 1 / 2
/** However few seats there are, so many nodes of one network can meet. */
const FEWEST = 4

/** The part of something bounded that the prefix of a share may have. */
export function prefixPart(share: string): number {
  return isLocal(share) ? LOCAL_PART : PREFIX_PART
}

/** How many of so many seats the prefix of a share may have. */
export function prefixSeats(share: string, most: number): number {
  return partOf(most, prefixPart(share))
}

/** How many of so many seats one peer may fill with what it tells. */
export function tellerSeats(most: number): number {
  return partOf(most, PREFIX_PART)
}

const partOf = (most: number, part: number): number => Math.max(FEWEST, Math.floor(most * part))

/**
 * What becomes of a newcomer: it sits down; or the last of those that this returns gives way to it; or there is no room.
 * Somebody gives way only to who has fewer seats than he, by prefix, then by address: among equals those stay who are here.
 * @param seats those that are taken, the oldest first
 */
export function seatFor<S extends Seat>(
  share: string,
  seats: readonly S[],
  most: number,
): { readonly kind: 'free' | 'full' } | { readonly kind: 'instead'; readonly of: readonly S[] } {
  const near = seats.filter((seat) => prefixOf(seat.share) === prefixOf(share))
  const isFull = seats.length >= most
  const isMuch = near.length >= prefixSeats(share, most)
  if (!isFull && !isMuch) return { kind: 'free' }
  // where its own prefix has enough nobody else makes room for it
  const of = isMuch ? near : seats
  const heaviest = heavierThan(share, holdingsOf([share, ...of.map((seat) => seat.share)]))
  if (heaviest === undefined) return { kind: 'full' }
  return { kind: 'instead', of: of.filter((seat) => seat.share === heaviest) }
}
