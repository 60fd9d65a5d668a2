import type { DialectName } from '../certification/dialects/dialect.ts'
import type { BlockChoice, OwnFeed, Replica } from '../feeds/format/feed.ts'
import type { NetworkView } from '../contract/following.ts'
import type { NodeRepository } from '../contract/node-repository.ts'
import type { WithholdingDoor } from '../contract/withholding.ts'
import type { Renewals } from './own-feeds/renewals.ts'
import type { ScopedFeed } from './scope/feed-scope.ts'

/** A repository that follows feeds and writes some. */
export interface OpenRepository extends WithholdingDoor {
  readonly repository: NodeRepository
  /** From now on it says what this network knows, too. */
  join(network: NetworkView): void
  /** Resolves when the indexes have everything that the feeds had when it was asked. */
  caughtUp(): Promise<void>
  /** Resolves when the indexes have every block that was here when it was asked. */
  followed(): Promise<void>
  /** Follows another node's feed from now on. Only once its origin is here, and names this collection and dialect. */
  addReplica(replica: Replica, dialect: DialectName): Promise<void>
  /** What of another node's feed is to be had; `undefined`: everything. @throws StorageError DISK */
  choiceOf(feed: ScopedFeed): Promise<BlockChoice | undefined>
  /** Takes away what is kept only as long as it is among the newest versions of its source. @throws StorageError DISK */
  sweepNewest(): Promise<void>
  /** Entries of a feed that are not what they claim to be, of the first 1,000 that were of no use. */
  rubbish(feed: string): Promise<number>
  /** Certifications of a feed by rebuilders who also have one in these other feeds, of those at its beginning. */
  seconded(feed: string, others: ReadonlySet<string>): Promise<number>
  /** How many blocks of a feed are in the indexes. */
  position(feed: string): number
  /** Feeds that this node writes now. */
  ownFeeds(): readonly OwnFeed[]
  /** Feeds that it wrote once. */
  formerFeeds(): readonly Replica[]
  /** See {@link Renewals}. */
  renew: Renewals['renew']
  /** There is evidence against the writer of a feed: told once to whoever listens to events. */
  noteEvidence(feed: string, kind: string): Promise<void>
  close(): Promise<void>
}
