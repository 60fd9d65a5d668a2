import type { Artifact } from '../certification/artifacts/artifact.ts'
import type { LeftOut } from '../certification/dialects/dialect.ts'
import type { Tallies } from '../certification/agreement/judge.ts'
import type { Compared } from '../certification/agreement/differences.ts'
import type { Submitted } from '../certification/certification.ts'
import type { SourceIdentifier } from '../certification/artifacts/source-identifier.ts'
import type { State } from '../certification/signatures/state.ts'
import type { Code } from '../base/errors.ts'
import type { FollowPolicy } from './following.ts'
import type { Head } from '../feeds/format/head.ts'
import type { Place } from '../feeds/format/entry.ts'
import type { FeedStatus, PeerStatus } from './feed-status.ts'

/** Times are ISO 8601 in UTC; fingerprints 40 (v4) or 64 (v6) upper-case hex digits; ids 64 lower-case hex digits. */

export interface Submission extends Submitted {
  readonly collection: string
  /** Public keys sent beside it, armored or binary. */
  readonly keys?: Uint8Array | undefined
  /** Decoded path segments below the collection, from a PUT. */
  readonly alias?: readonly string[] | undefined
  /** Whose share of the bounded waiting place it takes; never shown. */
  readonly address?: string | undefined
}

export interface Receipt extends Place {
  readonly id: string
  readonly collection: string
  readonly state: State
  readonly rebuilder: string | null
  /** The feed's head at the length that first covers the entry: the same however often it is asked. */
  readonly head: Head
  readonly acceptedAt: string
  /** Paths on this node, percent-encoded. */
  readonly url: string
  readonly path: string
  /** What the text says and could not be taken; absent if there is nothing. */
  readonly leftOut?: readonly LeftOut[]
}

/** Why one of several signatures on a document was not taken. */
export interface Refusal {
  readonly code: Code
  /** A sentence. */
  readonly detail: string
  /** Who claims to have made it; `null` where that could not be read. */
  readonly keyId: string | null
}

/** What is kept for a while because something is missing. */
export interface Waiting {
  /** `document`: what belongs to one that has not come. */
  readonly waitingFor: 'signature' | 'key' | 'document'
  /** Why, for programs; absent in the answer to a submission. */
  readonly code?: 'signature-missing' | 'key-unknown' | 'document-missing'
  readonly collection: string
  /** Absent as long as there is no signature. */
  readonly id?: string
  readonly keyId?: string
  /** Its path below the collection, by its own word or its sender's: nothing of it is verified. */
  readonly name?: string
  /** In bytes. */
  readonly size?: number
  readonly since?: string
  readonly expires: string
  /** How to send what is missing, in a sentence. */
  readonly next: string
  /** As of a {@link Receipt}. */
  readonly leftOut?: readonly LeftOut[]
}

/** `source` and `collection` as in {@link Query}. */
export interface WaitingQuery extends PageOf {
  readonly source?: string | undefined
  readonly collection?: string | undefined
}

/** `known`: it was in this node's own feed already. */
export type SubmitOutcome =
  | { readonly status: 'accepted' | 'known'; readonly receipt: Receipt }
  | { readonly status: 'waiting'; readonly waiting: Waiting }
  /** One signature of several: others of the same document were taken. */
  | { readonly status: 'refused'; readonly refusal: Refusal }

export interface Query {
  readonly collection?: string
  /** Decoded path segments joined by `/`, matched as a prefix below the collection: `hello/2.10-3/amd64 source`. */
  readonly source?: string
  /** An artifact's file name, exactly. */
  readonly artifact?: string
  readonly sha512?: string
  readonly sha256?: string
  readonly sha1?: string
  readonly md5?: string
  /** Fingerprint of the primary key, any case. */
  readonly rebuilder?: string
  readonly state?: State
  /** From `next` of the page before. */
  readonly after?: string
  /** 1 to 1000. */
  readonly limit?: number
}

/** What part of a list is asked for. */
export interface PageOf {
  readonly after?: string | undefined
  readonly limit: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Ask again with `after` set to this; absent on the last page. */
  readonly next?: string
}

export interface CertificationSummary {
  readonly id: string
  readonly collections: readonly string[]
  readonly dialect: string
  readonly state: State
  /** Does that state count in an agreement? */
  readonly counts: boolean
  readonly rebuilder: string | null
  readonly signedBy: string | null
  readonly keyId: string
  readonly signedAt: string | null
  readonly acceptedAt: string
  /** The header's first; of an aggregate at most 16, all of them in the detail. */
  readonly sources: readonly SourceIdentifier[]
  /** Of the bytes that are served. */
  readonly size: number
  readonly url: string
  readonly path: string
}

export interface CertificationDetail extends CertificationSummary {
  readonly artifacts: readonly Artifact[]
  /** What the text says and could not be taken; absent if there is nothing. */
  readonly leftOut?: readonly LeftOut[]
  readonly aliases: readonly string[]
  readonly builtAt: string | null
  readonly detached: boolean
  readonly places: readonly Place[]
}

