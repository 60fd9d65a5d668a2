/** Runs one task after the other. One that fails does not stop the next. */
export interface Mutex {
  /** @throws what the task throws */
  readonly run: <T>(task: () => Promise<T>) => Promise<T>
  /** Resolves when everything that was asked before is done. */
  readonly idle: () => Promise<void>
}

/** A mutex that nobody has yet. What waits for it is not bounded: whoever gives it tasks bounds them. */
export function makeMutex(): Mutex {
  let last: Promise<void> = Promise.resolve()
  return {
    run: (task) => {
      const turn = last.then(task)
      last = turn.then(
        () => undefined,
        () => undefined,
      )
      return turn
    },
    idle: () => last,
  }
}

/** A {@link Mutex} for each name: tasks of different names do not wait for each other. */
export interface KeyedMutex {
  /** @throws what the task throws */
  readonly run: <T>(name: string, task: () => Promise<T>) => Promise<T>
  /** Resolves when everything that was asked before of this name is done. */
  readonly idle: (name: string) => Promise<void>
  /** Resolves when nothing is asked of any name. */
  readonly allIdle: () => Promise<void>
}

/** A mutex for each name. A name is forgotten as soon as nothing is asked of it. */
export function makeKeyedMutex(): KeyedMutex {
  const held = new Map<string, { readonly mutex: Mutex; waiting: number }>()
  return {
    run: async (name, task) => {
      const one = held.get(name) ?? { mutex: makeMutex(), waiting: 0 }
      held.set(name, one)
      one.waiting += 1
      try {
        return await one.mutex.run(task)
      } finally {
        one.waiting -= 1
        if (one.waiting === 0) held.delete(name)
      }
    },
    idle: async (name) => held.get(name)?.mutex.idle(),
    allIdle: async () => {
      while (held.size > 0) await Promise.all([...held.values()].map(({ mutex }) => mutex.idle()))
    },
  }
}
