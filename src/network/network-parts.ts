/* What the network needs of the node that it belongs to. */
import type { Disk } from '../base/disk.ts'
import type { FeedStore } from '../feeds/store/feed-store.ts'
import type { Logger } from '../base/logger.ts'
import type { State } from '../state/database.ts'
import type { Identity } from '../state/identity.ts'
import type { NetworkSettings } from '../contract/networking.ts'
import type { KeptPeers } from './hosting/named-peers.ts'
import type { NodeFeeds } from './replication/node-feeds.ts'

export interface NetworkParts {
  readonly settings: NetworkSettings
  readonly identity: Pick<Identity, 'privateKey' | 'peerId'>
  readonly store: FeedStore
  readonly state: State
  /** Added by `peers add`. */
  readonly keptPeers: KeptPeers
  /** Dialects by the collections of this node. */
  readonly dialects: ReadonlyMap<string, string>
  readonly publicUrl: string | undefined
  readonly readOnly: boolean
  readonly feeds: NodeFeeds
  /** How often policies and quotas are looked at, in milliseconds; as usual if absent. */
  readonly reconsiderEvery?: number | undefined
  /** How often it is looked whom to dial of those that nobody named, in milliseconds; as usual if absent. */
  readonly lookEvery?: number | undefined
  /** How often it is looked whether peers should hear what this node has, in milliseconds; as usual if absent. */
  readonly sayHavesEvery?: number | undefined
  /** How many peers that the operator did not name may be connected; as usual if absent. */
  readonly mostStrangers?: number | undefined
  /** How long it may be connected with no peer before it is isolated, in milliseconds; as usual if absent. */
  readonly isolatedAfter?: number | undefined
  /** Address of this machine that it dials from; any if absent. */
  readonly dialFrom?: string | undefined
  /** Only to be tried without one of the two ways by which news travels, as if all of it were lost. */
  readonly without?: 'gossip' | 'catalog' | undefined
  /** No feed grows while it takes nothing; always if absent. */
  readonly disk?: Pick<Disk, 'fault' | 'onChanged'> | undefined
  /** It was ready before it was opened again, in the same process. */
  readonly wasReady?: boolean | undefined
  readonly logger: Logger
}
