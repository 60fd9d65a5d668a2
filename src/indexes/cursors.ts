import type { IndexBatch } from './batch.ts'
import type { Bytes, Indexes } from './database.ts'
import { cursorKey } from './feed-keys.ts'

/** The next sequence of `feed` to read; 0 if it was never followed into *this* index. */
export async function readCursor(indexes: Indexes, feed: string): Promise<number> {
  const value = await indexes.get(cursorKey(feed))
  const [epoch, next] = new TextDecoder().decode(value).split(' ')
  return epoch === indexes.epoch ? Number(next) : 0
}

/** In the same batch as the rows that it vouches for. */
export function putCursor(
  batch: IndexBatch,
  indexes: Indexes,
  { feed, next }: { readonly feed: string; readonly next: number },
): void {
  batch.put(cursorKey(feed), text(`${indexes.epoch} ${next}`))
}

const text = (value: string): Bytes => new TextEncoder().encode(value)
