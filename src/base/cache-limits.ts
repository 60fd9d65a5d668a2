const MIB = 1024 * 1024

/** What a node remembers so as not to read, parse or make it again, in bytes at most: together what its memory costs beside its work. */
export const CACHE_LIMITS = {
  /** Answers of the threads: a follower meets a certification as soon as it is in the feed. 64 large ones of the JVM on their way are 15 MiB. */
  examined: 16 * MIB,
  /** Parsed certifications. */
  certifications: 16 * MIB,
  /** Blocks of feeds: one of 64 certifications is asked for 64 times in a row. */
  blocks: 8 * MIB,
  /** What own feeds have got and their followers have not read yet, packed and not. */
  written: 4 * MIB,
  /** Pages that were made. */
  pages: 8 * MIB,
  /** Keys that sign, in each thread. */
  keys: 16 * MIB,
  /** Keys that somebody has sent, and those of the configured files, verified. */
  uploads: 4 * MIB,
  configuredKeys: 8 * MIB,
  /** Blocks of the indexes, read and not yet written (LevelDB). */
  indexCache: 16 * MIB,
  indexWrites: 8 * MIB,
  /** What feeds have not written yet, of which RocksDB holds two at most. Its own choice is 64 MiB, which a node fills in an hour and never gives back. */
  feedWrites: 8 * MIB,
} as const
