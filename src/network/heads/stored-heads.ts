import { makeMutex } from '../../base/mutex.ts'
import type { HeardHead } from '../../contract/following.ts'
import type { State } from '../../state/database.ts'
import { headRows, putHeads } from '../../state/heads.ts'
import { type HeardHeads, makeHeardHeads } from './heard-heads.ts'

/** What was heard within so many milliseconds is written together: each write is a sync. */
const GATHER = 1_000

export interface StoredHeads extends HeardHeads {
  /** Writes what is not written yet. */
  readonly close: () => Promise<void>
}

/** Heads as they were heard before this start, and from now on. */
export async function openStoredHeads(
  state: State,
  isHere: (feed: string) => boolean,
  onError: (error: unknown) => void,
): Promise<StoredHeads> {
  const dirty = new Map<string, readonly HeardHead[]>()
  let timer: NodeJS.Timeout | undefined
  const writing = makeMutex()

  async function write(): Promise<void> {
    const rows = [...dirty]
    dirty.clear()
    if (rows.length === 0) return
    try {
      await putHeads(state, rows)
    } catch (error) {
      onError(error)
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    return writing.run(write)
  }

  const heads = makeHeardHeads(await headRows(state), isHere, onError)
  heads.changed.subscribe((feed, rows) => {
    dirty.set(feed, rows)
    timer ??= setTimeout(() => void flush(), GATHER)
    timer.unref()
  })
  return { ...heads, close: flush }
}
