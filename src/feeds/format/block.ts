/* A block of a feed, of whichever format. */
import { decodeDataBlock1, decodeIndexBlock1 } from './block-1.ts'
import { decodeDataBlock2, decodeIndexBlock2, MAX_DATA_BYTES_2 } from './block-2.ts'
import type { AnyEntry } from './entry.ts'
import type { Feed } from './feed.ts'
import type { IndexRow } from './index-row.ts'

/** How the blocks of a feed are written: its origin says it, and it never changes. */
export type FeedFormat = 1 | 2

/** A new feed begins with it. */
export const NEWEST_FORMAT: FeedFormat = 2

/** No block of a feed that can be read is larger. */
export const MAX_BLOCK_BYTES = MAX_DATA_BYTES_2

/** @param format of its feed; whatever the block says itself, if absent @throws MalformedError ENTRY_SYNTAX */
export function decodeDataBlock(
  bytes: Uint8Array,
  format: FeedFormat = formatOf(bytes),
): readonly AnyEntry[] {
  return format === 1 ? decodeDataBlock1(bytes) : decodeDataBlock2(bytes)
}

/** @param format of its feed; whatever the block says itself, if absent @throws MalformedError ENTRY_SYNTAX */
export function decodeIndexBlock(
  bytes: Uint8Array,
  format: FeedFormat = formatOf(bytes),
): readonly IndexRow[] {
  return format === 1 ? decodeIndexBlock1(bytes) : decodeIndexBlock2(bytes)
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
