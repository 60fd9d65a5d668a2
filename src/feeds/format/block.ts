/* A block of a feed, of whichever format. */
import { decodeDataBlock1, decodeIndexBlock1 } from './block-1.ts'
import {
  decodeDataBlock2,
  decodeIndexBlock2,
  MAX_DATA_BYTES_2,
  MAX_INDEX_BYTES,
} from './block-2.ts'
import type { AnyEntry } from './entry.ts'
import type { Feed } from './feed.ts'
import type { IndexRow } from './index-row.ts'
import { leadOf } from './lead.ts'
import { BLOCK_NUMBER, MAX_ENTRIES } from './limits.ts'
import type { OpenedBlocks } from './opened-blocks.ts'

/** How the blocks of a feed are written: its origin says it, and it never changes. */
export type FeedFormat = 1 | 2

/** A new feed begins with it. */
export const NEWEST_FORMAT: FeedFormat = 2

/** No block of a feed that can be read is larger. */
export const MAX_BLOCK_BYTES = MAX_DATA_BYTES_2
/** Nor is an index block. */
export const MAX_INDEX_BLOCK_BYTES = MAX_INDEX_BYTES

/**
 * @param format of its feed; whatever the block says itself, if absent
 * @param opened knows what some blocks of format 2 open to
 * @throws MalformedError ENTRY_SYNTAX
 */
export async function decodeDataBlock(
  bytes: Uint8Array,
  format: FeedFormat = formatOf(bytes),
  opened?: OpenedBlocks,
): Promise<readonly AnyEntry[]> {
  return format === 1 ? decodeDataBlock1(bytes) : decodeDataBlock2(bytes, opened)
}

/** @param format of its feed; whatever the block says itself, if absent @throws MalformedError ENTRY_SYNTAX */
export function decodeIndexBlock(
  bytes: Uint8Array,
  format: FeedFormat = formatOf(bytes),
): readonly IndexRow[] {
  return format === 1 ? decodeIndexBlock1(bytes) : decodeIndexBlock2(bytes)
}

/**
 * How many entries an index block says that its data block has, without reading its rows.
 * @returns 1 if it is none that can be read
 */
export function entriesSaidBy(index: Uint8Array): number {
  const { numbers, items } = leadOf(index, 2)
  if (numbers[1] !== BLOCK_NUMBER.index || items === undefined) return 1
  return items >= 1 && items <= MAX_ENTRIES ? items : 1
}

/**
 * The format of a feed, by its first block.
 * @returns 1 if that is not here: it is never cleared
 */
export async function formatOfFeed(feed: Pick<Feed, 'readData'>): Promise<FeedFormat> {
  const origin = await feed.readData(0)
  return origin === undefined ? 1 : formatOf(origin)
}

/** Of a block the first byte is the head of its array, the second its version: a small integer is one byte (RFC 8949 §3). */
function formatOf(bytes: Uint8Array): FeedFormat {
  return bytes[1] === 2 ? 2 : 1
}
