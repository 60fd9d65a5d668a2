/*
 * Takes withheld certifications off the disk: what else is in their blocks is appended again (own feeds) or kept beside
 * (any other), then the block is cleared, then everything is compacted. Every step can be done again after a crash.
 */
import { decodeDataBlock } from '../../feeds/format/block.ts'
import type { Feed, OwnFeed } from '../../feeds/format/feed.ts'
import type { FeedStore } from '../../feeds/store/feed-store.ts'
import type { Entry } from '../../feeds/format/entry.ts'
import type {
  FeedPlace,
  WithholdingCode,
  WithholdingEntry,
} from '../../feeds/format/withholding.ts'
import { WITHHOLDING_CODES } from '../../feeds/format/withholding.ts'
import type { Indexes } from '../../indexes/database.ts'
import { placeNow, withholdingAt } from '../../indexes/moves.ts'
import type { State } from '../../state/database.ts'
import type { WithheldPlace, WithheldRow } from '../../state/withheld.ts'
import type { Kept, Positioned } from '../tombstones/kept.ts'
import type { EntryReader } from '../entries/read-entry.ts'
import type { Withheld } from '../tombstones/withheld.ts'
import type { Writer } from '../own-feeds/writer.ts'

export interface EraseParts {
  readonly state: State
  readonly store: Pick<FeedStore, 'compact'>
  readonly indexes: Indexes
  readonly withheld: Withheld
  readonly kept: Kept
  readonly writer: Pick<Writer, 'appendMade' | 'settle'>
  /** Feeds that this node writes, by the name of the collection. */
  readonly own: ReadonlyMap<string, OwnFeed>
  readonly feedOf: (key: string) => Feed | undefined
  readonly reached: (feed: string, length: number) => Promise<void>
  readonly entries: EntryReader
}

/** Everything that is withheld and not erased, as far as its feeds are open. @throws StorageError DISK */
export async function erasePending(parts: EraseParts): Promise<void> {
  const pending = parts.withheld.rows().filter(({ isErased }) => !isErased)
  if (pending.length === 0) return
  await parts.indexes.sync()
  for (const block of blocksOf(pending)) await clearBlock(parts, block)
  for (const row of pending) await publish(parts, row.id)
  await parts.writer.settle()
  await parts.state.compact()
  await parts.indexes.compact()
  await parts.store.compact()
  const erased = pending.flatMap(({ id, places }) => {
    const row = parts.withheld.get(id)
    // more of it has come meanwhile, or one of its feeds is not open
    if (row === undefined || row.places.length !== places.length) return []
    return places.every((place) => isGone(parts, place)) ? [{ ...row, isErased: true }] : []
  })
  await parts.withheld.put(erased)
}

function isGone({ feedOf }: EraseParts, { feed, sequence }: WithheldPlace): boolean {
  return feedOf(feed)?.has(sequence) === false
}

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
  parts: EraseParts,
  { key, sequence }: Pick<Block, 'key' | 'sequence'>,
): Promise<void> {
  const feed = parts.feedOf(key)
  const data = await feed?.readData(sequence)
  if (feed === undefined || data === undefined) return
  const entries = entriesOf(data)
  const own = [...parts.own.values()].find((one) => one.key === key)
  const others = entries.filter(({ entry }) => !isWithheld(parts, entry))
  if (own === undefined) await parts.kept.put({ feed: key, sequence }, others)
  else await appendOthers(parts, own, { key, sequence, entries })
  await feed.clear(sequence)
  parts.entries.forget(key, sequence)
}

/** A block of a liar may hold anything; it got no rows. */
function entriesOf(data: Uint8Array): readonly Positioned[] {
  try {
    return decodeDataBlock(data).map((entry, position) => ({ entry, position }))
  } catch {
    return []
  }
}

const isWithheld = ({ withheld }: EraseParts, entry: Entry): boolean =>
  entry.kind === 'certification' && withheld.get(entry.id) !== undefined

async function appendOthers(
  parts: EraseParts,
  feed: OwnFeed,
  { sequence, entries }: Block,
): Promise<void> {
  const others: Positioned[] = []
  const withholdings: WithholdingEntry[] = []
  for (const { entry, position } of entries) {
    const place = { sequence, position }
    const row = parts.withheld.get(entry.id)
    if (row !== undefined && isWithheld(parts, entry)) {
      const said = await withholdingAt(parts.indexes, { feed: feed.key, ...place })
      if (said?.at !== row.at) withholdings.push(withholdingOf(row, place))
    } else if (!(await hasMoved(parts, feed, place))) others.push({ entry, position })
  }
  if (withholdings.length === 0) return
  const length = await parts.writer.appendMade(feed, (start) => {
    const moves = others.map(({ position }, at) => ({
      from: { sequence, position },
      to: { sequence: start, position: at },
    }))
    return [
      ...others.map(({ entry }) => entry),
      ...withholdings.map((entry, at) => (at === 0 ? { ...entry, moves } : entry)),
    ]
  })
  await parts.reached(feed.key, length)
}

async function hasMoved({ indexes }: EraseParts, feed: Feed, place: FeedPlace): Promise<boolean> {
  return (await placeNow(indexes, feed.key, place)).sequence !== place.sequence
}

/** What only other feeds had is said in the own feed of its collection, where there is one. */
async function publish(parts: EraseParts, id: string): Promise<void> {
  const row = parts.withheld.get(id)
  if (row === undefined || row.feed !== undefined) return
  const own = [...parts.own.values()]
  const place = row.places.find(({ feed }) => own.some(({ key }) => key === feed))
  const collection = row.collections.find((name) => parts.own.has(name))
  const feed = collection === undefined ? undefined : parts.own.get(collection)
  if (place === undefined && feed !== undefined)
    await parts.writer.appendMade(feed, () => [withholdingOf(row, undefined)])
  const key = place?.feed ?? feed?.key
  if (key !== undefined) await parts.withheld.put([{ ...row, feed: key }])
}

function withholdingOf(
  { id, reason, code, at }: WithheldRow,
  cleared: FeedPlace | undefined,
): WithholdingEntry {
  return { kind: 'withholding', id, reason, code: codeOf(code), at, cleared, moves: [] }
}

function codeOf(code: string): WithholdingCode {
  return WITHHOLDING_CODES.find((one) => one === code) ?? 'error'
}
