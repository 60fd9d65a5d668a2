/* What was heard lately is written together: each write is a sync. */
import { makeMutex } from '../../base/mutex.ts'

/** How long it is gathered, in milliseconds. */
const GATHER = 1_000

export interface GatheredWrites<T> {
  /** Is written soon, in place of what was noted by that name before and is not written yet. */
  readonly note: (name: string, value: T) => void
  /** Writes what is not written yet, and resolves when that is done, whether or not it could be. What is noted later is dropped. */
  readonly close: () => Promise<void>
}

/**
 * Writes one batch at a time, of all that was noted meanwhile. Whoever makes it closes it.
 * @param write all of them or none; `onError` hears why it could not
 */
export function makeGatheredWrites<T>(
  write: (changes: ReadonlyMap<string, T>) => Promise<void>,
  onError: (error: unknown) => void,
): GatheredWrites<T> {
  let noted = new Map<string, T>()
  let timer: NodeJS.Timeout | undefined
  let closed = false
  const writing = makeMutex()

  async function writeNoted(): Promise<void> {
    const changes = noted
    noted = new Map()
    if (changes.size > 0) await write(changes).catch(onError)
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    return writing.run(writeNoted)
  }

  return {
    note(name, value) {
      if (closed) return
      noted.set(name, value)
      timer ??= setTimeout(() => void flush(), GATHER)
      timer.unref()
    },
    close() {
      closed = true
      return flush()
    },
  }
}
