import { copyCheckRows, type CopyCheckRow, putCopyChecks } from '../../state/copy-checks.ts'
import type { State } from '../../state/database.ts'
import { makeGatheredWrites } from '../heads/gathered-writes.ts'
import { type CheckBook, type CheckBookParts, makeCheckBook } from './check-book.ts'

export interface OpenCheckBook extends CheckBook {
  /** Writes what is not written yet. */
  readonly close: () => Promise<void>
}

/**
 * What was read back before this start, and from now on. Whoever opens it closes it.
 * @param onError it cannot be written
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openCheckBook(
  state: State,
  { now, onError }: Pick<CheckBookParts, 'now'> & { readonly onError: (error: unknown) => void },
): Promise<OpenCheckBook> {
  interface Change {
    readonly feed: string
    readonly peerId: string
    readonly row: CopyCheckRow | undefined
  }
  const writes = makeGatheredWrites<Change>(
    (changes) => putCopyChecks(state, [...changes.values()]),
    onError,
  )
  const book = makeCheckBook({
    kept: await copyCheckRows(state),
    onChanged: (feed, peerId, row) => writes.note(`${feed} ${peerId}`, { feed, peerId, row }),
    now,
  })
  return { ...book, close: writes.close }
}
