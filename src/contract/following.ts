/* How this node follows feeds and through which peers: what the network finds out, and every door shows. */
import type { FeedCopies, PlaceCopies } from './counted-copies.ts'
import type { PushCounts } from './pushed.ts'
import type { Head } from '../feeds/format/head.ts'

/** Whose feeds to follow: named ones and those of configured peers; also what these vouch for; also strangers'. */
export const FOLLOW_POLICIES = ['listed', 'vouched', 'open'] as const
export type FollowPolicy = (typeof FOLLOW_POLICIES)[number]

/**
 * Why a feed is here. `own`: this node writes it. `former`: it wrote it once. `listed`: the operator named it. `peer`: a
 * configured peer writes it. `vouched`: a configured peer follows it other than as a stranger's. `stranger`: none of these.
 */
export const FOLLOW_REASONS = ['own', 'former', 'listed', 'peer', 'vouched', 'stranger'] as const
export type FollowReason = (typeof FOLLOW_REASONS)[number]

/**
 * `following`: what comes is taken. `paused`: nothing is taken for now, see the reason. `frozen`: nothing is taken any
 * more, there is evidence against it. `refused`: it is not here, see the reason.
 */
export const FOLLOW_STATES = ['following', 'paused', 'frozen', 'refused'] as const
export type FollowState = (typeof FOLLOW_STATES)[number]

/** A verified head, and who said it. */
export interface HeardHead extends Head {
  /** libp2p's base58 form. */
  readonly peerId: string
  /** Milliseconds since 1970. */
  readonly heardAt: number
}

/** What a peer says that it has of a feed. It signed that, which proves nothing else. */
export interface HeardStatement {
  /** libp2p's base58 form; this node's own if it says it itself. */
  readonly peerId: string
  /** In blocks. */
  readonly length: number
  /** Blocks below the length that it has not. */
  readonly lacking: number
  /** Milliseconds since 1970, by its own clock. */
  readonly time: number
}

/** What the owner of a feed said of it last, as whoever was told it can verify it. */
export interface OwnerStatement {
  readonly why: FollowReason
  /** Block 0 of the feed, which names its owner. */
  readonly origin: Uint8Array
  /** As it was signed; `undefined`: it has said nothing for a month. */
  readonly statement: Uint8Array | undefined
  /** Milliseconds since 1970, by its own clock; 0 if it has said nothing. */
  readonly time: number
}

export const EVIDENCE_KINDS = ['fork', 'two-roots', 'no-extension'] as const
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number]

/** What proves to anyone that a feed's writer has told two stories. */
export interface EvidenceStatus {
  readonly kind: EvidenceKind
  /** One or two, each signed. */
  readonly heads: readonly Head[]
  /** Milliseconds since 1970. */
  readonly foundAt: number
  /** Who told it; this node's own peer id if it found out itself. */
  readonly peerId: string
}

/** On whose word a feed is copied. */
export interface Voucher {
  /** A configured peer. */
  readonly peerId: string
  /** When its word stands no more unless it comes back, in milliseconds since 1970; `null` while it is connected. */
  readonly until: number | null
}

export interface FollowedFeed {
  /** 64 lower-case hex digits. */
  readonly key: string
  readonly collection: string
  /** Peer id of its owner, by its origin; `null` as long as that is not here. */
  readonly owner: string | null
  /** Key of the feed that this one replaces. */
  readonly previous: string | null
  readonly why: FollowReason
  /** `null` unless `why` is `vouched`. */
  readonly vouchedBy: Voucher | null
  readonly state: FollowState
  /** In a sentence. */
  readonly reason: string | null
  /** In blocks, by the head that is here. */
  readonly length: number
  /** The longest verified head that anybody said, or the own. */
  readonly known: number
  /** Blocks that are here. */
  readonly downloaded: number
  /** Data blocks that lie outside the scope of this node. */
  readonly leftOut: number
  /** Of all blocks below the head that is here. */
  readonly bytes: number
  /** The newest of each peer. */
  readonly heads: readonly HeardHead[]
  /** The newest of each peer, newest first. */
  readonly statements: readonly HeardStatement[]
  readonly copies: FeedCopies
  readonly evidence: readonly EvidenceStatus[]
}

