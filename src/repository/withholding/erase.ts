/*
 * Takes withheld certifications off the disk: what else is in their blocks is appended again (own feeds) or kept beside
 * (any other), then the block is cleared, then everything is compacted. Every step can be done again after a crash.
 */
import { decodeDataBlock } from '../../feeds/format/block.ts'
import type { Feed, OwnFeed } from '../../feeds/format/feed.ts'
import type { FeedStore } from '../../feeds/store/feed-store.ts'
import type { Entry } from '../../feeds/format/entry.ts'
import {
  type FeedPlace,
  WITHHOLDING_CODES,
  type WithholdingCode,
  type WithholdingEntry,
} from '../../feeds/format/withholding.ts'
import type { Indexes } from '../../indexes/database.ts'
import { placeNow, withholdingAt } from '../../indexes/moved-entries.ts'
import type { State } from '../../state/database.ts'
import type { WaitingPlace } from '../../state/waiting.ts'
import type { WithheldPlace, WithheldRow } from '../../state/withheld.ts'
import type { Positioned } from '../tombstones/saved-entries.ts'
import type { KnownFeeds } from '../entries/known-feeds.ts'
import type { IndexContext } from '../following/index-context.ts'
import type { Withheld } from '../tombstones/withheld.ts'
import type { WriteContext } from '../own-feeds/writer.ts'

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
  for (const block of blocksOf(pending)) await clearBlock(holdings, block)
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

const isGone = (feeds: KnownFeeds, { feed, sequence }: WithheldPlace): boolean =>
  feeds.of(feed)?.has(sequence) === false

function blocksOf(rows: readonly WithheldRow[]): readonly Pick<Block, 'key' | 'sequence'>[] {
  const blocks = new Map(
    rows.flatMap(({ places }) =>
      places.map(({ feed, sequence }) => [`${feed} ${sequence}`, { key: feed, sequence }]),
    ),
  )
  return [...blocks.values()]
}

interface Block {
  readonly key: string
  readonly sequence: number
  readonly entries: readonly Positioned[]
}

/** The tree of the feed keeps its place, and its index block says what stood there. */
async function clearBlock(
  holdings: ErasureContext,
  { key, sequence }: Pick<Block, 'key' | 'sequence'>,
): Promise<void> {
  const { feeds, withheld, savedEntries, entries: reader } = holdings.indexing.reading
  const feed = feeds.of(key)
  const data = await feed?.readData(sequence)
  if (feed === undefined || data === undefined) return
  const entries = entriesOf(data)
  const own = ownFeedsOf(holdings).find((one) => one.key === key)
  const others = entries.filter(({ entry }) => !isWithheld(withheld, entry))
  if (own === undefined) await savedEntries.put({ feed: key, sequence }, others)
  else await appendOthers(holdings, own, { key, sequence, entries })
  await feed.clear(sequence)
  reader.forget(key, sequence)
}

/** A block of a liar may hold anything; it got no rows. */
function entriesOf(data: Uint8Array): readonly Positioned[] {
  try {
    return decodeDataBlock(data).map((entry, position) => ({ entry, position }))
  } catch {
    return []
  }
}

const ownFeedsOf = ({ writing }: ErasureContext): readonly OwnFeed[] => [
  ...writing.own.byCollection.values(),
]

const isWithheld = (withheld: Withheld, entry: Entry): boolean =>
  entry.kind === 'certification' && withheld.get(entry.id) !== undefined

async function appendOthers(
  { indexing, writing }: ErasureContext,
  feed: OwnFeed,
  { sequence, entries }: Block,
): Promise<void> {
  const { indexes, reading } = indexing
  const { withheld } = reading
  const others: Positioned[] = []
  const withholdings: WithholdingEntry[] = []
  for (const { entry, position } of entries) {
    const place = { sequence, position }
    const row = withheld.get(entry.id)
    if (row !== undefined && isWithheld(withheld, entry)) {
      const said = await withholdingAt(indexes, { feed: feed.key, ...place })
      if (said?.at !== row.at) withholdings.push(withholdingOf(row, place))
    } else if (!(await hasMoved(indexes, feed, place))) others.push({ entry, position })
  }
  if (withholdings.length === 0) return
  const length = await writing.writer.appendMade(feed, (start) => {
    const moves = others.map(({ position }, at) => ({
      from: { sequence, position },
      to: { sequence: start, position: at },
    }))
    return [
      ...others.map(({ entry }) => entry),
      ...withholdings.map((entry, at) => (at === 0 ? { ...entry, moves } : entry)),
    ]
  })
  await writing.reached(feed.key, length)
}

const hasMoved = async (indexes: Indexes, feed: Feed, place: FeedPlace): Promise<boolean> =>
  (await placeNow(indexes, feed.key, place)).sequence !== place.sequence

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
    await writing.writer.appendMade(feed, () => [withholdingOf(row, undefined)])
  const key = place?.feed ?? feed?.key
  if (key !== undefined) await withheld.put([{ ...row, feed: key }])
}

function withholdingOf(
  { id, reason, code, at }: WithheldRow,
  cleared: FeedPlace | undefined,
): WithholdingEntry {
  return { kind: 'withholding', id, reason, code: codeOf(code), at, cleared, moves: [] }
}

const codeOf = (code: string): WithholdingCode =>
  WITHHOLDING_CODES.find((one) => one === code) ?? 'error'
