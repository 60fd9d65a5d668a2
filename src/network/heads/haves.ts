import type { State } from '../../state/database.ts'
import { haveStatementRows, putHaveStatements } from '../../state/have-statements.ts'
import { decodeHave, encodeHave } from '../frames/have-statement.ts'
import { makeGatheredWrites } from './gathered-writes.ts'
import { type HaveBook, type HaveBookParts, makeHaveBook } from './have-book.ts'
import type { HaveRow } from './have-rows.ts'

/** How often what is too old is dropped, in milliseconds. */
const EXPIRY = 3_600_000

export interface Haves extends HaveBook {
  /** Writes what is not written yet. */
  readonly close: () => Promise<void>
}

export interface HavesParts extends Omit<HaveBookParts, 'kept' | 'onChanged'> {
  readonly state: State
}

/**
 * Statements as they were heard before this start, and from now on. Whoever opens it closes it; the state stays open.
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openHaves({ state, ...parts }: HavesParts): Promise<Haves> {
  interface Change {
    readonly name: { readonly feed: string; readonly peerId: string }
    readonly row: HaveRow | undefined
  }
  const writes = makeGatheredWrites<Change>(
    (changes) =>
      putHaveStatements(
        state,
        [...changes.values()].map(({ name, row }) => ({ name, row: row && encodedRow(row) })),
      ),
    parts.onError,
  )
  const book = makeHaveBook({
    ...parts,
    kept: (await haveStatementRows(state)).map(({ bytes, ...row }) => ({
      ...row,
      statement: decodeHave(bytes),
    })),
    onChanged: (feed, peerId, row) =>
      writes.note(`${feed} ${peerId}`, { name: { feed, peerId }, row }),
  })
  const expiry = setInterval(book.expire, EXPIRY)
  expiry.unref()
  return {
    ...book,
    close() {
      clearInterval(expiry)
      return writes.close()
    },
  }
}

const encodedRow = ({ statement, teller, share }: HaveRow) => ({
  bytes: encodeHave(statement),
  teller,
  share,
})