/** One `{algorithm, hex}` set that some rebuilders gave for an artifact. */
export interface AgreementGroup {
  readonly checksums: Readonly<Partial<Record<'md5' | 'sha1' | 'sha256' | 'sha512', string>>>
  /** In bytes; `null` where nobody says it. */
  readonly size: number | null
  /** Neither SHA-256 nor SHA-512 is given: found, but never an agreement. */
  readonly weak: boolean
  readonly rebuilders: readonly {
    readonly fingerprint: string
    readonly name: string | null
    /** By this node's policy; `null`: it names nobody who has that key. */
    readonly operator: string | null
    readonly certifications: readonly string[]
  }[]
}

/** How many agree about it, by the judge: operators that this node's pages name, and all others. */
export interface ArtifactAgreement extends Tallies {
  readonly name: string
  readonly group?: string
  /**
   * Strong before weak; then what most named operators say, then what most others do. A certification that stands in several
   * gave alternatives.
   */
  readonly groups: readonly AgreementGroup[]
}

export interface Agreement {
  readonly collection: string
  readonly path: string
  /** More is below that path than one answer compares; of each rebuilder the newest stand in it. */
  readonly truncated: boolean
  /** Certifications below that path that the node withholds: who is behind them is not said. Absent: nothing is said. */
  readonly withheld?: number | undefined
  /**
   * Artifacts of the same builds that are of other modules, and not in this answer: of the build that has most. Ask for `whole`.
   * Absent: a node of an earlier version.
   */
  readonly elsewhere?: number | undefined
  /** In the order of their names, then groups. */
  readonly artifacts: readonly ArtifactAgreement[]
  /** Certifications below that path which do not count, and why: on the first page. */
  readonly uncounted: readonly {
    readonly id: string
    readonly state: State
    readonly rebuilder: string | null
  }[]
}

/** A part of an agreement; `next` is absent on the last. */
export interface AgreementPage extends Agreement {
  readonly next?: string | undefined
}

/** What part of an agreement is asked for. */
export interface PageOfAgreement extends PageOf {
  /** About how large a page gets, as JSON; it is shorter than `limit` then. */
  readonly bytes?: number | undefined
  /** Where the path is that of one module: all that the same builds made. */
  readonly whole?: boolean | undefined
}

/** Two certifications beside each other. */
export interface Comparison extends Compared {
  readonly left: CertificationSummary
  readonly right: CertificationSummary
}

export interface KeyAdded {
  readonly fingerprint: string
  /** `false`: nothing in it was new. */
  readonly added: boolean
  /** Certifications that waited for it and were taken now. */
  readonly released: readonly string[]
  /** A revocation whose key is not known yet: it is kept until that comes, and `fingerprint` is the key id. */
  readonly waits?: boolean | undefined
  /** What was sent and is not kept, or has no effect, and why. */
  readonly leftOut?: readonly { readonly what: string; readonly why: string }[] | undefined
}

/** `path` is the whole path from the collection on, not encoded; `type` as raboof's server says it. */
export interface ListingEntry {
  readonly path: string
  readonly name: string
  readonly type: 'object' | 'collection'
  /** For an object: which certification. */
  readonly id?: string
}

export interface Status {
  readonly version: string
  readonly peerId: string
  readonly startedAt: string
  readonly collections: readonly {
    readonly name: string
    readonly dialect: string
    readonly admit: string
    readonly certifications: number
    readonly feed: string | null
    readonly length: number
    readonly followed: number
  }[]
  readonly keys: number
  readonly rebuilders: number
  readonly waiting: { readonly items: number; readonly bytes: number }
  /** Peers that are connected. */
  readonly peers: number
  /** By which other nodes reach this one. */
  readonly addresses: readonly string[]
  readonly follow: FollowPolicy
  /** It takes no submissions. */
  readonly readOnly: boolean
  /** It takes submissions now. */
  readonly writable: boolean
  /** Why its disk takes nothing: the name of an errno and a sentence; `null`: it does. */
  readonly disk: {
    readonly cause: string
    readonly reason: string
    readonly since: string
  } | null
  /** Of all feeds together, in blocks: what is known to be, what is here, what is in the indexes. */
  readonly blocks: { readonly known: number; readonly here: number; readonly indexed: number }
  /** Has it all that its reachable configured peers have, and is that in the indexes? */
  readonly ready: boolean
  /** What this node would like its operator to know: how to add a peer, say. */
  readonly advice: readonly string[]
}

/**
 * What a node promises, whether it is asked in its own process or over HTTP: both sides are this interface.
 * @throws CountersignError of any family; absent things are `undefined`.
 */
export interface Repository {
  submit(submission: Submission): Promise<readonly SubmitOutcome[]>
  find(query: Query): Promise<Page<CertificationSummary>>
  /** What waits for its signature or key. A page can be short, or empty, with a cursor. */
  waiting(query: WaitingQuery): Promise<Page<Waiting>>
  certification(id: string): Promise<CertificationDetail | undefined>
  /** `source` as in {@link Query}. Without a page: all of it. */
  agreement(
    collection: string,
    source: string,
    page?: PageOfAgreement,
  ): Promise<AgreementPage | undefined>
  /** Armored. By fingerprint or key id, any case, with or without `0x`. */
  key(fingerprint: string): Promise<string | undefined>
  /** @param address whose share of the bounded place for keys they take; never shown */
  addKeys(bytes: Uint8Array, address?: string): Promise<readonly KeyAdded[]>
  status(): Promise<Status>
  peers(): Promise<readonly PeerStatus[]>
  /** Own ones, replicas, and those that were offered and refused. */
  feeds(): Promise<readonly FeedStatus[]>
}
