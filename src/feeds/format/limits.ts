/**
 * Blocks of a feed that anybody copies: a writer can sign any length, and some of what is known of a feed costs by its
 * length. One certification a second fills it in two years.
 */
export const MAX_FEED_LENGTH = 2 ** 27
/** Entries of one data block. */
export const MAX_ENTRIES = 64
/** Several entries of one data block are never more bytes, before they are compressed. Replication is fastest with such blocks. */
export const CUT_BYTES = 262_144
/** The second field of every block. The origin stands first, then data and index blocks in turn. */
export const BLOCK_NUMBER = { origin: 0, data: 1, index: 2 } as const
