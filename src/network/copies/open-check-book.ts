import { copyCheckRows, type CopyCheckRow, putCopyChecks } from '../../state/copy-checks.ts'
import type { State } from '../../state/database.ts'
import { openKeptRows } from '../heads/kept-rows.ts'
import { type CheckBook, makeCheckBook } from './check-book.ts'

export interface OpenCheckBook extends CheckBook {
  /** Writes what is not written yet. */
  readonly close: () => Promise<void>
}

/**
 * What was read back before this start, and from now on. Whoever opens it closes it.
 * @param now milliseconds since 1970
 * @param onError it cannot be written
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openCheckBook(
  state: State,
  now: () => number,
  onError: (error: unknown) => void,
): Promise<OpenCheckBook> {
  const kept = openKeptRows<CopyCheckRow>(
    {
      all: await copyCheckRows(state),
      nameOf: ({ feed, peerId }) => `${feed} ${peerId}`,
      write: (changes) =>
        putCopyChecks(
          state,
          changes.map(({ row, isGone }) => ({
            feed: row.feed,
            peerId: row.peerId,
            row: isGone ? undefined : row,
          })),
        ),
    },
    onError,
  )
  return { ...makeCheckBook(kept, now), close: kept.close }
}
