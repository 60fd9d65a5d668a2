/* Rows of feeds: how far each was read, and what is wrong or elsewhere in it. */
import type { FeedPosition } from './certification-row.ts'
import type { Bytes } from './database.ts'
import { hex, rowKey, type Range, uint16, uint64, prefixRange } from './row-layout.ts'

export const rejectedKey = (feed: string, sequence: number, position: number): Bytes =>
  rowKey('j', hex(feed), uint64(sequence), uint16(position))
export const rejectedOf = (feed: string): Range => prefixRange(rowKey('j', hex(feed)))
export const placeOfRejectedKey = (row: Bytes): FeedPosition => {
  const bytes = Buffer.from(row)
  return {
    sequence: Number(bytes.readBigUInt64BE(bytes.length - 10)),
    position: bytes.readUInt16BE(bytes.length - 2),
  }
}
export const holeKey = (feed: string, sequence: number): Bytes =>
  rowKey('h', hex(feed), uint64(sequence))
export const holesOf = (feed: string): Range => prefixRange(rowKey('h', hex(feed)))
export const sequenceOfHoleKey = (row: Bytes): number =>
  Number(Buffer.from(row).readBigUInt64BE(row.length - 8))
export const movedKey = (feed: string, { sequence, position }: FeedPosition): Bytes =>
  rowKey('m', hex(feed), uint64(sequence), uint16(position))
export const originalKey = (feed: string, { sequence, position }: FeedPosition): Bytes =>
  rowKey('o', hex(feed), uint64(sequence), uint16(position))
export const withholdingKey = (feed: string, { sequence, position }: FeedPosition): Bytes =>
  rowKey('w', hex(feed), uint64(sequence), uint16(position))
export const keptByKey = (feed: string): Bytes => rowKey('K', hex(feed))
export const rejectedBetween = (feed: string, first: number, end: number): Range => ({
  gte: rejectedKey(feed, first, 0),
  lt: rejectedKey(feed, end, 0),
})
export const cursorKey = (feed: string): Bytes => rowKey('u', hex(feed))
