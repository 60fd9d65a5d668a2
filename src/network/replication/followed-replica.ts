/* A feed that is followed, one that was refused, and what each holds of the quotas. */
import { MAX_BLOCK_BYTES } from '../../feeds/format/block.ts'
import type { Replica } from '../../feeds/format/feed.ts'
import type { FollowReason, FollowState } from '../../contract/following.ts'
import type { Origin } from '../../feeds/format/origin.ts'
import type { CopiedFeedRow } from '../../state/copied-feeds.ts'
import type { Meter } from './meter.ts'
import type { Offer } from '../frames/offer.ts'
import type { ReplicaUsage, Newcomer } from './quotas.ts'

export interface Followed {
  readonly row: CopiedFeedRow
  readonly origin: Origin
  readonly replica: Replica
  readonly why: FollowReason
  readonly state: FollowState
  readonly reason: string | undefined
  /** Is it read into the indexes? */
  readonly isIndexed: boolean
}

/** One that was offered and is not here. */
export interface Refused {
  readonly offer: Offer
  readonly via: string
  readonly share: string
  readonly vouched: boolean
  readonly why: FollowReason
  readonly reason: string
}

/**
 * `vouched`: the peer that offers it says that it follows it other than as a stranger's. `share`: whose share that peer
 * takes, by its address.
 */
export interface Offering {
  readonly via: string
  readonly share: string
  readonly vouched: boolean
}

/** The same, as only this room may change it. */
export interface MutableFollowed extends Followed {
  row: CopiedFeedRow
  why: FollowReason
  state: FollowState
  reason: string | undefined
  readonly meter: Meter
  isBegun: boolean
  isRubbish: boolean
  isIndexed: boolean
  /** As far as it was counted. */
  seconded: number
  /** How it is followed has changed: tells who listens to the replicas. */
  readonly changed: () => void
  /** No more is told of it. */
  readonly stop: () => void
}

export function set(one: MutableFollowed, state: FollowState, reason: string | undefined): void {
  one.state = state
  one.reason = reason
}

/** Who offered it; for a configured peer's feed that peer itself, whoever offered it. */
export function payer(why: FollowReason, { peerId }: Origin, via: string): string {
  return why === 'peer' ? peerId : via
}

export function heldOf({
  row,
  origin,
  why,
  replica,
  state,
  meter,
  seconded,
}: MutableFollowed): ReplicaUsage {
  const { bytes, length } = replica
  // anybody can sign any number of bytes: what is here is no more than its blocks can have
  const most = replica.downloaded * MAX_BLOCK_BYTES
  const isPaused = state !== 'following'
  const isPartial = isPaused || replica.leftOut() > 0
  return {
    key: row.key,
    why,
    via: payer(why, origin, row.via),
    share: row.share,
    isRetired: row.retired,
    seconded,
    since: row.since,
    length,
    bytes,
    heldBytes:
      isPartial && length > 0
        ? Math.min(most, Math.ceil((bytes * replica.downloaded) / length))
        : bytes,
    isWhole: length > 0 && replica.downloaded + replica.leftOut() >= length,
    received: replica.received.bytes,
    isPaused,
    lastHour: meter.lastHour(),
  }
}

/** What is counted of one that was just taken. */
export function nothing(key: string, { why, via, share }: Newcomer): ReplicaUsage {
  return {
    key,
    why,
    via,
    share,
    isRetired: false,
    seconded: 0,
    since: Infinity,
    length: 0,
    bytes: 0,
    heldBytes: 0,
    isWhole: false,
    received: 0,
    isPaused: false,
    lastHour: { bytes: 0, entries: 0 },
  }
}
