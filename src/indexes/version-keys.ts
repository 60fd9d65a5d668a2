/* Rows of versions, where certifications are compared, and of what comes of that for rebuilders. */
import { hash } from 'node:crypto'
import type { Bytes } from './database.ts'
import {
  hex,
  rowKey,
  type Range,
  memoizeLast,
  uint16,
  uint32,
  uint64,
  prefixRange,
  fingerprint32,
} from './row-layout.ts'

const VERSION = 16
const STALE_TALLY = 'N'.charCodeAt(0)
/** Where certifications are compared: 16 bytes for a collection and the segments below it. */
export const versionOf = (segments: readonly string[]): Bytes =>
  hash('sha256', segments.join('\0'), 'buffer').subarray(0, VERSION)
const uint64Down = (value: number): Bytes => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(2n ** 64n - 1n - BigInt(value))
  return bytes
}
/** Where nobody reads the whole behind it: two ids that begin alike in 16 bytes cannot be made. */
export const CLAIM_HINT = 16
const claimHint = memoizeLast((id) => hex(id.slice(0, CLAIM_HINT * 2)))
export const claimKey = (
  version: Bytes,
  { rebuilder, signedAt, id }: { rebuilder: string; signedAt: number; id: string },
): Bytes => rowKey('g', version, fingerprint32(rebuilder), uint64Down(signedAt), claimHint(id))
export const claimsIn = (version: Bytes): Range => prefixRange(rowKey('g', version))
export const claimsBy = (version: Bytes, fingerprint: string): Range =>
  prefixRange(rowKey('g', version, fingerprint32(fingerprint)))
/** The rebuilder's part of a claim's row, as long as every other. */
export const rebuilderOfClaim = (row: Bytes): Bytes => row.subarray(1 + VERSION, 33 + VERSION)
/** Behind all claims of that rebuilder in that version. */
export const afterRebuilder = (row: Bytes): Bytes => prefixRange(row.subarray(0, 33 + VERSION)).lt

export const uncountedKey = (version: Bytes, id: string): Bytes => rowKey('X', version, hex(id))
export const uncountedIn = (version: Bytes): Range => prefixRange(rowKey('X', version))
export const idOfUncountedKey = (row: Bytes): string =>
  Buffer.from(row.subarray(1 + VERSION)).toString('hex')

export const staleTallyKey = (version: Bytes): Bytes => rowKey('N', version)
export const allStaleTallies = (): Range => prefixRange(rowKey('N'))
export const isStaleTallyKey = (row: Bytes): boolean => row[0] === STALE_TALLY
export const versionOfStaleTally = (row: Bytes): Bytes => row.subarray(1)
export const dueKey = (until: number, version: Bytes): Bytes => rowKey('W', uint64(until), version)
/** What counts by then, in milliseconds since 1970. */
export const dueBy = (time: number): Range => ({
  gte: rowKey('W'),
  lt: rowKey('W', uint64(time + 1)),
})
export const timeOfDueKey = (row: Bytes): number => Number(Buffer.from(row).readBigUInt64BE(1))
export const tallyKey = (version: Bytes): Bytes => rowKey('T', version)
export const allTallies = (): Range => prefixRange(rowKey('T'))
export const statusCountsKey = (version: Bytes): Bytes => rowKey('U', version)
export const incompleteKey = (version: Bytes): Bytes => rowKey('Q', version)
export const allIncomplete = (): Range => prefixRange(rowKey('Q'))
export const versionOfIncomplete = (row: Bytes): Bytes => row.subarray(1)
export const rateKey = (fingerprint: string): Bytes => rowKey('R', fingerprint32(fingerprint))
export const contradictionKey = (
  fingerprint: string,
  {
    camp: voters,
    against,
    version,
    at,
  }: { camp: number; against: number; version: Bytes; at: number },
): Bytes =>
  rowKey(
    'C',
    fingerprint32(fingerprint),
    Uint8Array.of(voters),
    uint32(0xffff_ffff - against),
    version,
    uint16(at),
  )
export const contradictionsOf = (fingerprint: string): Range =>
  prefixRange(rowKey('C', fingerprint32(fingerprint)))
export const namedOperatorsKey = (): Bytes => rowKey('P')
