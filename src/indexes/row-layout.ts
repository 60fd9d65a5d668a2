import { hash } from 'node:crypto'
import type { Bytes } from './database.ts'

/*
 * The layout of every row. Keys are a table letter and parts of fixed length, but for paths, whose segments end in
 * 0x00 (a directory) or 0x01 (a file, with the id behind it): neither can stand in a segment.
 *
 *   c id:32                        certification row
 *   p segment 0 … name 1 id:8      path row, from the collection on
 *   a algorithm:1 hex:8 id:8       by artifact checksum, cut to 8 bytes
 *   n sha256(name):8 id:8          by artifact file name, cut to 8 bytes
 *   l sha256(version):8 id:8       by version, cut to 8 bytes
 *   D table …                      names of folders, see `names.ts`
 *   r fingerprint:32 id:8          by rebuilder (a v4 fingerprint is padded with zeros)
 *   s fingerprint:32 time:8 id:8   by rebuilder and when it was signed, or accepted where that is not said
 *   b fingerprint:32 sha256(product):8 id:8  by rebuilder and product, of links
 *   G fingerprint:32 segment 0 … name 1 id:8  path row by rebuilder, of the sources that a row keeps
 *   k key id:8 id:8                by claimed key
 *   t accepted at:8 id:8           by the time at which some node accepted it
 *   y fingerprint:32               keyring: the minimised key
 *   i key id:8 fingerprint:32      keyring: by key id of primary key or subkey
 *   e fingerprint:32               the form in which the configured keyring files had a key
 *   d key id:8                     certifications by this key must be derived again
 *   j feed:32 sequence:8 position:2  rejected entry
 *   h feed:32 sequence:8           hole
 *   m feed:32 sequence:8 position:2  where a feed has an entry of a cleared block now
 *   o feed:32 sequence:8 position:2  where it stood before
 *   w feed:32 sequence:8 position:2  withholding: what a feed says of a place that it cleared
 *   f feed:32 fingerprint:32       digest of the form in which a feed has a key
 *   u feed:32                      cursor
 *   K feed:32                      by which rules the rows of a feed were made
 *   q text                         counter
 *   v number:8                     event: what this node came to know, in the order in which it did
 *   x subject:32                   the number of the last event about a certification or some evidence
 *   z                              the last number that was given to an event
 *   H id:8                         the ids that begin so, sorted: one nearly always
 *   g version:16 fingerprint:32 ~signed at:8 id:16  what one certification says of a version that it is compared in
 *   X version:16 id:32             certification that does not count in a version where it would be compared
 *   N version:16                   its tally is to be made anew
 *   T version:16                   tally of a version
 *   U version:16                   how each of its rebuilders stands there
 *   R fingerprint:32               how a rebuilder stands in all
 *   C fingerprint:32 group:1 ~against:4 version:16 number:2  where a rebuilder differs: from the named first, from most first
 *   Q version:16                   not all of it was compared
 *   W until:8 version:16           when something counts there that is dated in the future
 *   P                              whose word the tallies count apart
 *
 * Events are the only rows that depend on the order in which feeds came.
 *
 * Cut parts are hints that keep rows small (a certification of 10 artifacts has 40 of them): whoever reads one compares
 * the whole. Cutting costs no safety, since a rebuilder can claim any checksum anyway.
 */

export const ID_HINT = 8
export type IteratorRange = { readonly lt: Bytes } & (
  { readonly gte: Bytes } | { readonly gt: Bytes }
)

export interface Range {
  readonly gte: Bytes
  readonly lt: Bytes
}

export const encoder = new TextEncoder()

export function rowKey(table: string, ...parts: readonly Bytes[]): Bytes {
  const row = Buffer.allocUnsafe(parts.reduce((sum, { length }) => sum + length, 1))
  row[0] = table.charCodeAt(0)
  let at = 1
  for (const part of parts) {
    row.set(part, at)
    at += part.length
  }
  return row
}

export const hex = (text: string): Bytes => Buffer.from(text, 'hex')
/** A certification has hundreds of rows, one after the other, with the same id and the same fingerprint. */
export const memoizeLast = (make: (text: string) => Bytes): ((text: string) => Bytes) => {
  let [last, made] = ['', make('')]
  return (text) => {
    if (text !== last) [last, made] = [text, make(text)]
    return made
  }
}
export const idHint = memoizeLast((id) => hex(id.slice(0, ID_HINT * 2)))
export const fingerprint32 = memoizeLast((fingerprint) => hex(fingerprint.padEnd(64, '0')))
export const uint64 = (value: number): Bytes => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
export const uint32 = (value: number): Bytes => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
export const uint16 = (value: number): Bytes => Uint8Array.of(value >> 8, value & 0xff)
export const nameHash = (name: string): Bytes => hash('sha256', name, 'buffer').subarray(0, ID_HINT)

/** A range from behind a key that somebody sent back as a cursor. A key outside of the range changes nothing. */
export function rangeAfter({ gte, lt }: Range, after: Bytes | undefined): IteratorRange {
  if (after === undefined || Buffer.compare(after, gte) < 0) return { gte, lt }
  return { gt: after, lt }
}

/** Every key that starts with `prefix`, and no other. */
export function prefixRange(prefix: Bytes): Range {
  const end = Buffer.from(prefix)
  let at = end.length - 1
  while (at > 0 && end[at] === 0xff) at -= 1
  end[at] = (end[at] ?? 0) + 1
  return { gte: prefix, lt: end.subarray(0, at + 1) }
}

/** The last 8 bytes of a row that ends in an id. */
export const hintInKey = (row: Bytes): Bytes => row.subarray(row.length - ID_HINT)
