import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { Level } from 'level'
import { StorageError } from '../errors.ts'

/** Raised whenever the meaning of a row changes; an index of another format is deleted and built again. */
export const INDEX_FORMAT = 1

const FORMAT_KEY = new TextEncoder().encode('\x00format')

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
  /** Counts batches that were committed since it was opened. */
  readonly version: () => number
  readonly write: (rows: readonly IndexChange[]) => Promise<void>
  close(): Promise<void>
}

/**
 * Opens the answer tables in `directory`, or makes them. Tables of another format are deleted: feeds hold the truth.
 * @throws StorageError DATA_IN_USE, DISK
 */
export async function openIndexes(directory: string): Promise<Indexes> {
  const level = await openLevel(directory)
  const stored = await level.get(FORMAT_KEY)
  if (stored === undefined) return begin(level)
  const [format, epoch] = new TextDecoder().decode(stored).split(' ')
  if (format === String(INDEX_FORMAT) && epoch !== undefined) return indexesOf(level, epoch)
  await level.close()
  await deleteIndexes(directory)
  return begin(await openLevel(directory))
}

/** Only answers are lost: the next open builds them again out of the feeds. */
export async function deleteIndexes(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true })
}

async function openLevel(directory: string): Promise<IndexLevel> {
  const level: IndexLevel = new Level(directory, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    writeBufferSize: 8 * 1024 * 1024,
    cacheSize: 32 * 1024 * 1024,
  })
  try {
    await level.open()
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    const locked = cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED'
    throw locked
      ? new StorageError('DATA_IN_USE', `${directory} is in use by another process.`, { cause })
      : new StorageError(
          'DISK',
          `${directory} cannot be opened: check permissions and free space.`,
          {
            cause: error,
          },
        )
  }
  return level
}

async function begin(level: IndexLevel): Promise<Indexes> {
  const epoch = randomBytes(8).toString('hex')
  await level.put(FORMAT_KEY, new TextEncoder().encode(`${INDEX_FORMAT} ${epoch}`), { sync: true })
  return indexesOf(level, epoch)
}

function indexesOf(level: IndexLevel, epoch: string): Indexes {
  let version = 0
  return {
    level,
    epoch,
    get: async (key) => level.getSync(key),
    version: () => version,
    write: async (rows) => {
      const batch = level.batch()
      for (const { key, value } of rows)
        if (value === undefined) batch.del(key)
        else batch.put(key, value)
      await batch.write()
      version += 1
    },
    close: () => level.close(),
  }
}
