/*
 * Takes withheld certifications off the disk: what else is in their blocks is appended again (own feeds) or kept beside
 * (any other), then the block is cleared, then everything is compacted. Every step can be done again after a crash.
 */
import { decodeDataBlock } from '../../feeds/format/block.ts'
import type { OwnFeed } from '../../feeds/format/feed.ts'
import type { FeedStore } from '../../feeds/store/feed-store.ts'
import type { State } from '../../state/database.ts'
import type { WaitingPlace } from '../../state/waiting-place.ts'
import type { WithheldPlace, WithheldRow } from '../../state/withheld.ts'
import type { Positioned } from '../tombstones/saved-entries.ts'
import type { KnownFeeds } from '../entries/known-feeds.ts'
import type { IndexContext } from '../following/index-context.ts'
import type { WriteContext } from '../own-feeds/writer.ts'
import { appendOthers, type FilledBlock, isWithheld, withholdingOf } from './append-others.ts'

/** Where the bytes of a certification can be. */
export interface ErasureContext {
  readonly state: State
  readonly store: Pick<FeedStore, 'compact'>
  readonly waiting: Pick<WaitingPlace, 'listByKey' | 'remove'>
  readonly indexing: IndexContext
  readonly writing: Pick<WriteContext, 'own' | 'writer' | 'reached'>
}

/** Everything that is withheld and not erased, as far as its feeds are open. @throws StorageError DISK */
export async function erasePending(holdings: ErasureContext): Promise<void> {
  const { state, store, indexing, writing } = holdings
  const { withheld, feeds } = indexing.reading
  const pending = withheld.rows().filter(({ isErased }) => !isErased)
  if (pending.length === 0) return
  await indexing.indexes.sync()
  await clearBlocks(holdings, blocksOf(pending))
  for (const row of pending) await publish(holdings, row.id)
  await writing.writer.settle()
  await state.compact()
  await indexing.indexes.compact()
  await store.compact()
  const erased = pending.flatMap(({ id, places }) => {
    const row = withheld.get(id)
    // more of it has come meanwhile, or one of its feeds is not open
    if (row === undefined || row.places.length !== places.length) return []
    return places.every((place) => isGone(feeds, place)) ? [{ ...row, isErased: true }] : []
  })
  await withheld.put(erased)
}

function isGone(feeds: KnownFeeds, { feed, sequence }: WithheldPlace): boolean {
  return feeds.of(feed)?.has(sequence) === false
}

interface BlockPlace {
  readonly key: string
  readonly sequence: number
}

/** Of what is appended again together, before it is compressed. */
const AT_ONCE_BYTES = 16 * 1024 * 1024

const bytesIn = (blocks: readonly FilledBlock[]): number =>
  blocks
    .flatMap(({ entries }) => entries)
    .reduce((sum, { entry }) => sum + ('bytes' in entry ? entry.bytes.length : 0), 0)

function blocksOf(rows: readonly WithheldRow[]): readonly BlockPlace[] {
  const blocks = new Map(
    rows.flatMap(({ places }) =>
      places.map(({ feed, sequence }) => [`${feed} ${sequence}`, { key: feed, sequence }]),
    ),
  )
  return [...blocks.values()]
}

/** Of own feeds many at once, so that what is appended again fills blocks. The tree keeps its place, and index blocks say what stood there. */
async function clearBlocks(holdings: ErasureContext, blocks: readonly BlockPlace[]): Promise<void> {
  const own = new Map(ownFeedsOf(holdings).map((feed) => [feed.key, feed]))
  const gathered = new Map<OwnFeed, FilledBlock[]>()
  for (const { key, sequence } of blocks) {
    const block = await readBlock(holdings, { key, sequence })
    const feed = own.get(key)
    if (block === undefined) continue
    if (feed === undefined) {
      await saveOthers(holdings, block)
      continue
    }
    const there = gathered.get(feed) ?? []
    gathered.set(feed, [...there, block])
    if (bytesIn([...there, block]) < AT_ONCE_BYTES) continue
    await clearOwn(holdings, feed, gathered.get(feed) ?? [])
    gathered.delete(feed)
  }
  for (const [feed, rest] of gathered) await clearOwn(holdings, feed, rest)
}

async function readBlock(
  { indexing }: ErasureContext,
  { key, sequence }: BlockPlace,
): Promise<FilledBlock | undefined> {
  const feed = indexing.reading.feeds.of(key)
  const data = await feed?.readData(sequence)
  if (feed === undefined || data === undefined) return undefined
  return { feed, sequence, entries: await entriesOf(data) }
}

async function saveOthers(holdings: ErasureContext, block: FilledBlock): Promise<void> {
  const { savedEntries, withheld } = holdings.indexing.reading
  const { feed, sequence, entries } = block
  await savedEntries.put(
    { feed: feed.key, sequence },
    entries.filter(({ entry }) => !isWithheld(withheld, entry)),
  )
  await clear(holdings, block)
}

async function clearOwn(
  holdings: ErasureContext,
  feed: OwnFeed,
  blocks: readonly FilledBlock[],
): Promise<void> {
  await appendOthers(holdings, feed, blocks)
  for (const block of blocks) await clear(holdings, block)
}

async function clear({ indexing }: ErasureContext, { feed, sequence }: FilledBlock): Promise<void> {
  await feed.clear(sequence)
  indexing.reading.entries.forget(feed.key, sequence)
}

/** A block of a liar may hold anything; it got no rows. */
async function entriesOf(data: Uint8Array): Promise<readonly Positioned[]> {
  try {
    return (await decodeDataBlock(data)).map((entry, position) => ({ entry, position }))
  } catch {
    return []
  }
}

const ownFeedsOf = ({ writing }: ErasureContext): readonly OwnFeed[] => [
  ...writing.own.byCollection.values(),
]

/** What only other feeds had is said in the own feed of its collection, where there is one. */
async function publish(holdings: ErasureContext, id: string): Promise<void> {
  const { indexing, writing } = holdings
  const { withheld } = indexing.reading
  const { byCollection } = writing.own
  const row = withheld.get(id)
  if (row === undefined || row.feed !== undefined) return
  const own = ownFeedsOf(holdings)
  const place = row.places.find(({ feed }) => own.some(({ key }) => key === feed))
  const collection = row.collections.find((name) => byCollection.has(name))
  const feed = collection === undefined ? undefined : byCollection.get(collection)
  if (place === undefined && feed !== undefined)
    await writing.writer.appendWith(feed, [], () => [withholdingOf(row, undefined)])
  const key = place?.feed ?? feed?.key
  if (key !== undefined) await withheld.put([{ ...row, feed: key }])
}
