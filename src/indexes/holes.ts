import type { IndexBatch } from './batch.ts'
import type { Bytes, Indexes } from './database.ts'
import { holeKey, holesOf, sequenceOfHoleKey } from './feed-keys.ts'

/** A block that is not here, withheld by its origin or not yet had. The follower goes on without it. */
export interface Hole {
  readonly sequence: number
  /** The index block that stands behind it, which has the names of what is missing; empty if that is missing too. */
  readonly index: Bytes
}

export function putHole(batch: IndexBatch, feed: string, { sequence, index }: Hole): void {
  batch.put(holeKey(feed, sequence), index)
}

/** In the same batch as the rows of the block that has come. */
export function deleteHole(batch: IndexBatch, feed: string, sequence: number): void {
  batch.del(holeKey(feed, sequence))
}

/** In order, the first of them. */
export async function holesIn(
  indexes: Indexes,
  feed: string,
  limit = Infinity,
): Promise<readonly Hole[]> {
  const holes: Hole[] = []
  for await (const [key, index] of indexes.level.iterator({ ...holesOf(feed), limit }))
    holes.push({ sequence: sequenceOfHoleKey(key), index: new Uint8Array(index) })
  return holes
}
