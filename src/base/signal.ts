/**
 * Something that can happen, made before anything that listens: who tells it need not know who does, and it is told to nobody
 * as long as nobody listens.
 */
export interface Signal<T> {
  /** Resolves when all who listen are done. @throws the first failure */
  readonly tell: (what: T) => Promise<void>
  /** @returns how to listen no more */
  readonly listen: (listener: (what: T) => void | Promise<void>) => () => void
}

export function makeSignal<T>(): Signal<T> {
  const listeners = new Set<(what: T) => void | Promise<void>>()
  return {
    tell: async (what) => {
      await Promise.all([...listeners].map(async (listener) => listener(what)))
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
