/**
 * Blocks of a feed that anybody copies: a writer can sign any length, and some of what is known of a feed costs by its
 * length. One certification a second fills it in two years.
 */
export const MAX_FEED_LENGTH = 2 ** 27
/** Entries of one data block. */
export const MAX_ENTRIES = 64
