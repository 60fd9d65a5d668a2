/* By which rules the rows of a feed were made, where not everything of it is kept. */
import { beginBatch, type IndexBatch } from './batch.ts'
import { putCursor, readCursor } from './cursors.ts'
import type { Indexes } from './database.ts'
import { keptByKey } from './feed-keys.ts'

interface KeptBy {
  /** Of the rules; empty: everything is kept. */
  readonly digest: string
  /** Below this block the feed is being followed again, since other rules hold than before; 0: it is not. */
  readonly until: number
}

/**
 * Where a feed is to be followed from: where its cursor stands, or again from the beginning, if other rules hold now than when its
 * rows were made. That is noted before it returns.
 * @param digest of the rules; empty: everything is kept
 * @throws StorageError DISK
 */
export async function beginFollowing(
  indexes: Indexes,
  feed: string,
  digest: string,
): Promise<{ readonly position: number; readonly until: number }> {
  const position = Math.max(1, await readCursor(indexes, feed))
  const before = await read(indexes, feed)
  if (before.digest === digest) return { position, until: before.until }
  const until = position === 1 ? 0 : Math.max(position, before.until)
  const batch = beginBatch(indexes)
  putKeptBy(batch, feed, { digest, until })
  putCursor(batch, indexes, { feed, next: 1 })
  await batch.commit()
  return { position: 1, until }
}

/** In the same batch as the cursor that has come so far. */
export function putKeptBy(batch: IndexBatch, feed: string, { digest, until }: KeptBy): void {
  batch.put(keptByKey(feed), new TextEncoder().encode(`${until} ${digest}`))
}

async function read(indexes: Indexes, feed: string): Promise<KeptBy> {
  const value = await indexes.get(keptByKey(feed))
  if (value === undefined) return { digest: '', until: 0 }
  const [until, digest = ''] = new TextDecoder().decode(value).split(' ')
  return { digest, until: Number(until) }
}
