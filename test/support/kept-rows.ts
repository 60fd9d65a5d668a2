import type { KeptRows } from '../../src/network/heads/kept-rows.ts'

/** Rows that are kept in memory alone, where a test looks at them: by their names, as they are now. */
export function rowsInMemory<Row>(
  all: readonly Row[],
  nameOf: (row: Row) => string,
): KeptRows<Row> & { readonly now: ReadonlyMap<string, Row> } {
  const now = new Map(all.map((row) => [nameOf(row), row]))
  return {
    all,
    now,
    put: (row) => void now.set(nameOf(row), row),
    delete: (row) => void now.delete(nameOf(row)),
  }
}
