import type { NamedOperators } from '../certification/agreement/named-operators.ts'
import type { SaidByOthers } from '../certification/agreement/said-by-others.ts'
import type { Page, Repository } from './repository.ts'
import type { SubmitOutcome, Waiting } from './submission.ts'
import type { ListingEntry } from './listing.ts'
import type { CertificationSummary, Comparison } from './certification.ts'
import type { Agreement } from './agreement.ts'
import type { ComparedPath, Events } from './event.ts'
import type { FeedDetail } from './feed-status.ts'
import type { Names } from './names.ts'
import type { Shortened } from './shortened.ts'
import type { LinkNumber, LinkQuestion, LinkRecord } from './link-answer.ts'
import type { Freshness, LookedUp, LookupQuestion } from './lookup-answer.ts'
import type { NetworkAnswer } from './network-answer.ts'
import type { InclusionProof } from '../feeds/format/inclusion-proof.ts'
import type { RebuilderDetail } from './rebuilder-detail.ts'
import type { RebuilderSummary } from './rebuilder-summary.ts'
import type { VersionPage } from './version-page.ts'
import type { Scope } from './scope.ts'
import type { TallyOfVersion } from './version-tally.ts'
import type { WithheldAnswers } from './withheld-answers.ts'

/** What stands at a path below a collection. `segments` are decoded. */
export type Resolved =
  | { readonly kind: 'file'; readonly id: string }
  /** An alias that two certifications claim. */
  | { readonly kind: 'several'; readonly ids: readonly string[] }
  /** `X.buildinfo.asc` of a detached signature. */
  | { readonly kind: 'signature'; readonly id: string }
  /** `X.buildinfo.sha1`, `.md5` (or of the `.asc`), in hex, made from the bytes that are served. */
  | { readonly kind: 'checksum'; readonly hex: string }
  /** A bare `X-{version}.buildinfo`: GET answers with sbt's array, HEAD with 404. */
  | { readonly kind: 'sbt' }
  | { readonly kind: 'listing' }

export interface Served {
  readonly bytes: Uint8Array
  readonly signature?: Uint8Array | undefined
  readonly dialect: string
  /** The canonical `{file}` name. */
  readonly file: string
}

/** HKP's machine-readable index needs these. Times in seconds since 1970. */
export interface KeyListing {
  readonly kind: 'openpgp' | 'in-toto'
  readonly fingerprint: string
  readonly algorithm: number
  readonly bits: number
  readonly created: number
  readonly expires: number | null
  readonly revoked: boolean
  readonly userIds: readonly string[]
}

