import type { Artifact } from '../artifact.ts'
import type { SourceIdentifier } from '../source-identifier.ts'

export type DialectName = 'debian' | 'jvm' | 'checksums' | 'in-toto'

/** What a signed text says. */
export interface Buildinfo {
  readonly dialect: DialectName
  /** The first is what the header names; an aggregate adds one for every module. Never empty. */
  readonly sources: readonly [SourceIdentifier, ...SourceIdentifier[]]
  readonly artifacts: readonly Artifact[]
  /** The dialect's conventional file name without epoch and without `.buildinfo`. */
  readonly stem: string
  /** When the build says it took place, in milliseconds since 1970. An unproven claim. */
  readonly builtAt?: number
  /** Has the `date` property that sbt's check cannot do without (jvm only). */
  readonly hasDate: boolean
}

/** The grammar of a buildinfo. */
export interface Dialect {
  readonly name: DialectName
  /** Who signs it how: OpenPGP around or beside it, or in-toto's own JSON. */
  readonly envelope: 'openpgp' | 'in-toto'
  /** May the signature be detached? If not, only a clearsigned document is taken. */
  readonly detached: boolean
  /**
   * Reads the signed text (LF line ends, already decoded).
   * @throws MalformedError BUILDINFO_SYNTAX, BUILDINFO_FIELD_MISSING, BUILDINFO_FIELD_INVALID
   */
  readonly read: (text: string) => Buildinfo
}
