/* Rows by which the certifications of one rebuilder are found. */
import type { Bytes } from './database.ts'
import {
  encoder,
  idHint,
  ID_HINT,
  rowKey,
  nameHash,
  type Range,
  uint32,
  uint64,
  prefixRange,
  fingerprint32,
} from './row-layout.ts'
import { directoryPrefix } from './certification-keys.ts'

export const rebuilderKey = (fingerprint: string, id: string): Bytes =>
  rowKey('r', fingerprint32(fingerprint), idHint(id))
export const byRebuilder = (fingerprint: string): Range =>
  prefixRange(rowKey('r', fingerprint32(fingerprint)))

/** Of the certifications by that rebuilder those whose ids begin with 32 bits from `from` up to, not with, `to`. */
export function byRebuilderBetween(fingerprint: string, from: number, to: number): Range {
  const at = (bits: number): Bytes => rowKey('r', fingerprint32(fingerprint), uint32(bits))
  return { gte: at(from), lt: to > 0xffff_ffff ? byRebuilder(fingerprint).lt : at(to) }
}

export const signedKey = (fingerprint: string, time: number, id: string): Bytes =>
  rowKey('s', fingerprint32(fingerprint), uint64(time), idHint(id))
/** What that rebuilder signed before that, and from then on, in milliseconds since 1970. */
export const signedBefore = (fingerprint: string, time: number): Range => ({
  gte: rowKey('s', fingerprint32(fingerprint)),
  lt: rowKey('s', fingerprint32(fingerprint), uint64(time)),
})
export const signedFrom = (fingerprint: string, time: number): Range => ({
  gte: rowKey('s', fingerprint32(fingerprint), uint64(time)),
  lt: prefixRange(rowKey('s', fingerprint32(fingerprint))).lt,
})
export const timeOfSignedKey = (row: Bytes): number =>
  Number(Buffer.from(row).readBigUInt64BE(row.length - ID_HINT - 8))

export const productKey = (fingerprint: string, product: string, id: string): Bytes =>
  rowKey('b', fingerprint32(fingerprint), nameHash(product), idHint(id))
export const byProduct = (fingerprint: string, product: string): Range =>
  prefixRange(rowKey('b', fingerprint32(fingerprint), nameHash(product)))

/** Of one rebuilder, as {@link fileKey} and {@link directoryKey} are of all. */
export const rebuilderFileKey = (
  fingerprint: string,
  segments: readonly string[],
  file: { readonly name: string; readonly id: string },
): Bytes =>
  rowKey(
    'G',
    fingerprint32(fingerprint),
    directoryPrefix(segments),
    encoder.encode(`${file.name}\x01`),
    idHint(file.id),
  )
export const rebuilderDirectoryKey = (fingerprint: string, segments: readonly string[]): Bytes =>
  rowKey('G', fingerprint32(fingerprint), directoryPrefix(segments))
