import type { MalformedError } from '../../base/errors.ts'
import type { Artifact } from '../artifacts/artifact.ts'
import type { SourceIdentifier } from '../artifacts/source-identifier.ts'

export type DialectName = 'debian' | 'jvm' | 'checksums' | 'in-toto'

/** What stands in a signed text and says nothing here, and why. */
export interface Omission {
  /** Of the file, as the text has it: it can hold anything. `null`: a line without one. */
  readonly name: string | null
  /** Two checksums in one algorithm; a name that no file can have here; no line of such a list; `MORE` is the last of many. */
  readonly code: 'AMBIGUOUS' | 'NAME_UNUSABLE' | 'LINE_UNREADABLE' | 'MORE'
  /** A sentence. */
  readonly detail: string
}

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
  /** What could not be taken of it while the rest was; 50 at most. */
  readonly leftOut?: readonly Omission[]
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
  /** What a text is that people hand in by mistake, with what to send instead; `undefined` if it is none of these. */
  readonly mistaken?: (text: string) => MalformedError | undefined
  /**
   * Reads the signed text (LF line ends, already decoded).
   * @throws MalformedError BUILDINFO_SYNTAX, BUILDINFO_FIELD_MISSING, BUILDINFO_FIELD_INVALID
   */
  readonly read: (text: string) => Buildinfo
}
