/* How feeds and peers are, as the doors show it. Times are ISO 8601 in UTC, lengths in blocks. */
import { isoTime } from '../base/iso-time.ts'
import type {
  EvidenceStatus as FoundEvidence,
  FollowedFeed,
  HeardHead as Heard,
  PeerStatus as Peer,
} from './following.ts'

export interface HeardHead extends Omit<Heard, 'heardAt'> {
  readonly heardAt: string
}

export interface EvidenceStatus extends Omit<FoundEvidence, 'foundAt'> {
  readonly foundAt: string
}

/** A feed of this node's or of another, and how far this node has it. */
export interface FeedStatus extends Omit<FollowedFeed, 'heads' | 'evidence'> {
  /** Blocks that are in the indexes. */
  readonly indexed: number
  /** Data blocks that are not here, though later ones are: withheld, or not to be had yet; counted up to 1,000. */
  readonly holes: number
  /** Entries that could not be used; counted up to 1,000. */
  readonly rejected: number
  /** Peers whose heads of it are known. */
  readonly witnesses: number
  /** What proves that its writer has told two stories. */
  readonly evidence: readonly EvidenceStatus[]
}

/** One with all that is known of it. */
export interface FeedDetail extends FeedStatus {
  /** The newest head of each peer that said one. */
  readonly heads: readonly HeardHead[]
  /** The first 1,000. `names`: what stood there, by the index block, if that is here. */
  readonly missing: readonly {
    readonly sequence: number
    readonly names: readonly { readonly kind: string; readonly id: string }[]
  }[]
  /** The first 1,000, with the code of the error. */
  readonly refusals: readonly {
    readonly sequence: number
    readonly position: number
    readonly code: string
  }[]
}

export interface PeerStatus extends Omit<Peer, 'connectedAt' | 'nextDialAt'> {
  readonly connectedAt: string | null
  readonly nextDialAt: string | null
}

/** Where somebody dialled from is nobody's business. */
export function peerStatus(peer: Peer): PeerStatus {
  const { addresses, configured, connectedAt, nextDialAt } = peer
  return {
    ...peer,
    addresses: configured ? addresses : [],
    connectedAt: connectedAt === null ? null : isoTime(connectedAt),
    nextDialAt: nextDialAt === null ? null : isoTime(nextDialAt),
  }
}

export function evidenceStatus(evidence: FoundEvidence): EvidenceStatus {
  return { ...evidence, foundAt: isoTime(evidence.foundAt) }
}

export function heardHead(head: Heard): HeardHead {
  return { ...head, heardAt: isoTime(head.heardAt) }
}
