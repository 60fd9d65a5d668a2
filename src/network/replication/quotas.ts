/* What other nodes may put on this disk: pure arithmetic, so that every limit can be tried without a network. */
import { MAX_FEED_LENGTH } from '../../feeds/format/limits.ts'
import type { Quotas } from '../../contract/networking.ts'
import type { FollowReason } from '../../contract/following.ts'
import { prefixOf } from '../../base/address-share.ts'
import { isLocal, NAMED } from '../hosting/remote-share.ts'
import { prefixPart, prefixSeats, seatFor, tellerSeats } from '../hosting/seats.ts'

/** What counts of a replica. */
export interface ReplicaUsage {
  readonly key: string
  readonly why: FollowReason
  /** Whose share pays for it. */
  readonly via: string
  /** Where that one was when it told of it; {@link NAMED} if the operator names it. */
  readonly share: string
  /** Its certifications by rebuilders who also have some in feeds that are no strangers'. */
  readonly seconded: number
  /** It has given its seat to another: what is here of it stays, and no more comes. */
  readonly isRetired: boolean
  /** Milliseconds since 1970: when it was taken. */
  readonly since: number
  /** By its head, in blocks. */
  readonly length: number
  /** What its blocks have by its head. */
  readonly bytes: number
  /** What of that is here. */
  readonly heldBytes: number
  /** All of that is here. */
  readonly isWhole: boolean
  /** What has come of it since the start. */
  readonly received: number
  readonly isPaused: boolean
  readonly lastHour: { readonly bytes: number; readonly entries: number }
}

/**
 * However few neighbours offer strangers' feeds, one of them never gets more than this part of the allowance: those
 * that come later find room too.
 */
const FEWEST_SHARES = 4

/** Some blocks come twice; a writer whose head says up to this much too little is not taken for a liar. */
const SLACK = 1024 * 1024

/** Its head says that it has far fewer bytes than its blocks have brought: no quota would mean anything. */
export function understates({ received, bytes }: ReplicaUsage): boolean {
  return received > 2 * bytes + SLACK
}

/** Why nothing more may be taken of one of them, in a sentence; `undefined` if it may. */
export function overQuota(
  one: ReplicaUsage,
  all: readonly ReplicaUsage[],
  quotas: Quotas,
): string | undefined {
  const others = all.filter(({ key }) => key !== one.key)
  if (one.length > MAX_FEED_LENGTH)
    return `its head says that it has ${one.length} blocks, and nobody copies more than ${MAX_FEED_LENGTH}`
  if (understates(one))
    return `it has brought ${one.received} bytes, and its head says that all of it has ${one.bytes}`
  if (one.lastHour.bytes >= quotas.feedBytesPerHour)
    return `it has brought ${one.lastHour.bytes} bytes within an hour, feed-bytes-per-hour allows ${quotas.feedBytesPerHour}`
  if (one.lastHour.entries >= quotas.feedEntriesPerHour)
    return `it has brought ${one.lastHour.entries} entries within an hour, feed-entries-per-hour allows ${quotas.feedEntriesPerHour}`
  // all that it says is here: it needs no room until it says more, though another took a little too much
  if (one.isWhole) return undefined
  const total = one.bytes + bytesOf(others)
  if (quotas.totalBytes > 0 && total > quotas.totalBytes)
    return `all replicas would have ${total} bytes with it, total-bytes allows ${quotas.totalBytes}`
  if (one.why !== 'stranger') return undefined
  const strangers = others.filter(({ why }) => why === 'stranger')
  const together = one.bytes + bytesOf(strangers)
  if (together > quotas.strangerBytes)
    return `strangers' feeds would have ${together} bytes with it, stranger-bytes allows ${quotas.strangerBytes}`
  const part =
    one.share === NAMED || isLocal(one.share)
      ? 1 / shares([one, ...strangers])
      : prefixPart(one.share)
  const share = Math.floor(quotas.strangerBytes * part)
  const mine = one.bytes + bytesOf(strangers.filter(({ via }) => via === one.via))
  if (mine > share)
    return `strangers' feeds offered by the same peer would have ${mine} bytes with it, its share of stranger-bytes is ${share}`
  if (one.share === NAMED) return undefined
  const ofPrefix = Math.floor(quotas.strangerBytes * prefixPart(one.share))
  const near = one.bytes + bytesOf(strangers.filter((other) => isNear(other, one)))
  return near > ofPrefix
    ? `strangers' feeds offered from the same network would have ${near} bytes with it, its share of stranger-bytes is ${ofPrefix}`
    : undefined
}

