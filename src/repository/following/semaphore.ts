/** A few at once; who comes later waits for the first of them to end. */
export interface Semaphore {
  readonly run: <T>(task: () => Promise<T>) => Promise<T>
}

/** @param most that run at the same time */
export function makeSemaphore(most: number): Semaphore {
  const waiting: (() => void)[] = []
  let running = 0
  return {
    async run(task) {
      if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve))
      else running += 1
      try {
        return await task()
      } finally {
        const next = waiting.shift()
        // its place is handed on
        if (next === undefined) running -= 1
        else next()
      }
    },
  }
}
