import type { IndexBatch } from './batch.ts'
import { rejectedKey } from './keys.ts'

/** An entry that could not be used, and why. */
export function putRejected(
  batch: IndexBatch,
  place: { readonly feed: string; readonly sequence: number; readonly position: number },
  code: string,
): void {
  batch.put(rejectedKey(place.feed, place.sequence, place.position), new TextEncoder().encode(code))
}
