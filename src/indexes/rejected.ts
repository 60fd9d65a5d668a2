import type { IndexBatch } from './batch.ts'
import type { Indexes } from './database.ts'
import { allRejected, rejectedKey } from './keys.ts'

/** An entry that could not be used, and why. */
export function putRejected(
  batch: IndexBatch,
  place: { readonly feed: string; readonly sequence: number; readonly position: number },
  code: string,
): void {
  batch.put(rejectedKey(place.feed, place.sequence, place.position), new TextEncoder().encode(code))
}

export async function rejectedCodes(indexes: Indexes): Promise<readonly string[]> {
  const values = await indexes.level.values(allRejected()).all()
  return values.map((value) => new TextDecoder().decode(value))
}
