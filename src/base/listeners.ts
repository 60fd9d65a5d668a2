/** Those who want to be told of something, in the order in which they came. */
export interface Listeners<A extends readonly unknown[]> {
  /** Calls back each time, until the answer is called. */
  readonly add: (listener: (...args: A) => void) => () => void
  readonly tell: (...args: A) => void
}

export function makeListeners<A extends readonly unknown[]>(): Listeners<A> {
  const listeners = new Set<(...args: A) => void>()
  return {
    add(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell(...args) {
      for (const listener of listeners) listener(...args)
    },
  }
}
