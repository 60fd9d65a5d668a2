/* Rows of what is heard, as they were at the start and as they change: the books that hold them in memory need not know the disk. */
import { makeGatheredWrites } from './gathered-writes.ts'

export interface KeptRows<Row> {
  /** As they were at the start. */
  readonly all: readonly Row[]
  /** Is written soon, in place of the row of the same name. */
  readonly put: (row: Row) => void
  /** Nothing of that name is kept any more, soon. */
  readonly delete: (row: Row) => void
}

export interface OpenKeptRows<Row> extends KeptRows<Row> {
  /** Writes what is not written yet. */
  readonly close: () => Promise<void>
}

/** `isGone`: nothing of the name of that row is kept any more. */
export interface RowChange<Row> {
  readonly row: Row
  readonly isGone: boolean
}

/** Where rows are kept. */
export interface RowTable<Row> {
  readonly all: readonly Row[]
  /** There is one row of each name. */
  readonly nameOf: (row: Row) => string
  /** All of them or none, on disk when it returns. @throws StorageError DISK */
  readonly write: (changes: readonly RowChange<Row>[]) => Promise<void>
}

/**
 * Writes what changes from now on, gathered. Whoever opens it closes it; the table has nothing to close.
 * @param onError it cannot be written
 */
export function openKeptRows<Row>(
  { all, nameOf, write }: RowTable<Row>,
  onError: (error: unknown) => void,
): OpenKeptRows<Row> {
  const writes = makeGatheredWrites<RowChange<Row>>(
    (changes) => write([...changes.values()]),
    onError,
  )
  return {
    all,
    put: (row) => writes.note(nameOf(row), { row, isGone: false }),
    delete: (row) => writes.note(nameOf(row), { row, isGone: true }),
    close: writes.close,
  }
}
