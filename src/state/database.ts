import { join } from 'node:path'
import type { StorageError } from '../base/errors.ts'
import { type Database, openDatabase, type Row } from '../storage/database.ts'
import type { Change } from '../storage/write-queue.ts'
import { afterPrefix, rowKey } from './row-key.ts'
/** Of all rows in `state`. Raised when an older version could not read them any more. */
const FORMAT = {
  key: rowKey('format'),
  mark: Uint8Array.of(1),
  versionOf: (mark: Uint8Array) => mark.join('.'),
}
/** The folder has the node's private key in it: nobody else may read it. */
const MODE = 0o700

export interface StateSettings {
  /** A write has failed: every later one will. */
  readonly onFailure?: ((error: StorageError) => void) | undefined
  /** A {@link shadowFolder} of it that is opened in its place, without the lock: nothing that is written stays. */
  readonly shadow?: string | undefined
}

/** What this node alone knows. Reads and writes throw StorageError DISK; after a write has failed, every later one does. */
export interface State extends Pick<Database, 'get' | 'compact' | 'close'> {
  /** All or nothing, and on disk when it returns. */
  readonly write: (changes: readonly Change[]) => Promise<void>
  /** All or nothing; power loss can undo it, but only together with everything later that was not synced. */
  readonly writeUnsynced: (changes: readonly Change[]) => Promise<void>
  /** Rows whose key starts so, in order. */
  readonly rows: (prefix: Uint8Array) => AsyncGenerator<Row, void, void>
}

/**
 * Opens `state` below the data folder, and makes both if they are not there. This is the node's lock: open it first, and
 * close it last. A state of another format is left as it is: nothing else has what it says. Whoever opens it closes it.
 * @throws StorageError DATA_IN_USE, DATA_FORMAT_UNKNOWN, DISK
 */
export async function openState(directory: string, settings: StateSettings = {}): Promise<State> {
  const path = join(directory, 'state')
  const { get, rows, write, compact, close } = await openDatabase(path, {
    ...settings,
    format: FORMAT,
    mode: MODE,
    sentence: ({ kind, reason, isOpening }) =>
      kind === 'in-use'
        ? `Another node uses ${directory}; stop it or choose another --data.`
        : `${isOpening ? directory : path} cannot be used: ${reason}.`,
  })
  return {
    get,
    rows: (prefix) => rows({ gte: prefix, lt: afterPrefix(prefix) }),
    write: (changes) => write(changes, true),
    writeUnsynced: (changes) => write(changes, false),
    compact,
    close,
  }
}
