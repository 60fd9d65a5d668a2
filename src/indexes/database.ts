import { randomBytes } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { codeOf, type StorageError } from '../base/errors.ts'
import { CACHE_LIMITS } from '../base/cache-limits.ts'
import { type BytesLevel, type Database, openDatabase } from '../storage/database.ts'
import type { Change } from '../storage/write-queue.ts'
import { isDamage } from '../base/disk-error.ts'
import { failureOf, type Sentence } from '../storage/failure.ts'

/** Raised whenever the meaning of a row changes; an index of another format is deleted and built again. */
const INDEX_FORMAT = 11

const FORMAT_KEY = new TextEncoder().encode('\x00format')
const SYNC_KEY = new TextEncoder().encode('\x00sync')

export type Bytes = Uint8Array
export type IndexChange = Change

export interface Indexes {
  readonly level: BytesLevel
  /**
   * One row. At once: a row is in memory, in the cache or excluded by a Bloom filter nearly always, and the way through a
   * thread costs more than that.
   */
  readonly get: (key: Bytes) => Promise<Bytes | undefined>
  /** Changes whenever the index is made anew, so that a cursor of another index is never believed. */
  readonly epoch: string
  /** Counts batches that were committed since it was opened. */
  readonly version: () => number
  /** Calls back after each batch that was committed, until the answer is called. */
  readonly onWritten: (listener: (rows: readonly IndexChange[]) => void) => () => void
  /** Without rows it is one version more, also of a broken disk. @throws StorageError DISK; after one has failed, every later one does */
  readonly write: (rows: readonly IndexChange[]) => Promise<void>
  /** Everything that was written before is on disk when it returns. @throws StorageError DISK */
  readonly sync: () => Promise<void>
  /** Takes what was deleted off the disk for good, and syncs. Long. @throws StorageError DISK */
  readonly compact: () => Promise<void>
  close(): Promise<void>
}

/** What the readers of certifications take: they yield no certification that is hidden, whatever rows of it are still there. */
export interface VisibleIndexes extends Indexes {
  readonly isHidden: (id: string) => boolean
}

/** For those who write, and for tests: nothing is hidden. Whoever answers questions hides what has a tombstone. */
export const withNothingHidden = (indexes: Indexes): VisibleIndexes => ({
  ...indexes,
  isHidden: () => false,
})

export interface IndexSettings {
  /** A write has failed: every later one will. */
  readonly onFailure?: ((error: StorageError) => void) | undefined
}

/**
 * Opens the answer tables in `directory`, or makes them. Tables of another format are deleted, and damaged ones too: feeds
 * hold the truth. Whoever opens them closes them.
 * @throws StorageError DATA_IN_USE, DISK
 */
export async function openIndexes(
  directory: string,
  settings: IndexSettings = {},
): Promise<Indexes> {
  try {
    return indexesOf(await openTables(directory, settings))
  } catch (error) {
    if (codeOf(error) !== 'DATA_FORMAT_UNKNOWN' && !isDamage(error)) throw error
  }
  await deleteIndexes(directory)
  return indexesOf(await openTables(directory, settings))
}

/**
 * Only answers are lost: the next open builds them again out of the feeds. What is deleted by half when the power goes
 * is not taken for an index afterwards.
 */
export async function deleteIndexes(directory: string): Promise<void> {
  const going = `${directory}.deleted`
  await rm(going, { recursive: true, force: true })
  try {
    await rename(directory, going)
  } catch (error) {
    if (!isMissing(error)) throw failureOf(error, sentenceOf(directory))
  }
  await rm(going, { recursive: true, force: true })
}

function openTables(directory: string, { onFailure }: IndexSettings): Promise<Database> {
  return openDatabase(directory, {
    onFailure,
    sentence: sentenceOf(directory),
    memory: { writeBufferSize: CACHE_LIMITS.indexWrites, cacheSize: CACHE_LIMITS.indexCache },
    // the format and the epoch
    format: {
      key: FORMAT_KEY,
      mark: new TextEncoder().encode(`${INDEX_FORMAT} ${randomBytes(8).toString('hex')}`),
      versionOf: (mark) => wordsOf(mark)[0] ?? '',
    },
  })
}

const wordsOf = (mark: Bytes): readonly string[] => new TextDecoder().decode(mark).split(' ')

const sentenceOf =
  (directory: string): Sentence =>
  ({ kind, reason }) =>
    ({
      'in-use': `${directory} is in use by another process.`,
      damaged: `${directory} is damaged (${reason}). Stop the node and run countersign reindex.`,
      unusable: `${directory} cannot be used: ${reason}. Check permissions and free space.`,
    })[kind]

function indexesOf({ level, mark, write, compact, close, failed }: Database): Indexes {
  let version = 0
  const listeners = new Set<(rows: readonly IndexChange[]) => void>()
  return {
    level,
    epoch: wordsOf(mark)[1] ?? '',
    get: async (key) => {
      try {
        return level.getSync(key)
      } catch (error) {
        throw failed(error)
      }
    },
    version: () => version,
    onWritten: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    write: async (rows) => {
      if (rows.length > 0) await write(rows, false)
      version += 1
      for (const listener of listeners) listener(rows)
    },
    // one synced write takes all before it along
    sync: () => write([{ key: SYNC_KEY, value: SYNC_KEY }], true),
    compact,
    close,
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
