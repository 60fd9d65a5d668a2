import type { FollowPolicy } from './following.ts'

/** How a node takes part in the network. */
export interface NetworkSettings {
  /** What this node calls itself. */
  readonly name?: string | undefined
  /** Multiaddrs to listen on; none: only what this node dials itself. */
  readonly listen: readonly string[]
  /** Nobody chose these addresses: if a port is taken, any free one will do. */
  readonly anyPort: boolean
  /** Told to others instead of what was found. */
  readonly announce: readonly string[]
  /** Each ends in `/p2p/PEERID`. */
  readonly peers: readonly string[]
  readonly follow: FollowPolicy
  /** Keys of feeds to follow whoever offers them, 64 lower-case hex digits. */
  readonly feeds: readonly string[]
  readonly mdns: boolean
  /** How many other nodes should have what is here; 0 if nobody has said. */
  readonly minCopies?: number | undefined
  /** Peer ids of each operator whose copies count; none: those of named peers, and of whom they vouch for. */
  readonly copiesOf?: readonly (readonly string[])[] | undefined
  /** A node that is isolated is not ready. */
  readonly readyNeedsPeers: boolean
  /** How many connections to keep, with peers that others know where the named ones are too few; 0: none but with named ones. */
  readonly connections: number
  /** Is it told where this node can be dialled? `undefined`: unless it is read-only. */
  readonly shareAddress?: boolean | undefined
  readonly swarmKey?: string | undefined
  readonly quotas: Quotas
}

/** What other nodes may put on this disk. */
export interface Quotas {
  /** Of all strangers' feeds together. */
  readonly strangerBytes: number
  readonly strangerFeeds: number
  /** Of one configured peer: its own feeds and those it vouches for. */
  readonly peerFeeds: number
  /** Of one feed in one hour. */
  readonly feedBytesPerHour: number
  readonly feedEntriesPerHour: number
  /** Of all replicas; 0 is no limit. */
  readonly totalBytes: number
}
