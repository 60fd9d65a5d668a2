import { makeMutex } from '../../base/mutex.ts'
import type { State } from '../../state/database.ts'
import { haveStatementRows, putHaveStatements } from '../../state/have-statements.ts'
import { decodeHave, encodeHave } from '../frames/have-statement.ts'
import { type HaveBook, type HaveBookParts, makeHaveBook } from './have-book.ts'
import type { HaveRow } from './have-rows.ts'

/** What comes within so many milliseconds is written together: each write is a sync. */
const GATHER = 1_000
/** How often what is too old is dropped, in milliseconds. */
const EXPIRY = 3_600_000

export interface Haves extends HaveBook {
  /** Writes what is not written yet. */
  readonly close: () => Promise<void>
}

export interface HavesParts extends Omit<HaveBookParts, 'kept' | 'onChanged'> {
  readonly state: State
}

/** Statements as they were heard before this start, and from now on. @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function openHaves({ state, ...parts }: HavesParts): Promise<Haves> {
  interface Change {
    readonly name: { readonly feed: string; readonly peerId: string }
    readonly row: HaveRow | undefined
  }
  const dirty = new Map<string, Change>()
  let timer: NodeJS.Timeout | undefined
  const { onError } = parts
  const writing = makeMutex()

  async function write(): Promise<void> {
    const changes = [...dirty.values()]
    dirty.clear()
    if (changes.length === 0) return
    try {
      await putHaveStatements(
        state,
        changes.map(({ name, row }) => ({ name, row: row && encodedRow(row) })),
      )
    } catch (error) {
      onError(error)
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    return writing.run(write)
  }

  const book = makeHaveBook({
    ...parts,
    kept: (await haveStatementRows(state)).map(({ bytes, ...row }) => ({
      ...row,
      statement: decodeHave(bytes),
    })),
    onChanged(feed, peerId, row) {
      dirty.set(`${feed} ${peerId}`, { name: { feed, peerId }, row })
      timer ??= setTimeout(() => void flush(), GATHER)
      timer.unref()
    },
  })
  const expiry = setInterval(book.expire, EXPIRY)
  expiry.unref()
  return {
    ...book,
    close() {
      clearInterval(expiry)
      return flush()
    },
  }
}

const encodedRow = ({ statement, teller, share }: HaveRow) => ({
  bytes: encodeHave(statement),
  teller,
  share,
})