/** What a node's own doors ask of it, beside what {@link Repository} promises to everybody. */
export interface NodeRepository extends Repository, WithheldAnswers, Events, Names {
  readonly collections: readonly { readonly name: string; readonly dialect: string }[]
  /** Whom this node's policy names: their word colours its pages. */
  readonly namedOperators: () => NamedOperators
  /**
   * A file given by PUT under a path, or one that belongs to it (`.asc`, `.sha1`, `.md5`), in any order.
   * @throws MalformedError PATH_INVALID, NAME_MISMATCH, CHECKSUM_MISMATCH and what `submit` throws
   */
  put(file: PutFile): Promise<PutOutcome>
  /** Rises with whatever is written to the indexes: as long as it stays, answers stay, but for what depends on the time. */
  readonly version: () => number
  /** `undefined`: nothing is there. An empty collection is a listing. */
  resolve(collection: string, segments: readonly string[]): Promise<Resolved | undefined>
  list(
    collection: string,
    segments: readonly string[],
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<Page<ListingEntry>>
  /**
   * The same directory as people read it, if there are versions in it: see {@link VersionPage}.
   */
  versions(
    collection: string,
    segments: readonly string[],
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<VersionPage | undefined>
  /** Of a directory. Whole and unpaged: only certifications with a `date`, else one of them kills sbt's check. */
  sbtListing(collection: string, segments: readonly string[]): Promise<readonly ListingEntry[]>
  /** What waits for the key of the certification with that id. */
  waitingById(id: string): Promise<Waiting | undefined>
  served(id: string): Promise<Served | undefined>
  /** The last that some node accepted, newest first. */
  newest(limit: number): Promise<readonly CertificationSummary[]>
  readonly tallyOfVersion: TallyOfVersion
  /** As `agreement`, or `undefined` where more is asked of this node: for what only adorns a page. */
  agreementIfIdle(collection: string, source: string): Promise<Agreement | undefined>
  /** What others say of one certification of that source; `undefined` where more is asked of this node, or if it does not count. */
  saidIfIdle(collection: string, source: string, id: string): Promise<SaidByOthers | undefined>
  /** See `compareTwo`. */
  compare(left: string, right: string): Promise<Comparison | undefined>
  /** See `findByPrefix`. */
  startingWith(prefix: string): Promise<Shortened>
  /** See `findByVersion`. */
  sourcesOfVersion(version: string, limit: number): Promise<readonly ComparedPath[]>
  /** By file name, by `package_version_arch`, or by `group:artifact:version[:classifier][@type]`. */
  artifactsByName(
    name: string,
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<Page<CertificationSummary>>
  /**
   * What these rebuilders (fingerprints, upper-case) certified about many files, see `lookup`.
   * @throws MalformedError QUERY_INVALID
   */
  lookup(questions: readonly LookupQuestion[], rebuilders: ReadonlySet<string>): Promise<LookedUp>
  /**
   * What the owners of feeds that have certifications of these rebuilders (fingerprints, upper-case) said last.
   * @param owners peer ids: also what these said of their own feeds, whatever is in them
   */
  freshness(
    rebuilders: ReadonlySet<string>,
    owners: ReadonlySet<string>,
  ): Promise<readonly Freshness[]>
  /** By fingerprint, key id, or words of a user id (HKP's `search`), at most 100. */
  keyListings(search: string): Promise<readonly KeyListing[]>
  rebuilders(page: {
    readonly after?: string | undefined
    readonly limit: number
  }): Promise<Page<RebuilderSummary>>
  rebuilder(fingerprint: string): Promise<RebuilderDetail | undefined>
  /** Has it certified anything? Costs a row, where `rebuilder` compares. */
  isRebuilder(fingerprint: string): Promise<boolean>
  /** One rebuilder's in-toto links, see `links`; and the certification of one number. */
  links(question: LinkQuestion): Promise<readonly LinkRecord[]>
  link(rebuilder: string, number: LinkNumber): Promise<string | undefined>
  /** Have the indexes caught up with every feed, and the replicas with the reachable configured peers? */
  ready(): Promise<boolean>
  /** Does it take submissions now? Not if it is read-only, or its disk takes nothing. */
  writable(): Promise<boolean>
  /** Has it named peers, and been connected with none of its peers for a minute? */
  isolated(): boolean
  /** Have fewer other nodes what is here than the operator wants? Not if he has not said. */
  fewCopies(): boolean
  /** What it keeps of the feeds of others; `undefined`: everything. */
  scope(): Scope | undefined
  /** By its key, in any case. */
  feed(key: string): Promise<FeedDetail | undefined>
  /** Itself, its peers and all feeds that it knows. */
  network(): Promise<NetworkAnswer>
  /** That a block stands in a feed at that place, for whoever has neither; `undefined` if it cannot be proved here. */
  proof(key: string, sequence: number): Promise<InclusionProof | undefined>
}

/** A file given by PUT. `segments` are decoded, below the collection. */
export interface PutFile {
  readonly collection: string
  readonly segments: readonly string[]
  readonly bytes: Uint8Array
  /** As in {@link Submission}. */
  readonly address?: string | undefined
}

/** A file that belongs to a document is `kept` until that comes, or was compared with it: `matched`. */
export type PutOutcome =
  | { readonly kind: 'submitted'; readonly outcomes: readonly SubmitOutcome[] }
  | { readonly kind: 'kept' | 'matched' }