export interface PeerStatus {
  readonly peerId: string
  readonly addresses: readonly string[]
  /** In the config file, by a flag, or by `peers add`. */
  readonly configured: boolean
  /** By `peers add`, and so `peers remove` can undo it. */
  readonly removable: boolean
  readonly connected: boolean
  /** Who dialled; `null` if it is not connected. */
  readonly direction: 'inbound' | 'outbound' | null
  /** Milliseconds since 1970; `null` if it is not connected. */
  readonly connectedAt: number | null
  /** Takes part in gossip. */
  readonly gossip: boolean
  /** A session that moves blocks is open. */
  readonly replicating: boolean
  /** What it calls itself, or did when it was connected last, which nobody proves; `null` if it has said none. */
  readonly name: string | null
  /** Of its HTTP API, as it says itself. */
  readonly publicUrl: string | null
  /** As it says itself; `null` if it has not. */
  readonly readOnly: boolean | null
  /** When it is dialled again, in milliseconds since 1970; `null` if it is connected or not dialled. */
  readonly nextDialAt: number | null
  /** Why the last dial failed, in a sentence. */
  readonly failure: string | null
  /** How often it broke a protocol. */
  readonly faults: number
  readonly received: number
  readonly sent: number
}

/** A peer that the operator named by a URL at which nobody has said yet who is there. */
export interface UnansweredPeer {
  readonly url: string
  /** By `peers add`, and so `peers remove` can undo it. */
  readonly removable: boolean
  /** Why, in a sentence; `null` as long as nobody was asked. */
  readonly failure: string | null
  /** This node itself is there: nothing is lacking. */
  readonly isSelf: boolean
}

/** What peers say that only a later version knows: it is skipped and counted. */
export const SKIPPED_KINDS = ['announcements', 'frames', 'offers', 'fields', 'evidence'] as const
export type SkippedKind = (typeof SKIPPED_KINDS)[number]
/** How many of each since the start. */
export type SkippedCounts = Readonly<Record<SkippedKind, number>>
export const NOTHING_SKIPPED: SkippedCounts = {
  announcements: 0,
  frames: 0,
  offers: 0,
  fields: 0,
  evidence: 0,
}

/** What the doors may ask of the network. */
export interface NetworkView {
  /** What this node calls itself. */
  readonly name: string | undefined
  /** That others can use, each with the peer id at its end. */
  readonly addresses: () => readonly string[]
  readonly follow: FollowPolicy
  readonly readOnly: boolean
  readonly peers: () => readonly PeerStatus[]
  readonly unanswered: () => readonly UnansweredPeer[]
  /**
   * Calls back whenever a peer has come or gone, this node is isolated or no longer is, or others have more or less of what it
   * writes, until the answer is called.
   */
  readonly onPeers: (listener: () => void) => () => void
  /** What a node calls itself, or did when it was connected last. */
  readonly nameOf: (peerId: string) => string | undefined
  /** How many peers that nobody named, and that are not connected, it could dial. */
  readonly remembered: () => number
  /** Own feeds and replicas, and feeds that were refused. */
  readonly feeds: () => Promise<readonly FollowedFeed[]>
  /** `undefined` of a feed that is not here, or whose block 0 is not. */
  readonly ownerStatement: (feed: string) => Promise<OwnerStatement | undefined>
  /** Of the feeds that these peers (by id) own and that are here, by key: of each peer those of which it spoke last, at most 8. */
  readonly ownedBy: (owners: ReadonlySet<string>) => Promise<ReadonlyMap<string, OwnerStatement>>
  /** How many other nodes should have what is here, as the operator wants; 0 if he has not said. */
  readonly wantedCopies: number
  /** Are there fewer of any feed that is here? */
  readonly fewCopies: () => boolean
  /** Of what stands at some places, any of which is enough. */
  readonly copiesOf: (
    places: readonly { readonly feed: string; readonly sequence: number }[],
  ) => PlaceCopies
  /** Of writable nodes' HTTP APIs. */
  readonly writableUrls: () => readonly string[]
  readonly skipped: () => SkippedCounts
  readonly pushes: () => PushCounts
  /** Has this node named peers, and been connected with none of its peers for a minute? */
  readonly isolated: () => boolean
  /** Are the feeds of reachable configured peers here, as far as these have said, or has that taken 60 s? Not while it is isolated, if its operator wants that. */
  readonly ready: () => boolean
  /** What an operator should know: nobody follows us, a quota is hit, … */
  readonly advice: () => readonly string[]
}
