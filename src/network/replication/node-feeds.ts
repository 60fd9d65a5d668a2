import type { FeedFormat } from '../../feeds/format/block.ts'
import type { BlockChoice, OwnFeed, Replica } from '../../feeds/format/feed.ts'

/** A feed of another node, by what its origin says. */
export interface ChoosableFeed {
  readonly key: string
  readonly collection: string
  readonly format: FeedFormat
}

/** The feeds of the node that a network belongs to, and what its indexes know of feeds. */
export interface NodeFeeds {
  /** Feeds that this node writes, at this moment. */
  ownFeeds(): readonly OwnFeed[]
  /** Feeds that it wrote once. */
  formerFeeds(): readonly Replica[]
  /**
   * Somebody has a longer head of an own feed, so this node has lost what it wrote: it must never write there again.
   * @param confirmed length up to which others have what is here
   * @returns the feed that it writes instead; `undefined` if that was made before
   */
  renew(feed: OwnFeed, confirmed: number): Promise<OwnFeed | undefined>
  /** Reads the feed into the indexes from now on. */
  addReplica(replica: Replica, dialect: string): Promise<void>
  /** What of that feed is to be had; everything, if absent. */
  choiceOf?(feed: ChoosableFeed): Promise<BlockChoice | undefined>
  /** How many blocks of a feed are in the indexes. */
  position(feed: string): number
  /** Resolves when the indexes have every block that is here; nothing to wait for if absent. */
  followed?(): Promise<void>
  /** Blocks of a feed that this node withholds. */
  withheld(feed: string): Promise<readonly number[]>
  /** Is an entry of that id withheld here, wherever it stands? */
  isWithheld(id: string): boolean
  /** How many entries of a feed are not what they claim to be, as far as anybody cares. */
  rubbish(feed: string): Promise<number>
  /** Certifications of a feed by rebuilders who also have one in these other feeds, of those at its beginning. */
  seconded(feed: string, others: ReadonlySet<string>): Promise<number>
  /** What proves that the writer of a feed has told two stories: at the start, and when it is found. */
  onEvidence?(feed: string, kind: string): void
}
