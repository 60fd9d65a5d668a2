/** One after the other for each name; different names do not wait for each other. */
export interface Turns {
  readonly run: <T>(name: string, task: () => Promise<T>) => Promise<T>
}

export function makeTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return {
    run: (name, task) => {
      const before = last.get(name) ?? Promise.resolve()
      const turn = before.then(task, task)
      const settled = turn.then(
        () => undefined,
        () => undefined,
      )
      last.set(name, settled)
      void settled.then(() => {
        if (last.get(name) === settled) last.delete(name)
        return undefined
      })
      return turn
    },
  }
}