/** Why a feed that was offered is not taken at all; `undefined` if there is room for one more. */
export function overCount(
  one: Newcomer,
  all: readonly ReplicaUsage[],
  quotas: Quotas,
): string | undefined {
  if (one.why === 'peer' || one.why === 'vouched') {
    const count = all.filter(
      ({ why, via }) => (why === 'peer' || why === 'vouched') && via === one.via,
    ).length
    return count < quotas.peerFeeds
      ? undefined
      : `${count} feeds come by that peer already, peer-feeds allows ${quotas.peerFeeds}`
  }
  if (one.why !== 'stranger') return undefined
  const strangers = seated(all)
  if (strangers.length >= quotas.strangerFeeds)
    return `${strangers.length} strangers' feeds are here already, stranger-feeds allows ${quotas.strangerFeeds}`
  const full = tellerIsFull(one, strangers, quotas)
  if (full !== undefined || one.share === NAMED) return full
  const ofPrefix = prefixSeats(one.share, quotas.strangerFeeds)
  const near = strangers.filter((other) => isNear(other, one)).length
  return near < ofPrefix
    ? undefined
    : `${near} strangers' feeds come from the same network already, its share of stranger-feeds is ${ofPrefix}`
}

/** What counts of a feed before it is here. */
export type Newcomer = Pick<ReplicaUsage, 'why' | 'via' | 'share'>

const seated = (all: readonly ReplicaUsage[]): readonly ReplicaUsage[] =>
  all.filter(({ why, isRetired }) => why === 'stranger' && !isRetired)

const isNear = (one: Newcomer, other: Newcomer): boolean =>
  one.share !== NAMED && prefixOf(one.share) === prefixOf(other.share)

function tellerIsFull(
  one: Newcomer,
  strangers: readonly ReplicaUsage[],
  { strangerFeeds }: Quotas,
): string | undefined {
  // whom the operator names may carry what many others have
  const share =
    one.share === NAMED
      ? Math.max(1, Math.floor(strangerFeeds / FEWEST_SHARES))
      : tellerSeats(strangerFeeds)
  const mine = strangers.filter(({ via }) => via === one.via).length
  return mine < share
    ? undefined
    : `the peer that offers it has brought ${mine} strangers' feeds already, its share of stranger-feeds is ${share}`
}

/**
 * Whose seat a stranger's feed takes when there is no free one: of the address that has most in the prefix that has most the one
 * with the fewest certifications by rebuilders who are known from elsewhere, the youngest of such, if they have more than the newcomer's own. Among equals those stay who are here.
 */
export function weakestSeat(
  newcomer: Newcomer,
  all: readonly ReplicaUsage[],
  quotas: Quotas,
): string | undefined {
  const strangers = seated(all)
  if (newcomer.why !== 'stranger' || tellerIsFull(newcomer, strangers, quotas) !== undefined)
    return undefined
  // each of those that a named peer told of stands for itself
  const seats = strangers
    .toSorted((one, other) => one.since - other.since)
    .map(({ key, share, seconded }) => ({ key, seconded, share: share === NAMED ? key : share }))
  const share = newcomer.share === NAMED ? '' : newcomer.share
  const seat = seatFor(share, seats, quotas.strangerFeeds)
  if (seat.kind !== 'instead') return undefined
  const fewest = Math.min(...seat.of.map(({ seconded }) => seconded))
  return seat.of.findLast(({ seconded }) => seconded === fewest)?.key
}

/** How long a stranger's feed may have nothing in it while another wants its seat, in milliseconds. */
const EMPTY_SEAT = 3_600_000

/** A seat costs nothing: a stranger's feed that still has nothing but its origin after an hour gives way to a newcomer. */
export function emptySeat(
  newcomer: Newcomer,
  all: readonly ReplicaUsage[],
  { quotas, now }: { readonly quotas: Quotas; readonly now: number },
): string | undefined {
  const isEmpty = ({ why, length, since }: ReplicaUsage): boolean =>
    why === 'stranger' && length <= 1 && now - since > EMPTY_SEAT
  const fits = (others: readonly ReplicaUsage[]): boolean =>
    overCount(newcomer, others, quotas) === undefined
  if (newcomer.why !== 'stranger' || !fits(all.filter((one) => !isEmpty(one)))) return undefined
  return all.find((one) => isEmpty(one) && fits(all.filter((other) => other !== one)))?.key
}

function shares(strangers: readonly Pick<ReplicaUsage, 'via'>[]): number {
  return Math.max(FEWEST_SHARES, new Set(strangers.map(({ via }) => via)).size)
}

/** A paused feed needs room for what it has, any other for all that it says it has. */
function bytesOf(feeds: readonly ReplicaUsage[]): number {
  return feeds.reduce(
    (sum, { isPaused, heldBytes, bytes }) => sum + (isPaused ? heldBytes : bytes),
    0,
  )
}
