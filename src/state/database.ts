import { mkdir, open, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Level } from 'level'
import { compactLevel } from '../storage/compact-level.ts'
import { diskError } from '../base/disk-error.ts'
import { StorageError } from '../base/errors.ts'
import { afterPrefix, rowKey } from './row-key.ts'

/** Of all rows in `state`. Raised when an older version could not read them any more. */
const FORMAT = 1
const FORMAT_KEY = rowKey('format')

export interface Row {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** `value: null` deletes. */
export interface Change {
  readonly key: Uint8Array
  readonly value: Uint8Array | null
}

export interface StateSettings {
  /** A write has failed: every later one will. */
  readonly onFailure?: ((error: StorageError) => void) | undefined
  /** A {@link shadowFolder} of it that is opened in its place, without the lock: nothing that is written stays. */
  readonly shadow?: string | undefined
}

interface Waiting {
  readonly changes: readonly Change[]
  readonly sync: boolean
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Opens `state` below the data folder, and makes both if they are not there. This is the node's lock: open it first.
 * @throws StorageError DATA_IN_USE, DATA_FORMAT_UNKNOWN, DISK
 */
export async function openState(directory: string, settings: StateSettings = {}): Promise<State> {
  const path = join(directory, 'state')
  const { onFailure, shadow } = settings
  let level: Level<Uint8Array, Uint8Array>
  try {
    if (shadow === undefined) await makeFolders(directory, path)
    level = new Level(shadow ?? path, { keyEncoding: 'view', valueEncoding: 'view' })
    await level.open()
  } catch (error) {
    throw openingError(error, directory)
  }
  const state = new State(path, level, onFailure)
  try {
    await checkFormat(state)
  } catch (error) {
    await state.close()
    throw error
  }
  return state
}

/** What this node alone knows. Reads and writes throw StorageError DISK; after a write has failed, every later one does. */
export class State {
  readonly path: string
  readonly #level: Level<Uint8Array, Uint8Array>
  /** LevelDB goes on behind half a record, and what is written there can be lost: only opening it again is safe. */
  #failure: StorageError | undefined
  readonly #onFailure: StateSettings['onFailure']
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined

  /** @param level open */
  constructor(
    path: string,
    level: Level<Uint8Array, Uint8Array>,
    onFailure?: StateSettings['onFailure'],
  ) {
    this.path = path
    this.#level = level
    this.#onFailure = onFailure
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      const value = await this.#level.get(key)
      return value === undefined ? undefined : plain(value)
    } catch (error) {
      throw failure(error, this.path)
    }
  }

  /** All or nothing, and on disk when it returns. */
  write(changes: readonly Change[]): Promise<void> {
    return this.#write(changes, true)
  }

  /** All or nothing; power loss can undo it, but only together with everything later that was not synced. */
  writeUnsynced(changes: readonly Change[]): Promise<void> {
    return this.#write(changes, false)
  }

  /** Rows whose key starts so, in order. */
  async *rows(prefix: Uint8Array): AsyncGenerator<Row, void, void> {
    try {
      const range = { gte: prefix, lt: afterPrefix(prefix) }
      for await (const [key, value] of this.#level.iterator(range))
        yield { key: plain(key), value: plain(value) }
    } catch (error) {
      throw failure(error, this.path)
    }
  }

  /** Takes what was deleted or written over off the disk for good. Long. */
  async compact(): Promise<void> {
    try {
      await compactLevel(this.#level)
    } catch (error) {
      throw this.#failed(error)
    }
  }

  async close(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing
    await this.#level.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #write(changes: readonly Change[], sync: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ changes, sync, resolve, reject })
      this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined))
    })
  }

  /**
   * One batch at a time, of all that waits: each would hold one of the process's few threads until the disk has synced it,
   * and reads need those too.
   */
  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      try {
        if (this.#failure !== undefined) throw this.#failure
        const sync = group.some((one) => one.sync)
        const changes = group.flatMap((one) => one.changes)
        await this.#level.batch(changes.map(operation), { sync })
        for (const one of group) one.resolve()
      } catch (error) {
        for (const one of group) one.reject(this.#failed(error))
      }
    }
  }

  #failed(error: unknown): StorageError {
    if (this.#failure === undefined) {
      this.#failure = failure(error, this.path)
      this.#onFailure?.(this.#failure)
    }
    return this.#failure
  }
}

/** level gives Buffers, whose `slice` shares memory. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function operation({ key, value }: Change) {
  return value === null ? ({ type: 'del', key } as const) : ({ type: 'put', key, value } as const)
}

/** The folder has the node's private key in it: nobody else may read it. Its name must survive power loss too. */
async function makeFolders(directory: string, path: string): Promise<void> {
  await makeFolder(directory, 0o777)
  if (!(await makeFolder(path, 0o700))) return
  const folder = await open(directory)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/**
 * With the folders above it; false if it was there. Not mkdir's own `recursive`: below /proc, where no folder can be
 * made, that tries without end (Node 20).
 */
async function makeFolder(path: string, mode: number): Promise<boolean> {
  const make = () => mkdir(path, { mode })
  try {
    await make().catch(async (error: unknown) => {
      const above = dirname(path)
      if (errno(error) !== 'ENOENT' || above === path) throw error
      await makeFolder(above, 0o777)
      await make()
    })
    return true
  } catch (error) {
    const isFolder = errno(error) === 'EEXIST' && (await stat(path)).isDirectory()
    if (!isFolder) throw error
    return false
  }
}

function errno(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

async function checkFormat(state: State): Promise<void> {
  const found = await state.get(FORMAT_KEY)
  if (found === undefined) {
    await state.write([{ key: FORMAT_KEY, value: Uint8Array.of(FORMAT) }])
  } else if (found.length !== 1 || found[0] !== FORMAT) {
    throw new StorageError(
      'DATA_FORMAT_UNKNOWN',
      `${state.path} has format ${found.join('.')}, this version of Countersign knows ${FORMAT}. Use the version that wrote it.`,
    )
  }
}

function openingError(error: unknown, directory: string): StorageError {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && cause.code === 'LEVEL_LOCKED')
      return new StorageError(
        'DATA_IN_USE',
        `Another node uses ${directory}; stop it or choose another --data.`,
        { cause: error },
      )
  return failure(error, directory)
}

function failure(error: unknown, path: string): StorageError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const reason = cause instanceof Error ? cause.message : String(cause)
  return diskError(error, `${path} cannot be used: ${reason}.`)
}
