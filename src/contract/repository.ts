import type { Submitted } from '../certification/certification.ts'
import type { State } from '../certification/signatures/state.ts'
import type { AgreementPage } from './agreement.ts'
import type { CertificationDetail, CertificationSummary } from './certification.ts'
import type { FeedStatus } from './feed-status.ts'
import type { PeerStatus } from './peer-status.ts'
import type { Status } from './status.ts'
import type { KeyAdded, SubmitOutcome, Waiting } from './submission.ts'

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

/** `source` and `collection` as in {@link Query}. */
export interface WaitingQuery extends PageOf {
  readonly source?: string | undefined
  readonly collection?: string | undefined
}

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

/** What part of an agreement is asked for. */
export interface PageOfAgreement extends PageOf {
  /** About how large a page gets, as JSON; it is shorter than `limit` then. */
  readonly bytes?: number | undefined
  /** Where the path is that of one module: all that the same builds made. */
  readonly whole?: boolean | undefined
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
