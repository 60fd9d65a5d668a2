/* Where items of a row of ours end, without making anything of them (RFC 8949, section 3). */
import type { Bytes } from './database.ts'

/** Major type. */
export const ARRAY = 4
const TAG = 6
const FOLLOWED_BY = 24

/** What stands at the beginning of an item. */
interface Head {
  /** Major type. */
  readonly type: number
  /** Of a string its bytes, of an array its items. */
  readonly count: number
  /** Behind it. */
  readonly end: number
}

/** Lengths have 32 bits at most, since no row is longer; larger numbers are passed over. */
export function headAt(row: Bytes, at: number): Head {
  const first = row[at] ?? 0
  const [type, info] = [first >> 5, first & 0x1f]
  if (info < FOLLOWED_BY) return { type, count: info, end: at + 1 }
  const bytes = 1 << (info - FOLLOWED_BY)
  let count = 0
  for (let next = at + 1; next <= at + bytes; next += 1) count = count * 256 + (row[next] ?? 0)
  return { type, count, end: at + 1 + bytes }
}

/** Behind the item that begins at `at`; of definite length, as all of ours are. */
export function endOfItem(row: Bytes, at: number): number {
  const { type, count, end } = headAt(row, at)
  // numbers, and what is false, true or null
  if (type < 2 || type > TAG) return end
  if (type < ARRAY) return end + count
  let behind = end
  for (let item = 0; item < count; item += 1) behind = endOfItem(row, behind)
  return behind
}
