import { isHex } from '../../base/fingerprint.ts'
import { MalformedError } from '../../base/errors.ts'

export type FileRole = 'document' | 'signature'
export type SumAlgorithm = 'sha1' | 'md5'

/** What a file given by PUT is, and the path of the document that it belongs to. */
export interface PutName {
  /** Decoded segments joined by `/`. */
  readonly path: string
  readonly role: FileRole
  /** Set if the file holds a checksum of that document or signature. */
  readonly sum?: SumAlgorithm
}

const DOCUMENT_END = '.buildinfo'
const ENDS: readonly (readonly [string, FileRole, SumAlgorithm?])[] = [
  ['.asc.sha1', 'signature', 'sha1'],
  ['.asc.md5', 'signature', 'md5'],
  ['.sha1', 'document', 'sha1'],
  ['.md5', 'document', 'md5'],
  ['.asc', 'signature'],
  ['', 'document'],
]

/**
 * By the end of its name, as sbt, Ivy and Maven publish: `X.buildinfo`, `.asc` beside it, `.sha1` and `.md5` of both.
 * @throws MalformedError NAME_MISMATCH
 */
export function readPutName(segments: readonly string[]): PutName {
  const whole = segments.join('/')
  for (const [end, role, sum] of ENDS) {
    if (!whole.endsWith(`${DOCUMENT_END}${end}`)) continue
    const path = whole.slice(0, whole.length - end.length)
    return sum === undefined ? { path, role } : { path, role, sum }
  }
  throw new MalformedError(
    'NAME_MISMATCH',
    'Only X.buildinfo, X.buildinfo.asc and their .sha1 and .md5 can be put here; artifacts stay where they are published.',
  )
}

/**
 * The checksum in a `.sha1` or `.md5` file: hex, and maybe a file name behind it.
 * @throws MalformedError CHECKSUM_MISMATCH
 */
export function readSum(bytes: Uint8Array, algorithm: SumAlgorithm): string {
  const text = new TextDecoder().decode(bytes.subarray(0, SUM_BYTES)).trim()
  const [hex = ''] = text.split(/\s/, 1)
  if (isHex(hex, HEX_DIGITS[algorithm])) return hex.toLowerCase()
  throw new MalformedError('CHECKSUM_MISMATCH', `This is no ${algorithm} checksum in hex.`)
}

const SUM_BYTES = 1024
const HEX_DIGITS: Readonly<Record<SumAlgorithm, number>> = { sha1: 40, md5: 32 }
