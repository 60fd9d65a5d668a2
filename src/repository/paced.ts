import { setImmediate } from 'node:timers/promises'

/** Begins one task in a turn of the event loop, so that what was asked meanwhile comes between two of them. */
export function makePaced(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return async (task) => {
    const turn = last.then(() => setImmediate())
    last = turn
    await turn
    return task()
  }
}
