import type { Collection } from '../../certification/admission.ts'
import type { DialectName } from '../../certification/dialects/dialect.ts'
import { DIALECTS } from '../../certification/dialects/dialects.ts'
import { StorageError } from '../../base/errors.ts'
import { NEWEST_FORMAT } from '../../feeds/format/block.ts'
import { decodeOrigin } from '../../feeds/format/origin.ts'
import { replay } from '../../feeds/store/replay.ts'
import type { FeedStore } from '../../feeds/store/feed-store.ts'
import type { Feed, OwnFeed, Replica } from '../../feeds/format/feed.ts'
import type { State } from '../../state/database.ts'
import { formerFeeds, replaceOwnFeed } from '../../state/former-feeds.ts'
import type { Journal } from '../../state/journal.ts'
import { ownFeed, type OwnFeedRow, ownFeeds, setOwnFeed } from '../../state/own-feeds.ts'

export interface OwnFeeds {
  /** By the name of the collection. */
  readonly byCollection: ReadonlyMap<string, OwnFeed>
  /** Of collections that are not configured any more, and those that were replaced: nothing is written to them. */
  readonly former: readonly FormerFeed[]
  /**
   * Puts a new feed in the place of one, which becomes a former one. Nothing may be written to that any more.
   * @param copyFrom what stands there from this sequence on may be nowhere else
   */
  readonly replace: (feed: OwnFeed, copyFrom: number) => Promise<Replacement>
  /** Syncs every feed and empties the journal. Nothing may be written meanwhile. */
  readonly settle: () => Promise<void>
}

export interface Replacement {
  readonly former: FormerFeed
  readonly feed: OwnFeed
}

export interface FormerFeed {
  readonly feed: Replica
  readonly dialect: DialectName
}

/** Where own feeds are kept. */
interface Places {
  readonly state: State
  readonly journal: Journal
  readonly store: FeedStore
}

/**
 * Opens the own feed of every collection, replays the journal into it before anything else, and makes the feeds that
 * are missing: their origin goes through the journal as every block does.
 * @param isReading nothing can be written, so all are former ones, as far as they reach: the journal is for the next start
 * @throws StorageError JOURNAL_MISMATCH, FEED_CORRUPT if a feed has lost what was synced, DISK
 */
export async function openOwnFeeds(
  collections: readonly Collection[],
  places: Places,
  isReading = false,
): Promise<OwnFeeds> {
  const { state, journal, store } = places
  if (isReading) return openToRead(places)
  const byCollection = new Map<string, OwnFeed>()
  const former: FormerFeed[] = []
  const opened: Opened[] = []
  for (const collection of collections) {
    const one = await openOwnFeed(collection, places)
    byCollection.set(collection.name, one.feed)
    opened.push(one)
  }
  for (const row of await ownFeeds(state)) {
    if (byCollection.has(row.collection)) continue
    const feed = await openWhole(row, places)
    opened.push({ feed, row })
    const dialect = await dialectOf(feed)
    if (dialect !== undefined)
      former.push({ feed: await store.get(row.key, row.collection), dialect })
  }
  for (const { key, collection, generation } of await formerFeeds(state)) {
    // of a copy that was made of a node that had crashed: the very blocks that its original has written since
    const { length } = await openWhole({ key, collection, generation }, places)
    await store.flush()
    await journal.clear(key, length)
    const feed = await store.get(key, collection)
    const dialect = await dialectOf(feed)
    if (dialect !== undefined) former.push({ feed, dialect })
  }

  async function replace(old: OwnFeed, copyFrom: number): Promise<Replacement> {
    const collection = collections.find(({ name }) => name === old.collection)
    const at = opened.findIndex(({ feed }) => feed.key === old.key)
    if (collection === undefined || at < 0) throw new Error(`feed ${old.key} is not written here`)
    const { key, collection: name } = old
    const generation = Math.max(Date.now(), (opened[at]?.row.generation ?? 0) + 1)
    const next = { collection: name, generation, key: (await store.own(name, generation)).key }
    const gone = {
      key,
      collection: name,
      generation: opened[at]?.row.generation ?? 0,
      copyFrom,
      copyTo: old.length,
    }
    await replaceOwnFeed(state, gone, { ...next, previous: key })
    const one = await openOwnFeed(collection, places)
    opened[at] = one
    byCollection.set(name, one.feed)
    const replica = { feed: await store.get(key, name), dialect: collection.dialect }
    former.push(replica)
    return { former: replica, feed: one.feed }
  }

  return {
    byCollection,
    former,
    replace,
    settle: async () => {
      const before = opened.map((one) => ({ one, settled: one.feed.length }))
      await store.flush()
      for (const { one, settled } of before) {
        // replaced meanwhile
        if (!opened.includes(one)) continue
        if (settled !== one.row.settled) {
          one.row = { ...one.row, settled }
          await setOwnFeed(state, one.row)
        }
        await journal.clear(one.feed.key, settled)
      }
    },
  }
}

