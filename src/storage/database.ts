import { Level } from 'level'
import type { StorageError } from '../base/errors.ts'
import { yieldMainThread } from '../base/main-thread.ts'
import { compactLevel } from './compact-level.ts'
import { makeFailureLatch } from './failure-latch.ts'
import { failureOf, type Sentence } from './failure.ts'
import { makeFolder } from './folder.ts'
import { checkFormat, type Format } from './format-row.ts'
import { makeWriteQueue, type Change } from './write-queue.ts'
export type BytesLevel = Level<Uint8Array, Uint8Array>

export interface Row {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** A LevelDB of bytes. Reads and writes throw StorageError DISK or DISK_FULL; after a write has failed, every later one does. */
export interface Database {
  /** For other reads. Whoever writes to it directly goes around the latch. */
  readonly level: BytesLevel
  /** See {@link Format}. */
  readonly mark: Uint8Array
  /** Through a thread. */
  readonly get: (key: Uint8Array) => Promise<Uint8Array | undefined>
  /** In order. */
  readonly rows: (range: {
    readonly gte: Uint8Array
    readonly lt: Uint8Array
  }) => AsyncGenerator<Row, void, void>
  /**
   * All or nothing. Synced, it is on disk when it returns, with all that was written before; otherwise power loss can undo it, but only
   * together with everything later that was not synced.
   */
  readonly write: (changes: readonly Change[], sync: boolean) => Promise<void>
  /** Takes what was deleted or written over off the disk for good, and syncs. Long. */
  readonly compact: () => Promise<void>
  /** Once what is being written is written. Whoever opened it closes it. */
  readonly close: () => Promise<void>
  /** What a read throws that met this. */
  readonly failed: (error: unknown) => StorageError
}

export interface DatabaseSettings {
  readonly format: Format
  readonly sentence: Sentence
  /** A write has failed: every later one will. */
  readonly onFailure?: ((error: StorageError) => void) | undefined
  /** Of its folder, where that is not there yet. */
  readonly mode?: number
  /** A copy of it that is opened in its place, without the lock: nothing that is written stays. */
  readonly shadow?: string | undefined
  /** In bytes; as LevelDB has them where nothing is said. */
  readonly memory?: { readonly writeBufferSize: number; readonly cacheSize: number }
}

/** Rows that are handed over before others have their turn: about 5 ms. */
const AT_ONCE = 2048

/**
 * Opens the LevelDB in a folder, or makes it. Nobody else can open it until it is closed. Whoever opens it closes it.
 * @throws StorageError DATA_IN_USE, DATA_FORMAT_UNKNOWN, DISK, DISK_FULL
 */
export async function openDatabase(path: string, settings: DatabaseSettings): Promise<Database> {
  const { format, sentence, onFailure, mode = 0o777, shadow, memory } = settings
  let level: BytesLevel | undefined
  try {
    if (shadow === undefined) await makeFolder(path, mode)
    // it begins to open at once, and would make the folder itself
    level = new Level(shadow ?? path, { keyEncoding: 'view', valueEncoding: 'view', ...memory })
    await level.open()
    const mark = plain(await checkFormat(level, format, path))
    return databaseOf(level, mark, { sentence, onFailure })
  } catch (error) {
    await level?.close()
    throw failureOf(error, sentence, true)
  }
}

function databaseOf(
  level: BytesLevel,
  mark: Uint8Array,
  { sentence, onFailure }: Pick<DatabaseSettings, 'sentence' | 'onFailure'>,
): Database {
  const failed = (error: unknown): StorageError => failureOf(error, sentence)
  const latch = makeFailureLatch(failed, onFailure)
  const { write, idle } = makeWriteQueue((changes, sync) =>
    latch(() => writeBatch(level, changes, sync)),
  )
  return {
    level,
    mark,
    get: async (key) => {
      try {
        const value = await level.get(key)
        return value && plain(value)
      } catch (error) {
        throw failed(error)
      }
    },
    rows: async function* rows(range) {
      try {
        for await (const [key, value] of level.iterator(range))
          yield { key: plain(key), value: plain(value) }
      } catch (error) {
        throw failed(error)
      }
    },
    write,
    compact: () => latch(() => compactLevel(level)),
    close: async () => {
      await idle()
      await level.close()
    },
    failed,
  }
}

async function writeBatch(
  level: BytesLevel,
  changes: readonly Change[],
  sync: boolean,
): Promise<void> {
  const batch = level.batch()
  for (const [at, { key, value }] of changes.entries()) {
    if (value === undefined) batch.del(key)
    else batch.put(key, value)
    if (at % AT_ONCE === AT_ONCE - 1) await yieldMainThread()
  }
  await batch.write({ sync })
}

/** level gives Buffers, whose `slice` shares memory. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
