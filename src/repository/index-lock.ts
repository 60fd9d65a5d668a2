/** Runs one task after the other, so that the indexes have one writer. A failed task does not stop the next. */
export interface IndexLock {
  readonly run: <T>(task: () => Promise<T>) => Promise<T>
  /** Resolves when everything that was asked before is done. */
  readonly idle: () => Promise<void>
}

export function makeIndexLock(): IndexLock {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run: (task) => {
      const turn = last.then(task, task)
      last = turn.catch(() => undefined)
      return turn
    },
    idle: async () => {
      await last
    },
  }
}
