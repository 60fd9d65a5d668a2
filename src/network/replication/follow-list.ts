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
  /** Written behind the answer; what cannot be written is told to `failed`. Once it is closed nothing is written. */
  readonly put: (row: CopiedFeedRow) => void
  /** Likewise. */
  readonly remove: (key: string) => void
  /** What is done behind an answer has failed: the disk, or our own bug. */
  readonly failed: (error: unknown) => void
  /** From now on what a closing store refuses is no news. */
  readonly closing: () => void
  /** Resolves when what was put and removed is on the disk, or could not be written. */
  readonly close: () => Promise<void>
}

/**
 * The feeds that are followed, as the state has them. The feed selection closes it; the state stays open.
 * @param onError what is written behind an answer has failed: the disk, or our own bug; never while it closes
 */
export function openFollowList(state: State, onError: (error: unknown) => void): FollowList {
  let isClosing = false
  let closed = false
  const writing = new Set<Promise<void>>()
  const failed = (error: unknown): void => {
    if (!isClosing) onError(error)
  }

  /** A write to a closed state would be taken for a fault of the disk. */
  function behind(write: () => Promise<void>): void {
    if (closed) return
    const turn: Promise<void> = write()
      .catch(failed)
      .finally(() => writing.delete(turn))
    writing.add(turn)
  }

  return {
    failed,
    all: () => copiedFeeds(state),
    add: (row) => putCopiedFeed(state, row),
    put: (row) => behind(() => putCopiedFeed(state, row)),
    remove: (key) => behind(() => removeCopiedFeed(state, key)),
    closing() {
      isClosing = true
    },
    async close() {
      closed = true
      await Promise.all(writing)
    },
  }
}
