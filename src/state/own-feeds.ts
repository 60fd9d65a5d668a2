import type { State } from './database.ts'
import type { Change } from '../storage/write-queue.ts'
import { rowKey } from './row-key.ts'
import { decodeFields, encodeFields, numberField, textField } from './row-value.ts'

const TABLE = 'own-feed'

/** Which feed this node writes for a collection. */
export interface OwnFeedRow {
  readonly collection: string
  /** 0, or when it took the place of another, in milliseconds since 1970: an old backup must not count the same way twice. */
  readonly generation: number
  /** 64 lower-case hex digits. */
  readonly key: string
  /** Key of the feed that it replaced. */
  readonly previous?: string
  /** In blocks: so many were synced to the feed before the journal forgot them. It never has fewer again. */
  readonly settled?: number
}

/** @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function ownFeed(state: State, collection: string): Promise<OwnFeedRow | undefined> {
  const value = await state.get(keyOf(collection))
  return value === undefined ? undefined : decode(value)
}

/** By collection. @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function ownFeeds(state: State): Promise<readonly OwnFeedRow[]> {
  const feeds: OwnFeedRow[] = []
  for await (const { value } of state.rows(rowKey(TABLE))) feeds.push(decode(value))
  return feeds
}

/** On disk when it returns; write nothing to the feed before. @throws StorageError DISK */
export async function setOwnFeed(state: State, feed: OwnFeedRow): Promise<void> {
  await state.write([ownFeedChange(feed)])
}

export function ownFeedChange(feed: OwnFeedRow): Change {
  const { collection, generation, key, previous, settled } = feed
  const value = encodeFields([collection, generation, key, previous ?? null, settled ?? null])
  return { key: keyOf(collection), value }
}

function decode(bytes: Uint8Array): OwnFeedRow {
  const [collection, generation, key, previous, settled = null] = decodeFields(bytes, 4, 5)
  return {
    collection: textField(collection),
    generation: numberField(generation),
    key: textField(key),
    ...(previous !== null && { previous: textField(previous) }),
    ...(settled !== null && { settled: numberField(settled) }),
  }
}

const keyOf = (collection: string): Uint8Array => rowKey(TABLE, Buffer.from(collection))
