import type { IndexBatch } from './batch.ts'
import type { Indexes } from './database.ts'
import { placeOfRejectedKey, rejectedKey, rejectedOf } from './feed-keys.ts'

/** An entry that could not be used, and why. */
export function putRejected(
  batch: IndexBatch,
  place: { readonly feed: string; readonly sequence: number; readonly position: number },
  code: string,
): void {
  batch.put(rejectedKey(place.feed, place.sequence, place.position), new TextEncoder().encode(code))
}

/** In order, the first of them. */
export async function rejectedIn(
  indexes: Indexes,
  feed: string,
  limit: number,
): Promise<readonly { sequence: number; position: number; code: string }[]> {
  const rows: { sequence: number; position: number; code: string }[] = []
  for await (const [key, code] of indexes.level.iterator({ ...rejectedOf(feed), limit }))
    rows.push({ ...placeOfRejectedKey(key), code: new TextDecoder().decode(code) })
  return rows
}
