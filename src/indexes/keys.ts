import { hash } from 'node:crypto'
import type { Algorithm } from '../certification/artifacts/artifact.ts'
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
 *   C fingerprint:32 camp:1 ~against:4 version:16 number:2  where a rebuilder differs: from the named first, from most first
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
const VERSION = 16
const NOTE = 'N'.charCodeAt(0)
const ALGORITHM_BYTE: Readonly<Record<Algorithm, number>> = {
  md5: 1,
  sha1: 2,
  sha256: 3,
  sha512: 4,
}

export type IteratorRange = { readonly lt: Bytes } & (
  { readonly gte: Bytes } | { readonly gt: Bytes }
)

export interface Range {
  readonly gte: Bytes
  readonly lt: Bytes
}

/** Where in a feed. */
interface Standing {
  readonly sequence: number
  readonly position: number
}

const encoder = new TextEncoder()

function key(table: string, ...parts: readonly Bytes[]): Bytes {
  const row = Buffer.allocUnsafe(parts.reduce((sum, { length }) => sum + length, 1))
  row[0] = table.charCodeAt(0)
  let at = 1
  for (const part of parts) {
    row.set(part, at)
    at += part.length
  }
  return row
}

const hex = (text: string): Bytes => Buffer.from(text, 'hex')
/** A certification has hundreds of rows, one after the other, with the same id and the same fingerprint. */
const rememberingLast = (make: (text: string) => Bytes): ((text: string) => Bytes) => {
  let [last, made] = ['', make('')]
  return (text) => {
    if (text !== last) [last, made] = [text, make(text)]
    return made
  }
}
const hint = rememberingLast((id) => hex(id.slice(0, ID_HINT * 2)))
const wide = rememberingLast((fingerprint) => hex(fingerprint.padEnd(64, '0')))
const uint64 = (value: number): Bytes => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
const uint32 = (value: number): Bytes => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
const uint16 = (value: number): Bytes => Uint8Array.of(value >> 8, value & 0xff)
const nameHash = (name: string): Bytes => hash('sha256', name, 'buffer').subarray(0, ID_HINT)

/** A range from behind a key that somebody sent back as a cursor. A key outside of the range changes nothing. */
export function behind({ gte, lt }: Range, after: Bytes | undefined): IteratorRange {
  if (after === undefined || Buffer.compare(after, gte) < 0) return { gte, lt }
  return { gt: after, lt }
}

/** Every key that starts with `prefix`, and no other. */
export function under(prefix: Bytes): Range {
  const end = Buffer.from(prefix)
  let at = end.length - 1
  while (at > 0 && end[at] === 0xff) at -= 1
  end[at] = (end[at] ?? 0) + 1
  return { gte: prefix, lt: end.subarray(0, at + 1) }
}

export const certificationKey = (id: string): Bytes => key('c', hex(id))
export const hintKey = (idHint: Bytes): Bytes => key('H', idHint)
export const hintKeyOf = (id: string): Bytes => key('H', hint(id))
/** @param prefix an even number of hex digits */
export const certificationsByPrefix = (prefix: string): Range => under(key('c', hex(prefix)))
export const allCertifications = (): Range => under(key('c'))
export const idOfCertificationKey = (row: Bytes): string =>
  Buffer.from(row.subarray(1)).toString('hex')

const directory = (segments: readonly string[]): Bytes =>
  encoder.encode(segments.map((segment) => `${segment}\0`).join(''))
/** `segments` start with the collection. */
export const directoryKey = (segments: readonly string[]): Bytes => key('p', directory(segments))
export const fileKey = (segments: readonly string[], name: string, id: string): Bytes =>
  key('p', directory(segments), encoder.encode(`${name}\x01`), hint(id))
export const filesNamed = (segments: readonly string[], name: string): Range =>
  under(key('p', directory(segments), encoder.encode(`${name}\x01`)))
/** Where the rows behind everything below the child directory `name` begin. */
export const afterDirectory = (segments: readonly string[], name: string): Bytes =>
  key('p', directory(segments), encoder.encode(`${name}\x01`))
export const afterFile = (segments: readonly string[], name: string): Bytes =>
  key('p', directory(segments), encoder.encode(`${name}\x02`))

export const checksumKey = (algorithm: Algorithm, checksum: string, id: string): Bytes =>
  key('a', checksumPrefix(algorithm, checksum), hint(id))
export const byChecksum = (algorithm: Algorithm, checksum: string): Range =>
  under(key('a', checksumPrefix(algorithm, checksum)))
export const checksumsByPrefix = (algorithm: Algorithm, prefix: string): Range =>
  under(key('a', checksumPrefix(algorithm, prefix)))
