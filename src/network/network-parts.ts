/* What the network needs of the node that it belongs to. */
import type { Disk } from '../base/disk.ts'
import type { FeedStore } from '../feeds/store/feed-store.ts'
import type { Feed, OwnFeed, Replica } from '../feeds/format/feed.ts'
import type { Logger } from '../base/logger.ts'
import type { State } from '../state/database.ts'
import type { Identity } from '../state/identity.ts'
import type { NetworkSettings } from '../contract/networking.ts'

export interface NetworkParts {
  readonly settings: NetworkSettings
  readonly identity: Pick<Identity, 'privateKey' | 'peerId'>
  readonly store: FeedStore
  readonly state: State
  /** Added by `peers add`. */
  readonly keptPeers: {
    readonly list: () => Promise<readonly string[]>
    readonly add: (address: string) => Promise<void>
    readonly remove: (address: string) => Promise<void>
  }
  /** Dialects by the collections of this node. */
  readonly dialects: ReadonlyMap<string, string>
  readonly publicUrl: string | undefined
  readonly readOnly: boolean
  /** Feeds that this node writes, at this moment. */
  readonly ownFeeds: () => readonly OwnFeed[]
  /** Feeds that it wrote once. */
  readonly formerFeeds: () => readonly Replica[]
  /** Reads the feed into the indexes from now on. */
  readonly addReplica: (feed: Feed, dialect: string) => Promise<void>
  /** How many entries of a feed are not what they claim to be, as far as anybody cares. */
  readonly rubbish: (feed: string) => Promise<number>
  /** Certifications of a feed by rebuilders who also have one in these other feeds, of those at its beginning. */
  readonly seconded: (feed: string, others: ReadonlySet<string>) => Promise<number>
  /** How often policies and quotas are looked at, in milliseconds; as usual if absent. */
  readonly reconsiderEvery?: number | undefined
  /** How many blocks of a feed are in the indexes. */
  readonly position: (feed: string) => number
  /** Resolves when the indexes have every block that is here; nothing to wait for if absent. */
  readonly followed?: (() => Promise<void>) | undefined
  /** Blocks of a feed that this node withholds. */
  readonly withheld: (feed: string) => Promise<readonly number[]>
  /**
   * Somebody has a longer head of an own feed, so this node has lost what it wrote: it must never write there again.
   * @param confirmed length up to which others have what is here
   * @returns the feed that it writes instead; `undefined` if that was made before
   */
  readonly renew: (feed: OwnFeed, confirmed: number) => Promise<OwnFeed | undefined>
  /** What proves that the writer of a feed has told two stories: at the start, and when it is found. */
  readonly onEvidence?: ((feed: string, kind: string) => void) | undefined
  /** How many peers that the operator did not name may be connected; as usual if absent. */
  readonly mostStrangers?: number | undefined
  /** Address of this machine that it dials from; any if absent. */
  readonly dialFrom?: string | undefined
  /** Only to be tried without: gossip is lossy. */
  readonly withoutGossip?: boolean | undefined
  /** No feed grows while it takes nothing; always if absent. */
  readonly disk?: Pick<Disk, 'fault' | 'onChanged'> | undefined
  /** It was ready before it was opened again, in the same process. */
  readonly wasReady?: boolean | undefined
  readonly logger: Logger
}
