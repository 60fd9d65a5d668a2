/** Entries of one data block. */
export const MAX_ENTRIES = 64