const checksumPrefix = (algorithm: Algorithm, checksum: string): Bytes =>
  Buffer.concat([Uint8Array.of(ALGORITHM_BYTE[algorithm]), hex(checksum.slice(0, 16))])

export const nameKey = (name: string, id: string): Bytes => key('n', nameHash(name), hint(id))
export const byName = (name: string): Range => under(key('n', nameHash(name)))

export const versionKey = (version: string, id: string): Bytes =>
  key('l', nameHash(version), hint(id))
export const byVersion = (version: string): Range => under(key('l', nameHash(version)))
export const nameTable = (table: string, ...parts: readonly Bytes[]): Bytes =>
  key('D', Uint8Array.of(table.charCodeAt(0)), ...parts)

export const rebuilderKey = (fingerprint: string, id: string): Bytes =>
  key('r', wide(fingerprint), hint(id))
export const byRebuilder = (fingerprint: string): Range => under(key('r', wide(fingerprint)))

/** Of the certifications by that rebuilder those whose ids begin with 32 bits from `from` up to, not with, `to`. */
export function byRebuilderBetween(fingerprint: string, from: number, to: number): Range {
  const at = (bits: number): Bytes => key('r', wide(fingerprint), uint32(bits))
  return { gte: at(from), lt: to > 0xffff_ffff ? byRebuilder(fingerprint).lt : at(to) }
}

export const signedKey = (fingerprint: string, time: number, id: string): Bytes =>
  key('s', wide(fingerprint), uint64(time), hint(id))
/** What that rebuilder signed before that, and from then on, in milliseconds since 1970. */
export const signedBefore = (fingerprint: string, time: number): Range => ({
  gte: key('s', wide(fingerprint)),
  lt: key('s', wide(fingerprint), uint64(time)),
})
export const signedFrom = (fingerprint: string, time: number): Range => ({
  gte: key('s', wide(fingerprint), uint64(time)),
  lt: under(key('s', wide(fingerprint))).lt,
})
export const timeOfSignedKey = (row: Bytes): number =>
  Number(Buffer.from(row).readBigUInt64BE(row.length - ID_HINT - 8))

export const productKey = (fingerprint: string, product: string, id: string): Bytes =>
  key('b', wide(fingerprint), nameHash(product), hint(id))
export const byProduct = (fingerprint: string, product: string): Range =>
  under(key('b', wide(fingerprint), nameHash(product)))

/** Of one rebuilder, as {@link fileKey} and {@link directoryKey} are of all. */
export const rebuilderFileKey = (
  fingerprint: string,
  segments: readonly string[],
  file: { readonly name: string; readonly id: string },
): Bytes =>
  key(
    'G',
    wide(fingerprint),
    directory(segments),
    encoder.encode(`${file.name}\x01`),
    hint(file.id),
  )
export const rebuilderDirectoryKey = (fingerprint: string, segments: readonly string[]): Bytes =>
  key('G', wide(fingerprint), directory(segments))

export const claimedKey = (keyId: string, id: string): Bytes => key('k', hex(keyId), hint(id))
export const byClaimedKey = (keyId: string): Range => under(key('k', hex(keyId)))

export const timeKey = (acceptedAt: number, id: string): Bytes =>
  key('t', uint64(acceptedAt), hint(id))
/** Accepted before that, in milliseconds since 1970. */
export const acceptedBefore = (time: number): Range => ({
  gte: key('t'),
  lt: key('t', uint64(time)),
})

export const keyringKey = (fingerprint: string): Bytes => key('y', wide(fingerprint))
export const allKeys = (): Range => under(key('y'))
export const keyIdKey = (keyId: string, fingerprint: string): Bytes =>
  key('i', hex(keyId), wide(fingerprint))
export const byKeyId = (keyId: string): Range => under(key('i', hex(keyId)))

export const configuredKey = (fingerprint: string): Bytes => key('e', wide(fingerprint))
export const allConfigured = (): Range => under(key('e'))

export const deriveKey = (keyId: string): Bytes => key('d', hex(keyId))
export const allToDerive = (): Range => under(key('d'))
export const keyIdOfDeriveKey = (row: Bytes): string =>
  Buffer.from(row.subarray(1)).toString('hex').toUpperCase()

export const rejectedKey = (feed: string, sequence: number, position: number): Bytes =>
  key('j', hex(feed), uint64(sequence), uint16(position))
export const rejectedOf = (feed: string): Range => under(key('j', hex(feed)))
export const placeOfRejectedKey = (row: Bytes): Standing => {
  const bytes = Buffer.from(row)
  return {
    sequence: Number(bytes.readBigUInt64BE(bytes.length - 10)),
    position: bytes.readUInt16BE(bytes.length - 2),
  }
}
export const holeKey = (feed: string, sequence: number): Bytes =>
  key('h', hex(feed), uint64(sequence))
