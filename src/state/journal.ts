import type { State } from './database.ts'
import { lastNumber, rowKey } from './row-key.ts'

const TABLE = 'journal'
const FEED_BYTES = 32

/** A block of an own feed, exactly as it is appended. */
export interface JournalRow {
  /** The feed's key, 64 lower-case hex digits. */
  readonly feed: string
  readonly sequence: number
  readonly block: Uint8Array
}

/** What was or will be appended to own feeds and may not be synced there yet. */
export interface Journal {
  /** Of all blocks in it. When it is large, flush the feeds and clear. */
  readonly bytes: number
  /**
   * One batch, on disk when it returns. Only then append.
   * @throws StorageError DISK
   */
  write(rows: readonly JournalRow[]): Promise<void>
  /** By feed, then by sequence; of one feed if it is given. */
  rows(feed?: string): AsyncGenerator<JournalRow, void, void>
  /** Keys of the feeds that have rows. */
  feeds(): readonly string[]
  /**
   * Forgets the blocks of a feed below a length. Only what was flushed, length taken before the flush.
   * Not synced: what comes back is only replayed again.
   */
  clear(feed: string, length: number): Promise<void>
}

/**
 * The journal as the last start left it. Nothing is open behind it but the state.
 * @throws StorageError DISK
 */
export async function openJournal(state: State): Promise<Journal> {
  /** By feed, by sequence: bytes of the block. Sequences are inserted in order. */
  const sizes = new Map<string, Map<number, number>>()
  let bytes = 0
  const count = ({ feed, sequence, block }: JournalRow) => {
    const ofFeed = sizes.get(feed) ?? new Map<number, number>()
    sizes.set(feed, ofFeed)
    bytes += block.length - (ofFeed.get(sequence) ?? 0)
    ofFeed.set(sequence, block.length)
  }
  for await (const row of rowsOf(state)) count(row)

  return {
    get bytes() {
      return bytes
    },
    async write(rows) {
      await state.write(
        rows.map(({ feed, sequence, block }) => ({ key: keyOf(feed, sequence), value: block })),
      )
      for (const row of rows) count(row)
    },
    rows: (feed) => rowsOf(state, feed),
    feeds: () => [...sizes.keys()],
    async clear(feed, length) {
      const ofFeed = sizes.get(feed) ?? new Map<number, number>()
      const done: number[] = []
      for (const sequence of ofFeed.keys()) {
        if (sequence >= length) break
        done.push(sequence)
      }
      await state.writeUnsynced(
        done.map((sequence) => ({ key: keyOf(feed, sequence), value: undefined })),
      )
      for (const sequence of done) {
        bytes -= ofFeed.get(sequence) ?? 0
        ofFeed.delete(sequence)
      }
      if (ofFeed.size === 0) sizes.delete(feed)
    },
  }
}

async function* rowsOf(state: State, feed?: string): AsyncGenerator<JournalRow, void, void> {
  const prefix = feed === undefined ? rowKey(TABLE) : rowKey(TABLE, Buffer.from(feed, 'hex'))
  const start = rowKey(TABLE).length
  for await (const { key, value } of state.rows(prefix))
    yield {
      feed: Buffer.from(key.subarray(start, start + FEED_BYTES)).toString('hex'),
      sequence: lastNumber(key),
      block: value,
    }
}

const keyOf = (feed: string, sequence: number): Uint8Array =>
  rowKey(TABLE, Buffer.from(feed, 'hex'), sequence)
