/* Rows of certifications, and those by which one is found: path, checksum, name, version, claimed key, time. */
import type { Algorithm } from '../certification/artifacts/artifact.ts'
import type { Bytes } from './database.ts'
import {
  encoder,
  hex,
  idHint,
  rowKey,
  nameHash,
  type Range,
  uint64,
  prefixRange,
} from './row-layout.ts'

const ALGORITHM_BYTE: Readonly<Record<Algorithm, number>> = {
  md5: 1,
  sha1: 2,
  sha256: 3,
  sha512: 4,
}

export const certificationKey = (id: string): Bytes => rowKey('c', hex(id))
export const hintKey = (hint: Bytes): Bytes => rowKey('H', hint)
export const hintKeyOf = (id: string): Bytes => rowKey('H', idHint(id))
/** @param prefix an even number of hex digits */
export const certificationsByPrefix = (prefix: string): Range =>
  prefixRange(rowKey('c', hex(prefix)))
export const allCertifications = (): Range => prefixRange(rowKey('c'))
export const idOfCertificationKey = (row: Bytes): string =>
  Buffer.from(row.subarray(1)).toString('hex')

export const directoryPrefix = (segments: readonly string[]): Bytes =>
  encoder.encode(segments.map((segment) => `${segment}\0`).join(''))
/** `segments` start with the collection. */
export const directoryKey = (segments: readonly string[]): Bytes =>
  rowKey('p', directoryPrefix(segments))
export const fileKey = (segments: readonly string[], name: string, id: string): Bytes =>
  rowKey('p', directoryPrefix(segments), encoder.encode(`${name}\x01`), idHint(id))
export const filesNamed = (segments: readonly string[], name: string): Range =>
  prefixRange(rowKey('p', directoryPrefix(segments), encoder.encode(`${name}\x01`)))
/** Where the rows behind everything below the child directory `name` begin. */
export const afterDirectory = (segments: readonly string[], name: string): Bytes =>
  rowKey('p', directoryPrefix(segments), encoder.encode(`${name}\x01`))
export const afterFile = (segments: readonly string[], name: string): Bytes =>
  rowKey('p', directoryPrefix(segments), encoder.encode(`${name}\x02`))

export const checksumKey = (algorithm: Algorithm, checksum: string, id: string): Bytes =>
  rowKey('a', checksumPrefix(algorithm, checksum), idHint(id))
export const byChecksum = (algorithm: Algorithm, checksum: string): Range =>
  prefixRange(rowKey('a', checksumPrefix(algorithm, checksum)))
export const checksumsByPrefix = (algorithm: Algorithm, prefix: string): Range =>
  prefixRange(rowKey('a', checksumPrefix(algorithm, prefix)))
const checksumPrefix = (algorithm: Algorithm, checksum: string): Bytes =>
  Buffer.concat([Uint8Array.of(ALGORITHM_BYTE[algorithm]), hex(checksum.slice(0, 16))])

export const nameKey = (name: string, id: string): Bytes => rowKey('n', nameHash(name), idHint(id))
export const byName = (name: string): Range => prefixRange(rowKey('n', nameHash(name)))

export const versionKey = (version: string, id: string): Bytes =>
  rowKey('l', nameHash(version), idHint(id))
export const byVersion = (version: string): Range => prefixRange(rowKey('l', nameHash(version)))
export const nameTable = (table: string, ...parts: readonly Bytes[]): Bytes =>
  rowKey('D', Uint8Array.of(table.charCodeAt(0)), ...parts)

export const claimedKey = (keyId: string, id: string): Bytes => rowKey('k', hex(keyId), idHint(id))
export const byClaimedKey = (keyId: string): Range => prefixRange(rowKey('k', hex(keyId)))

export const timeKey = (acceptedAt: number, id: string): Bytes =>
  rowKey('t', uint64(acceptedAt), idHint(id))
/** Accepted before that, in milliseconds since 1970. */
export const acceptedBefore = (time: number): Range => ({
  gte: rowKey('t'),
  lt: rowKey('t', uint64(time)),
})
