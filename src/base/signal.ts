/**
 * Something that can happen, made before anything that listens: who tells it need not know who does, and it is told to nobody
 * as long as nobody listens.
 */
export interface Signal<A extends readonly unknown[] = []> {
  /**
   * Calls all who listen, in the order in which they came, before it returns. It never fails: what a listener throws, now or
   * later, is told to `onFault`, and the others are called all the same. Nobody is waited for.
   */
  readonly emit: (...what: A) => void
  /** @returns how to listen no more: who has stopped is not called, even by what is told at that moment */
  readonly subscribe: (listener: (...what: A) => void | Promise<void>) => () => void
}

/** @param onFault a listener has failed; it must not throw */
export function makeSignal<A extends readonly unknown[] = []>(
  onFault: (error: unknown) => void,
): Signal<A> {
  const listeners = new Set<{ readonly call: (...what: A) => void | Promise<void> }>()
  return {
    emit(...what) {
      const there = [...listeners]
      for (const one of there) {
        if (!listeners.has(one)) continue
        // called at once, and in an async function so that what is thrown at once is caught too
        const call = async (): Promise<void> => one.call(...what)
        call().catch(onFault)
      }
    },
    subscribe: (call) => {
      const one = { call }
      listeners.add(one)
      return () => listeners.delete(one)
    },
  }
}
