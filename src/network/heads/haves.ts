import type { State } from '../../state/database.ts'
import { haveStatementRows, putHaveStatements } from '../../state/have-statements.ts'
import { decodeHave, encodeHave } from '../frames/have-statement.ts'
import { type HaveBook, type HaveJudges, makeHaveBook } from './have-book.ts'
import type { HaveRow } from './have-rows.ts'
import { openKeptRows, type RowTable } from './kept-rows.ts'

/** How often what is too old is dropped, in milliseconds. */
const EXPIRY = 3_600_000

export interface Haves extends HaveBook {
  /** Writes what is not written yet. */
  readonly close: () => Promise<void>
}

/**
 * Statements as they were heard before this start, and from now on. Whoever opens it closes it; the state stays open.
 * @param now milliseconds since 1970
 * @param onError what is heard cannot be kept, or whoever was told news has failed
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openHaves(
  state: State,
  judges: HaveJudges,
  { now, onError }: { readonly now: () => number; readonly onError: (error: unknown) => void },
): Promise<Haves> {
  const kept = openKeptRows(await haveTable(state), onError)
  const book = makeHaveBook(kept, judges, { now, onError })
  const expiry = setInterval(book.expire, EXPIRY)
  expiry.unref()
  return {
    ...book,
    close() {
      clearInterval(expiry)
      return kept.close()
    },
  }
}

async function haveTable(state: State): Promise<RowTable<HaveRow>> {
  const rows = await haveStatementRows(state)
  return {
    all: rows.map(({ bytes, ...row }) => ({ ...row, statement: decodeHave(bytes) })),
    nameOf: ({ statement: { feed, peerId } }) => `${feed} ${peerId}`,
    write: (changes) =>
      putHaveStatements(
        state,
        changes.map(({ row, isGone }) => ({
          name: row.statement,
          row: isGone ? undefined : encodedRow(row),
        })),
      ),
  }
}

const encodedRow = ({ statement, teller, share }: HaveRow) => ({
  bytes: encodeHave(statement),
  teller,
  share,
})
