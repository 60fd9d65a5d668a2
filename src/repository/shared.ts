/** One answer for all who ask the same at the same time. */
export interface Shared {
  readonly share: <T>(question: string, answer: () => Promise<T>) => Promise<T>
}

/** Nothing is held once it is answered: what is asked can be large. */
export function makeShared(): Shared {
  const asked = new Map<string, Promise<unknown>>()
  return {
    share: async <T>(question: string, answer: () => Promise<T>) => {
      const there = asked.get(question)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a question names one kind of answer
      if (there !== undefined) return there as Promise<T>
      const fresh = answer().finally(() => asked.delete(question))
      asked.set(question, fresh)
      return fresh
    },
  }
}
