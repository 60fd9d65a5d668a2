import type { HeardHead } from '../../contract/following.ts'
import type { State } from '../../state/database.ts'
import { headRows, putHeads } from '../../state/heads.ts'
import { makeGatheredWrites } from './gathered-writes.ts'
import { type HeardHeads, makeHeardHeads } from './heard-heads.ts'

export interface StoredHeads extends HeardHeads {
  /** Writes what is not written yet. */
  readonly close: () => Promise<void>
}

/**
 * Heads as they were heard before this start, and from now on. The network closes it; the state stays open.
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openStoredHeads(
  state: State,
  isHere: (feed: string) => boolean,
  onError: (error: unknown) => void,
): Promise<StoredHeads> {
  const writes = makeGatheredWrites<readonly HeardHead[]>(
    (rows) => putHeads(state, [...rows]),
    onError,
  )
  const heads = makeHeardHeads(await headRows(state), isHere, onError)
  heads.changed.subscribe(writes.note)
  return { ...heads, close: writes.close }
}
