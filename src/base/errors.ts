/** Every code that a door must have an answer for, by family. */
const CODES = {
  /** The bytes are not what they claim to be. */
  malformed: [
    'BODY_EMPTY',
    'ARMOR_SYNTAX',
    'MESSAGES_SEVERAL',
    'MESSAGE_NOT_CLEARSIGNED',
    'SIGNATURE_MISSING',
    'SIGNATURE_SYNTAX',
    'SIGNATURE_UNSUPPORTED',
    'BUILDINFO_SYNTAX',
    'BUILDINFO_FIELD_MISSING',
    'BUILDINFO_FIELD_INVALID',
    'KEY_SYNTAX',
    'KEY_UNUSABLE',
    'ENTRY_SYNTAX',
    'CHECKSUM_MISMATCH',
    'PATH_INVALID',
    'NAME_MISMATCH',
    'QUERY_INVALID',
    'REQUEST_INVALID',
    'FILE_INVALID',
    'FILE_CHANGED',
  ],
  /** The mathematics say no. */
  verification: ['SIGNATURE_INVALID', 'SIGNER_UNAUTHORIZED'],
  /** This node does not take it, or not now. */
  admission: [
    'TOO_LARGE',
    'KEY_TOO_COSTLY',
    'REBUILDER_REFUSED',
    'RATE_EXCEEDED',
    'ASKER_GONE',
    'WAITING_FULL',
    'READ_ONLY',
    'BEHIND',
    'METHOD_NOT_ALLOWED',
    'HOST_REFUSED',
    'ORIGIN_REFUSED',
    'ENCODING_REFUSED',
    'CLOSING',
  ],
  /** It was here, and this node does not keep it any more. */
  withheld: ['WITHHELD'],
  /** Made only at a door, out of `undefined`. */
  notFound: [
    'COLLECTION_UNKNOWN',
    'PATH_NOT_FOUND',
    'CERTIFICATION_NOT_FOUND',
    'CERTIFICATION_WAITING',
    'SIGNATURE_NOT_FOUND',
    'KEY_NOT_FOUND',
    'REBUILDER_NOT_FOUND',
    'FEED_NOT_FOUND',
    'PROOF_NOT_FOUND',
  ],
  /** The disk, or a format on it. */
  storage: [
    'DATA_IN_USE',
    'DATA_FORMAT_UNKNOWN',
    'JOURNAL_MISMATCH',
    'FEED_CORRUPT',
    'DISK',
    'DISK_FULL',
  ],
  /** A node or a peer that does not answer as it should. */
  network: ['NODE_UNREACHABLE', 'ANSWER_UNEXPECTED', 'TIMED_OUT'],
  /** Before anything opens. */
  config: ['USAGE', 'SETTING_UNKNOWN', 'SETTING_INVALID', 'LISTEN_FAILED', 'POLICY_INVALID'],
} as const

export type MalformedCode = (typeof CODES)['malformed'][number]
export type VerificationCode = (typeof CODES)['verification'][number]
export type AdmissionCode = (typeof CODES)['admission'][number]
export type WithheldCode = (typeof CODES)['withheld'][number]
export type NotFoundCode = (typeof CODES)['notFound'][number]
export type StorageCode = (typeof CODES)['storage'][number]
export type NetworkCode = (typeof CODES)['network'][number]
export type ConfigCode = (typeof CODES)['config'][number]
export type Code = (typeof CODES)[keyof typeof CODES][number]

const ALL: ReadonlySet<string> = new Set(Object.values(CODES).flat())
const OWN: ReadonlySet<string> = new Set([...CODES.storage, ...CODES.config])

/** Is it one of ours, also when a node of another version says it? */
export const isCode = (code: unknown): code is Code => typeof code === 'string' && ALL.has(code)

/** Is it of the machine that says it: its disk, its settings? Whoever asks it over a network can do nothing about that. */
export const isOwnTrouble = (code: Code): boolean => OWN.has(code)

/** What every expected failure is: a stable code, and a sentence that says what to do. */
export class CountersignError<C extends Code = Code> extends Error {
  readonly code: C
  /** When it can be tried again, in whole seconds from now; absent where nobody knows. */
  readonly retryAfter: number | undefined
  constructor(code: C, message: string, options?: ErrorOptions & { readonly retryAfter?: number }) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.retryAfter = options?.retryAfter
  }
}

export class MalformedError extends CountersignError<MalformedCode> {}
export class VerificationError extends CountersignError<VerificationCode> {}
export class AdmissionError extends CountersignError<AdmissionCode> {}
/** What a node says of a certification that it withholds. */
export interface WithholdingFacts {
  readonly id: string
  readonly reason: string
  readonly code: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** Key of the feed that says so; `null`: only this node does. */
  readonly feed: string | null
}
export class WithheldError extends CountersignError<WithheldCode> {
  readonly withholding: WithholdingFacts
  constructor(withholding: WithholdingFacts) {
    super(
      'WITHHELD',
      `This node withholds certification ${withholding.id} since ${withholding.at} (${withholding.code}): "${withholding.reason}". Another node may have it.`,
    )
    this.withholding = withholding
  }
}
export class NotFoundError extends CountersignError<NotFoundCode> {}
export class StorageError extends CountersignError<StorageCode> {}
export class NetworkError extends CountersignError<NetworkCode> {}
export class ConfigError extends CountersignError<ConfigCode> {}

/** Narrows without losing the codes, which `instanceof` does to a generic class. */
export const isExpected = (error: unknown): error is CountersignError =>
  error instanceof CountersignError

/** The code of an expected failure; `undefined` of anything else, which is our bug. */
export const codeOf = (error: unknown): Code | undefined =>
  isExpected(error) ? error.code : undefined

const FAMILIES = [
  MalformedError,
  VerificationError,
  AdmissionError,
  NotFoundError,
  StorageError,
  NetworkError,
  ConfigError,
] as const

/** An error as plain data, for where a class cannot go: between threads. */
export interface PlainError {
  readonly family: string
  readonly code: Code
  readonly message: string
}

export const toPlainError = (error: CountersignError): PlainError => ({
  family: error.name,
  code: error.code,
  message: error.message,
})

export function fromPlainError({ family, code, message }: PlainError): CountersignError {
  const Family = FAMILIES.find(({ name }) => name === family) ?? CountersignError
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made by toPlainError: family and code fit
  return new (Family as typeof CountersignError)(code, message)
}
