import { askedBy, NODE_ITSELF } from '../../base/asker.ts'

/**
 * Runs one task after the other, so that the indexes have one writer. A failed task does not stop the next, and whoever
 * has caused one cannot stop it by hanging up.
 */
export interface IndexLock {
  readonly run: <T>(task: () => Promise<T>) => Promise<T>
  /** Resolves when everything that was asked before is done. */
  readonly idle: () => Promise<void>
}

/** @param after what is done behind each task, before the next: it fails with it */
export function makeIndexLock(after: () => Promise<void> = async () => undefined): IndexLock {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run: (task) => {
      const whole = () =>
        askedBy(NODE_ITSELF, async () => {
          const answer = await task()
          await after()
          return answer
        })
      const turn = last.then(whole, whole)
      last = turn.catch(() => undefined)
      return turn
    },
    idle: async () => {
      await last
    },
  }
}
