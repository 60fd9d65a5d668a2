/* What following needs, and what it gives. */
import type { FeedStore } from '../../feeds/store/feed-store.ts'
import type { Head } from '../../feeds/format/head.ts'
import type { State } from '../../state/database.ts'
import type { FirstBlockParts } from './first-blocks.ts'
import type { FollowPolicyParts } from './follow-policy.ts'
import type { Followed, Offering, Refused } from './followed.ts'
import type { Offer } from '../frames/offer.ts'
import type { Quotas } from '../../contract/networking.ts'

export interface FollowingParts extends FollowPolicyParts, FirstBlockParts {
  readonly store: Pick<FeedStore, 'get'>
  readonly state: State
  readonly quotas: Quotas
  /** Feeds that this node writes or wrote. */
  readonly isOwn: (key: string) => boolean
  /** Blocks of it that this node withholds. */
  readonly withheld: (feed: string) => Promise<readonly number[]>
  /** Whose share a peer takes, by its address. */
  readonly shareOf: (peerId: string) => string
  /** Has somebody proved that its writer tells two stories? */
  readonly isFrozen: (feed: string) => boolean
  /** How many of its entries are not what they claim to be, as far as anybody cares. */
  readonly rubbish: (feed: string) => Promise<number>
  /** Certifications of a feed by rebuilders who also have one in these other feeds, of those at its beginning. */
  readonly seconded: (feed: string, others: ReadonlySet<string>) => Promise<number>
  /** Feeds that this node writes. */
  readonly ownKeys: () => readonly string[]
  /** A head that contradicts the feed was met on the way. */
  readonly onConflict: (feed: Followed, head: Head) => void
  /** Blocks or a head of it have come. */
  readonly onGrown: (feed: Followed) => void
  /** Why the disk takes nothing, in a sentence; `undefined`: it does. */
  readonly diskFault: () => string | undefined
  readonly now: () => number
  /** In milliseconds; as usual if absent. */
  readonly reconsiderEvery?: number | undefined
}

export interface Following {
  /** Opens what was followed before. */
  readonly resume: () => Promise<void>
  readonly offer: (offer: Offer, by: Omit<Offering, 'share'>) => void
  readonly get: (key: string) => Followed | undefined
  /** It was taken a moment ago and is not opened yet. */
  readonly isOpening: (key: string) => boolean
  readonly all: () => readonly Followed[]
  readonly refused: () => readonly Refused[]
  /** Judges everything again: peers have changed, an hour is over, there is evidence. */
  readonly reconsider: () => void
  readonly close: () => Promise<void>
}
