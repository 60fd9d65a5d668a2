import { randomBytes } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { Level } from 'level'
import { compactLevel } from '../storage/compact-level.ts'
import { causesOf, diskError } from '../base/disk-error.ts'
import { StorageError } from '../base/errors.ts'
import { othersFirst } from '../base/main-thread.ts'
import { MEMORY_SHARES } from '../base/memory-shares.ts'

/** Raised whenever the meaning of a row changes; an index of another format is deleted and built again. */
export const INDEX_FORMAT = 10
/** Rows that are handed over before others have their turn: about 5 ms. */
const AT_ONCE = 2048

const FORMAT_KEY = new TextEncoder().encode('\x00format')
const SYNC_KEY = new TextEncoder().encode('\x00sync')

export type Bytes = Uint8Array
export type IndexLevel = Level<Bytes, Bytes>

/** Without a value the row goes. */
export interface IndexChange {
  readonly key: Bytes
  readonly value: Bytes | undefined
}

export interface Indexes {
  readonly level: IndexLevel
  /**
   * One row. At once: a row is in memory, in the cache or excluded by a Bloom filter nearly always, and the way through a
   * thread costs more than that.
   */
  readonly get: (key: Bytes) => Promise<Bytes | undefined>
  /** Changes whenever the index is made anew, so that a cursor of another index is never believed. */
  readonly epoch: string
  /** Whose rows no reader of a range meets, whatever is still written there; none if absent. */
  readonly isHidden?: ((id: string) => boolean) | undefined
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

export interface IndexSettings {
  /** A write has failed: every later one will. */
  readonly onFailure?: ((error: StorageError) => void) | undefined
}

/**
 * Opens the answer tables in `directory`, or makes them. Tables of another format are deleted, and damaged ones too:
 * feeds hold the truth.
 * @throws StorageError DATA_IN_USE, DISK
 */
export async function openIndexes(
  directory: string,
  settings: IndexSettings = {},
): Promise<Indexes> {
  const kept = await openKept(directory, settings)
  if (kept !== undefined) return kept
  await deleteIndexes(directory)
  return openFresh(directory, settings)
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
    if (!isMissing(error)) throw failureOf(error, directory)
  }
  await rm(going, { recursive: true, force: true })
}

/** `undefined` if it must be made anew. */
async function openKept(directory: string, settings: IndexSettings): Promise<Indexes | undefined> {
  const level = indexLevel(directory)
  try {
    await level.open()
    const stored = await level.get(FORMAT_KEY)
    if (stored === undefined) return await begin(level, settings)
    const [format, epoch] = new TextDecoder().decode(stored).split(' ')
    if (format === String(INDEX_FORMAT) && epoch !== undefined)
      return indexesOf(level, epoch, settings)
  } catch (error) {
    await level.close()
    if (!isDamage(error)) throw failureOf(error, directory)
  }
  await level.close()
  return undefined
}

async function openFresh(directory: string, settings: IndexSettings): Promise<Indexes> {
  const level = indexLevel(directory)
  try {
    await level.open()
    return await begin(level, settings)
  } catch (error) {
    await level.close()
    throw failureOf(error, directory)
  }
}

function indexLevel(directory: string): IndexLevel {
  return new Level(directory, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    writeBufferSize: MEMORY_SHARES.indexWrites,
    cacheSize: MEMORY_SHARES.indexCache,
  })
}

async function begin(level: IndexLevel, settings: IndexSettings): Promise<Indexes> {
  const epoch = randomBytes(8).toString('hex')
  await level.put(FORMAT_KEY, new TextEncoder().encode(`${INDEX_FORMAT} ${epoch}`), { sync: true })
  return indexesOf(level, epoch, settings)
}

function indexesOf(level: IndexLevel, epoch: string, { onFailure }: IndexSettings): Indexes {
  let version = 0
  const listeners = new Set<(rows: readonly IndexChange[]) => void>()
  /** LevelDB goes on behind half a record; a later cursor must not vouch for rows that were lost. */
  let failure: StorageError | undefined
  return {
    level,
    epoch,
    get: async (key) => {
      try {
        return level.getSync(key)
      } catch (error) {
        throw failureOf(error, level.location)
      }
    },
    version: () => version,
    onWritten: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    write: async (rows) => {
      try {
        if (rows.length > 0) await writeBatch(rows)
      } catch (error) {
        throw failed(error)
      }
      version += 1
      for (const listener of listeners) listener(rows)
    },
    // one synced write takes all before it along
    sync: () => guarded(() => level.put(SYNC_KEY, SYNC_KEY, { sync: true })),
    compact: () => guarded(() => compactLevel(level)),
    close: () => level.close(),
  }

  async function writeBatch(rows: readonly IndexChange[]): Promise<void> {
    if (failure !== undefined) throw failure
    const batch = level.batch()
    for (const [at, { key, value }] of rows.entries()) {
      if (value === undefined) batch.del(key)
      else batch.put(key, value)
      if (at % AT_ONCE === AT_ONCE - 1) await othersFirst()
    }
    await batch.write()
  }

  async function guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      throw failed(error)
    }
  }

  function failed(error: unknown): StorageError {
    if (failure === undefined) {
      failure = failureOf(error, level.location)
      onFailure?.(failure)
    }
    return failure
  }
}

function hasCode(error: unknown, code: string): boolean {
  return causesOf(error).some((cause) => 'code' in cause && cause.code === code)
}

/** A table that is not what it was, or a file that has gone; not a disk that refuses. */
function isDamage(error: unknown): boolean {
  return (
    hasCode(error, 'LEVEL_CORRUPTION') ||
    (hasCode(error, 'LEVEL_IO_ERROR') &&
      causesOf(error).some(({ message }) => message.includes('No such file or directory')))
  )
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function failureOf(error: unknown, directory: string): StorageError {
  if (hasCode(error, 'LEVEL_LOCKED'))
    return new StorageError('DATA_IN_USE', `${directory} is in use by another process.`, {
      cause: error,
    })
  const reason = causesOf(error).at(-1)?.message ?? String(error)
  return diskError(
    error,
    hasCode(error, 'LEVEL_CORRUPTION')
      ? `${directory} is damaged (${reason}). Stop the node and run countersign reindex.`
      : `${directory} cannot be used: ${reason}. Check permissions and free space.`,
  )
}
