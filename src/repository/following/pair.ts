import { codeOf } from '../../base/errors.ts'
import { TIME_SLICE, yieldMainThread } from '../../base/main-thread.ts'
import {
  decodeDataBlock,
  decodeIndexBlock,
  type FeedFormat,
  formatOfFeed,
} from '../../feeds/format/block.ts'
import type { AnyEntry } from '../../feeds/format/entry.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import type { OpenedBlocks } from '../../feeds/format/opened-blocks.ts'
import { type IndexRow, isRowOf } from '../../feeds/format/index-row.ts'
import { makeSemaphore, type Semaphore } from './semaphore.ts'
import type { Positioned } from '../tombstones/saved-entries.ts'

/** An entry, its position, and what the index block says of it, if that is here. */
export interface Indexed extends Positioned {
  readonly row?: IndexRow | undefined
}

/** A data block and the index block right behind it, as a follower finds them. */
export type Pair =
  | {
      readonly kind: 'entries'
      readonly sequence: number
      readonly index: Uint8Array
      readonly entries: readonly Indexed[]
    }
  /** Its data block is not kept here, and is no lack. */
  | { readonly kind: 'left-out'; readonly sequence: number }
  /** `index`: the index block, if that is here. */
  | { readonly kind: 'hole'; readonly sequence: number; readonly index: Uint8Array }
  | { readonly kind: 'bad'; readonly sequence: number; readonly code: string }

/** Are both blocks of that pair here? */
export const hasPair = (feed: Feed, sequence: number): boolean =>
  feed.has(sequence) && feed.has(sequence + 1)

/** The pairs of one feed. */
export interface Pairs {
  readonly read: (sequence: number) => Promise<Pair>
  /** The index block of that pair; no bytes if it is not here, or is none. */
  readonly index: (sequence: number) => Promise<Uint8Array>
}

/**
 * Reads pairs of a feed, a few at a time. Nothing is open behind it but the feed.
 * @param kept gives what is left of a block that this node cleared
 * @param opened knows what blocks open to that this node has written
 * @throws StorageError DISK; what `formatOfFeed` throws
 */
export async function openPairs(
  feed: Feed,
  kept: SavedBlocks,
  opened: OpenedBlocks,
): Promise<Pairs> {
  const format = await formatOfFeed(feed)
  const written = { feed, format, opened, opening: openingOf(feed) }
  return {
    read: (sequence) => readPair(written, sequence, kept),
    index: async (sequence) => validIndexBlock(await feed.readData(sequence + 1), format),
  }
}

/** Blocks of other nodes that are opened at once: a block can cost a thread half a second, and there are four. */
const OPENED_AT_ONCE = 2
const openingOfReplicas = makeSemaphore(OPENED_AT_ONCE)

/**
 * One block of a feed at a time: whoever writes what takes long to open holds up others by one. Many are read at once, and
 * who wrote them decides how long each takes this thread, so others have it in between.
 */
function openingOf(feed: Feed): Semaphore {
  const inTurn = makeSemaphore(1)
  const all = 'append' in feed ? makeSemaphore(1) : openingOfReplicas
  let since = performance.now()
  return {
    run: (task) =>
      inTurn.run(async () => {
        if (performance.now() - since >= TIME_SLICE) {
          await yieldMainThread()
          since = performance.now()
        }
        return all.run(task)
      }),
  }
}

interface Written {
  readonly feed: Feed
  readonly format: FeedFormat
  readonly opened: OpenedBlocks
  readonly opening: Semaphore
}

type SavedBlocks = (feed: string, sequence: number) => Promise<readonly Positioned[] | undefined>

/** The index block must be the data block's own, and both of the format of their feed. */
async function readPair(
  { feed, format, opened, opening }: Written,
  sequence: number,
  kept: SavedBlocks,
): Promise<Pair> {
  if (feed.leavesOut(sequence) && !feed.has(sequence)) return { kind: 'left-out', sequence }
  const data = await feed.readData(sequence)
  const index = await feed.readData(sequence + 1)
  const others = data === undefined ? await kept(feed.key, sequence) : undefined
  if (others !== undefined) {
    const rows = rowsOf(index, format)
    const entries = others.map((one) => ({ ...one, row: rows[one.position] }))
    return { kind: 'entries', sequence, index: validIndexBlock(index, format), entries }
  }
  if (data === undefined || index === undefined)
    return { kind: 'hole', sequence, index: validIndexBlock(index, format) }
  try {
    const entries = await opening.run(() => decodeDataBlock(data, format, opened))
    const rows = decodeIndexBlock(index, format)
    if (!isIndexOf(rows, entries)) return { kind: 'bad', sequence, code: 'ENTRY_SYNTAX' }
    return {
      kind: 'entries',
      sequence,
      index,
      entries: entries.map((entry, position) => ({ position, entry, row: rows[position] })),
    }
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    return { kind: 'bad', sequence, code }
  }
}

/** Only what is an index block is kept beside a hole. */
function validIndexBlock(index: Uint8Array | undefined, format: FeedFormat): Uint8Array {
  return index !== undefined && rowsOf(index, format).length > 0 ? index : new Uint8Array()
}

/** None, of what is no index block. */
function rowsOf(index: Uint8Array | undefined, format: FeedFormat): readonly IndexRow[] {
  if (index === undefined) return []
  try {
    return decodeIndexBlock(index, format)
  } catch {
    return []
  }
}

/** What a document says is compared when it is read: that is nothing for this thread. */
function isIndexOf(rows: readonly IndexRow[], entries: readonly AnyEntry[]): boolean {
  return (
    rows.length === entries.length &&
    entries.every((entry, at) => {
      const row = rows[at]
      return row !== undefined && isRowOf(row, entry)
    })
  )
}
