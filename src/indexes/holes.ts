import type { IndexBatch } from './batch.ts'
import type { Indexes } from './database.ts'
import { allHoles, holeKey } from './keys.ts'

/** A block that is not here, withheld by its origin or not yet had. The follower goes on without it. */
export function putHole(batch: IndexBatch, feed: string, sequence: number): void {
  batch.put(holeKey(feed, sequence), new Uint8Array())
}

export async function countHoles(indexes: Indexes): Promise<number> {
  let holes = 0
  for await (const _ of indexes.level.keys(allHoles())) holes += 1
  return holes
}
