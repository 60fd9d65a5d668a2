import type { Feed } from '../../feeds/format/feed.ts'
import type { Indexes } from '../../indexes/database.ts'
import { holesIn } from '../../indexes/holes.ts'
import { hasPair } from './pair.ts'

/** Pairs of one feed behind which its follower has gone on. */
export interface Holes {
  readonly count: () => number
  /** Those that have come since, so many at most. */
  readonly filled: (limit: number) => readonly number[]
  readonly add: (sequence: number) => void
  /** @param left those of them, and of others, that are holes still */
  readonly followed: (sequences: readonly number[], left: readonly number[]) => void
}

/**
 * The holes of a feed as the indexes have them, and from now on as its follower says.
 * @throws StorageError DISK
 */
export async function openHoles(feed: Feed, indexes: Indexes): Promise<Holes> {
  const holes = new Set((await holesIn(indexes, feed.key)).map(({ sequence }) => sequence))
  /** Holes whose blocks have come, with a withholding in them that names index blocks which have not. */
  const early = new Set<number>()
  return {
    count: () => holes.size,
    filled: (limit) =>
      [...holes]
        .filter((sequence) => hasPair(feed, sequence) && !early.has(sequence))
        .slice(0, limit),
    add: (sequence) => holes.add(sequence),
    followed: (sequences, left) => {
      for (const sequence of sequences) holes.delete(sequence)
      // what was filled may be what others speak of
      if (sequences.some((sequence) => !left.includes(sequence))) early.clear()
      for (const sequence of left) {
        holes.add(sequence)
        if (hasPair(feed, sequence)) early.add(sequence)
      }
    },
  }
}