async function openToRead({ state, store }: Places): Promise<OwnFeeds> {
  const former: FormerFeed[] = []
  for (const { key, collection } of [...(await ownFeeds(state)), ...(await formerFeeds(state))]) {
    // one whose origin is only in the journal has nothing to read
    const feed = await store.get(key, collection).catch(() => undefined)
    const dialect = feed === undefined ? undefined : await dialectOf(feed)
    if (feed !== undefined && dialect !== undefined) former.push({ feed, dialect })
  }
  return {
    byCollection: new Map(),
    former,
    replace: () => Promise.reject(new Error('nothing is written here')),
    settle: async () => undefined,
  }
}

interface Opened {
  readonly feed: OwnFeed
  /** As it is in the state. */
  row: OwnFeedRow
}

async function openOwnFeed({ name, dialect }: Collection, places: Places): Promise<Opened> {
  const { state, journal, store } = places
  const kept = await ownFeed(state, name)
  const { key } = await store.own(name, kept?.generation ?? 0)
  const row = kept ?? { collection: name, generation: 0, key }
  if (kept === undefined) await setOwnFeed(state, row)
  const feed = await openWhole(row, places)
  if (feed.length > 0) return { feed, row }
  const claims = { format: NEWEST_FORMAT, dialect, previous: row.previous }
  const block = await store.originBlock(feed, claims)
  await journal.write([{ feed: feed.key, sequence: 0, block }])
  await feed.append([block])
  return { feed, row }
}

/** With everything that the journal has for it. */
async function openWhole(row: OwnFeedRow, { journal, store }: Places): Promise<OwnFeed> {
  const feed = await store.own(row.collection, row.generation)
  const settled = row.settled ?? 0
  if (feed.length < settled && (await reach(feed, journal)) < settled)
    throw new StorageError(
      'FEED_CORRUPT',
      `The feed of collection ${row.collection} has lost blocks: ${settled} were synced, ${feed.length} are here. Written anew, it would contradict what others have of it. Put its feeds folder back as it was, or start with another --data.`,
    )
  await replay(journal.rows(feed.key), feed)
  return feed
}

/** The length that a feed has once its journal is replayed. */
async function reach(feed: OwnFeed, journal: Journal): Promise<number> {
  let length = feed.length
  for await (const { sequence } of journal.rows(feed.key)) {
    if (sequence > length) break
    length = Math.max(length, sequence + 1)
  }
  return length
}

/** As its origin says; `undefined` if nothing was ever written to it, or by a version that knew more dialects. */
async function dialectOf(feed: Feed): Promise<DialectName | undefined> {
  const block = await feed.readData(0)
  if (block === undefined) return undefined
  const { dialect } = await decodeOrigin(block, feed.key)
  return Object.values(DIALECTS).find(({ name }) => name === dialect)?.name
}

/** None of them is ever written again: when they are opened next, new ones are made in their place. */
export async function retireOwnFeeds(
  state: State,
  keyOf: (collection: string, generation: number) => string,
): Promise<void> {
  for (const { collection, key, generation } of await ownFeeds(state)) {
    const next = Math.max(Date.now(), generation + 1)
    await replaceOwnFeed(
      state,
      { key, collection, generation },
      { collection, generation: next, key: keyOf(collection, next), previous: key },
    )
  }
}
