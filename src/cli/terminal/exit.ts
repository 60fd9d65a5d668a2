import { type Code, isExpected } from '../../base/errors.ts'

/** Exit codes that a script can use. */
export const EXIT = {
  fine: 0,
  refused: 1,
  contradicted: 2,
  noAnswer: 3,
  usage: 64,
  bug: 70,
  storage: 74,
  config: 78,
} as const
export type Exit = (typeof EXIT)[keyof typeof EXIT]

const EXIT_BY_CODE: Readonly<Record<Code, Exit>> = {
  BODY_EMPTY: EXIT.refused,
  ARMOR_SYNTAX: EXIT.refused,
  MESSAGES_SEVERAL: EXIT.refused,
  MESSAGE_NOT_CLEARSIGNED: EXIT.refused,
  SIGNATURE_MISSING: EXIT.refused,
  SIGNATURE_SYNTAX: EXIT.refused,
  SIGNATURE_UNSUPPORTED: EXIT.refused,
  BUILDINFO_SYNTAX: EXIT.refused,
  BUILDINFO_FIELD_MISSING: EXIT.refused,
  BUILDINFO_FIELD_INVALID: EXIT.refused,
  KEY_SYNTAX: EXIT.refused,
  KEY_UNUSABLE: EXIT.refused,
  ENTRY_SYNTAX: EXIT.refused,
  CHECKSUM_MISMATCH: EXIT.refused,
  PATH_INVALID: EXIT.refused,
  NAME_MISMATCH: EXIT.refused,
  QUERY_INVALID: EXIT.refused,
  REQUEST_INVALID: EXIT.refused,
  FILE_INVALID: EXIT.refused,
  FILE_CHANGED: EXIT.refused,
  SIGNATURE_INVALID: EXIT.refused,
  SIGNER_UNAUTHORIZED: EXIT.refused,
  TOO_LARGE: EXIT.refused,
  KEY_TOO_COSTLY: EXIT.refused,
  REBUILDER_REFUSED: EXIT.refused,
  ASKER_GONE: EXIT.refused,
  RATE_EXCEEDED: EXIT.refused,
  WAITING_FULL: EXIT.refused,
  READ_ONLY: EXIT.refused,
  BEHIND: EXIT.refused,
  METHOD_NOT_ALLOWED: EXIT.refused,
  HOST_REFUSED: EXIT.refused,
  ORIGIN_REFUSED: EXIT.refused,
  ENCODING_REFUSED: EXIT.refused,
  CLOSING: EXIT.noAnswer,
  WITHHELD: EXIT.refused,
  COLLECTION_UNKNOWN: EXIT.refused,
  PATH_NOT_FOUND: EXIT.refused,
  CERTIFICATION_NOT_FOUND: EXIT.refused,
  CERTIFICATION_WAITING: EXIT.refused,
  SIGNATURE_NOT_FOUND: EXIT.refused,
  KEY_NOT_FOUND: EXIT.refused,
  REBUILDER_NOT_FOUND: EXIT.refused,
  FEED_NOT_FOUND: EXIT.refused,
  PROOF_NOT_FOUND: EXIT.refused,
  DATA_IN_USE: EXIT.storage,
  DATA_FORMAT_UNKNOWN: EXIT.storage,
  JOURNAL_MISMATCH: EXIT.storage,
  FEED_CORRUPT: EXIT.storage,
  DISK: EXIT.storage,
  DISK_FULL: EXIT.storage,
  NODE_UNREACHABLE: EXIT.noAnswer,
  ANSWER_UNEXPECTED: EXIT.noAnswer,
  TIMED_OUT: EXIT.noAnswer,
  USAGE: EXIT.usage,
  SETTING_UNKNOWN: EXIT.config,
  SETTING_INVALID: EXIT.config,
  LISTEN_FAILED: EXIT.config,
  POLICY_INVALID: EXIT.config,
}

/** Of anything that was thrown; what we did not foresee is our bug. */
export const exitOf = (error: unknown): Exit =>
  isExpected(error) ? EXIT_BY_CODE[error.code] : EXIT.bug

const WORST_LAST: readonly Exit[] = [EXIT.fine, EXIT.refused, EXIT.noAnswer, EXIT.contradicted]

/** One exit for several files: what is wrong on our side first, then 2 > 3 > 1 > 0. */
export function worstExit(exits: readonly Exit[]): Exit {
  const ours = exits.find((exit) => exit >= EXIT.usage)
  if (ours !== undefined) return ours
  const rank = Math.max(0, ...exits.map((exit) => WORST_LAST.indexOf(exit)))
  return WORST_LAST[rank] ?? EXIT.fine
}
