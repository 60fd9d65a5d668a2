/**
 * Something that can happen, made before anything that listens: who tells it need not know who does, and it is told to nobody
 * as long as nobody listens.
 */
export interface Signal<A extends readonly unknown[] = []> {
  /**
   * Calls all who listen, in the order in which they came, before it returns. Each is called, whatever another throws.
   * Resolves when all are done. @throws the first failure
   */
  readonly emit: (...what: A) => Promise<void>
  /** @returns how to listen no more: who has stopped is not called, even by what is told at that moment */
  readonly subscribe: (listener: (...what: A) => void | Promise<void>) => () => void
}

export function makeSignal<A extends readonly unknown[] = []>(): Signal<A> {
  const listeners = new Set<{ readonly call: (...what: A) => void | Promise<void> }>()
  return {
    emit: async (...what) => {
      const calls = [...listeners].map(async (one) => {
        if (listeners.has(one)) await one.call(...what)
      })
      await Promise.all(calls)
    },
    subscribe: (call) => {
      const one = { call }
      listeners.add(one)
      return () => listeners.delete(one)
    },
  }
}