export const holesOf = (feed: string): Range => under(key('h', hex(feed)))
export const sequenceOfHoleKey = (row: Bytes): number =>
  Number(Buffer.from(row).readBigUInt64BE(row.length - 8))
export const movedKey = (feed: string, { sequence, position }: Standing): Bytes =>
  key('m', hex(feed), uint64(sequence), uint16(position))
export const originalKey = (feed: string, { sequence, position }: Standing): Bytes =>
  key('o', hex(feed), uint64(sequence), uint16(position))
export const withholdingKey = (feed: string, { sequence, position }: Standing): Bytes =>
  key('w', hex(feed), uint64(sequence), uint16(position))
export const feedKeyKey = (feed: string, fingerprint: string): Bytes =>
  key('f', hex(feed), wide(fingerprint))
export const cursorKey = (feed: string): Bytes => key('u', hex(feed))
export const counterKey = (name: string): Bytes => key('q', encoder.encode(name))
export const countersNamed = (prefix: string): Range => under(key('q', encoder.encode(prefix)))
export const nameOfCounterKey = (row: Bytes): string => new TextDecoder().decode(row.subarray(1))

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
const claimHint = rememberingLast((id) => hex(id.slice(0, CLAIM_HINT * 2)))
export const claimKey = (
  version: Bytes,
  { rebuilder, signedAt, id }: { rebuilder: string; signedAt: number; id: string },
): Bytes => key('g', version, wide(rebuilder), uint64Down(signedAt), claimHint(id))
export const claimsIn = (version: Bytes): Range => under(key('g', version))
export const claimsBy = (version: Bytes, fingerprint: string): Range =>
  under(key('g', version, wide(fingerprint)))
/** The rebuilder's part of a claim's row, as long as every other. */
export const rebuilderOfClaim = (row: Bytes): Bytes => row.subarray(1 + VERSION, 33 + VERSION)
/** Behind all claims of that rebuilder in that version. */
export const behindRebuilder = (row: Bytes): Bytes => under(row.subarray(0, 33 + VERSION)).lt

export const uncountedKey = (version: Bytes, id: string): Bytes => key('X', version, hex(id))
export const uncountedIn = (version: Bytes): Range => under(key('X', version))
export const idOfUncountedKey = (row: Bytes): string =>
  Buffer.from(row.subarray(1 + VERSION)).toString('hex')

export const noteKey = (version: Bytes): Bytes => key('N', version)
export const allNotes = (): Range => under(key('N'))
export const isNote = (row: Bytes): boolean => row[0] === NOTE
export const versionOfNote = (row: Bytes): Bytes => row.subarray(1)
export const dueKey = (until: number, version: Bytes): Bytes => key('W', uint64(until), version)
/** What counts by then, in milliseconds since 1970. */
export const dueBy = (time: number): Range => ({ gte: key('W'), lt: key('W', uint64(time + 1)) })
export const timeOfDueKey = (row: Bytes): number => Number(Buffer.from(row).readBigUInt64BE(1))
export const tallyKey = (version: Bytes): Bytes => key('T', version)
export const allTallies = (): Range => under(key('T'))
export const standsKey = (version: Bytes): Bytes => key('U', version)
export const crowdedKey = (version: Bytes): Bytes => key('Q', version)
export const allCrowded = (): Range => under(key('Q'))
export const versionOfCrowded = (row: Bytes): Bytes => row.subarray(1)
export const rateKey = (fingerprint: string): Bytes => key('R', wide(fingerprint))
export const contradictionKey = (
  fingerprint: string,
  { camp, against, version, at }: { camp: number; against: number; version: Bytes; at: number },
): Bytes =>
  key(
    'C',
    wide(fingerprint),
    Uint8Array.of(camp),
    uint32(0xffff_ffff - against),
    version,
    uint16(at),
  )
export const contradictionsOf = (fingerprint: string): Range => under(key('C', wide(fingerprint)))
export const namingKey = (): Bytes => key('P')

export const eventKey = (number: number): Bytes => key('v', uint64(number))
/** Behind that number. */
export const eventsAfter = (number: number): IteratorRange => ({
  gt: eventKey(number),
  lt: under(key('v')).lt,
})
export const numberOfEventKey = (row: Bytes): number =>
  Number(Buffer.from(row).readBigUInt64BE(row.length - 8))
/** @param subject 64 hex digits */
export const lastEventOf = (subject: string): Bytes => key('x', hex(subject))
export const lastEventKey = (): Bytes => key('z')

/** The last 8 bytes of a row that ends in an id. */
export const hintOf = (row: Bytes): Bytes => row.subarray(row.length - ID_HINT)
