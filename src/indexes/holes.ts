import type { IndexBatch } from './batch.ts'
import { holeKey } from './keys.ts'

/** A block that is not here, withheld by its origin or not yet had. The follower goes on without it. */
export function putHole(batch: IndexBatch, feed: string, sequence: number): void {
  batch.put(holeKey(feed, sequence), new Uint8Array())
}
