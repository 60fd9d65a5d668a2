import type { Collection } from '../certification/admission.ts'
import { replay } from '../feeds/replay.ts'
import type { FeedStore } from '../feeds/feed-store.ts'
import type { OwnFeed } from '../feeds/feed.ts'
import type { State } from '../state/database.ts'
import type { Journal } from '../state/journal.ts'
import { ownFeed, setOwnFeed } from '../state/own-feeds.ts'

export interface OwnFeeds {
  /** By the name of the collection. */
  readonly byCollection: ReadonlyMap<string, OwnFeed>
  /** Syncs every feed and empties the journal. Nothing may be written meanwhile. */
  readonly settle: () => Promise<void>
}

export interface OwnFeedsParts {
  readonly state: State
  readonly journal: Journal
  readonly store: FeedStore
}

/**
 * Opens the own feed of every collection, replays the journal into it before anything else, and makes the feeds that
 * are missing: their origin goes through the journal as every block does.
 * @throws StorageError JOURNAL_MISMATCH, DISK
 */
export async function openOwnFeeds(
  collections: readonly Collection[],
  parts: OwnFeedsParts,
): Promise<OwnFeeds> {
  const byCollection = new Map<string, OwnFeed>()
  for (const collection of collections)
    byCollection.set(collection.name, await openOwnFeed(collection, parts))
  return {
    byCollection,
    settle: async () => {
      const lengths = [...byCollection.values()].map(({ key, length }) => ({ key, length }))
      await parts.store.flush()
      for (const { key, length } of lengths) await parts.journal.clear(key, length)
    },
  }
}

async function openOwnFeed(
  { name, dialect }: Collection,
  { state, journal, store }: OwnFeedsParts,
): Promise<OwnFeed> {
  const kept = await ownFeed(state, name)
  const feed = await store.own(name, kept?.generation ?? 0)
  if (kept === undefined)
    await setOwnFeed(state, { collection: name, generation: 0, key: feed.key })
  await replay(journal.rows(feed.key), feed)
  if (feed.length > 0) return feed
  const block = await store.originBlock(feed, { dialect, previous: kept?.previous })
  await journal.write([{ feed: feed.key, sequence: 0, block }])
  await feed.append([block])
  return feed
}
