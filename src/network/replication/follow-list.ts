/* The feeds of others that are followed, as they stand on the disk. */
import type { State } from '../../state/database.ts'
import {
  copiedFeeds,
  type CopiedFeedRow,
  putCopiedFeed,
  removeCopiedFeed,
} from '../../state/copied-feeds.ts'

export interface FollowList {
  /** @throws StorageError DISK */
  readonly all: () => Promise<readonly CopiedFeedRow[]>
  /** On disk when it resolves. @throws StorageError DISK */
  readonly add: (row: CopiedFeedRow) => Promise<void>
  /** Written behind the answer; what cannot be written is told to `failed`. */
  readonly put: (row: CopiedFeedRow) => void
  /** Likewise. */
  readonly remove: (key: string) => void
  /** What is done behind an answer has failed: the disk, or our own bug. */
  readonly failed: (error: unknown) => void
  /** From now on what a closing store refuses is no news. */
  readonly close: () => void
}

/**
 * The feeds that are followed, as the state has them. The feed selection closes it; the state stays open.
 * @param onError what is written behind an answer has failed: the disk, or our own bug; never after it was closed
 */
export function openFollowList(state: State, onError: (error: unknown) => void): FollowList {
  let closed = false
  const failed = (error: unknown): void => {
    if (!closed) onError(error)
  }
  return {
    failed,
    all: () => copiedFeeds(state),
    add: (row) => putCopiedFeed(state, row),
    put: (row) => void putCopiedFeed(state, row).catch(failed),
    remove: (key) => void removeCopiedFeed(state, key).catch(failed),
    close() {
      closed = true
    },
  }
}
