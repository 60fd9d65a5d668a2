import { runAs, NODE_ITSELF } from '../../base/requester.ts'
import { makeMutex } from '../../base/mutex.ts'

/**
 * Runs one task after the other, so that the indexes have one writer. A failed task does not stop the next, and whoever
 * has caused one cannot stop it by hanging up.
 */
export interface IndexLock {
  readonly run: <T>(task: () => Promise<T>) => Promise<T>
  /**
   * Calls back behind each task that did not fail, before the next: the task fails with it.
   * @returns how to be called no more
   */
  readonly onDone: (listener: () => Promise<void>) => () => void
  /** Resolves when everything that was asked before is done. */
  readonly idle: () => Promise<void>
}

/** A lock that nobody has yet. */
export function makeIndexLock(): IndexLock {
  const listeners = new Set<() => Promise<void>>()
  const mutex = makeMutex()
  return {
    run: (task) =>
      mutex.run(() =>
        runAs(NODE_ITSELF, async () => {
          const answer = await task()
          for (const listener of listeners) await listener()
          return answer
        }),
      ),
    onDone: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    idle: mutex.idle,
  }
}
