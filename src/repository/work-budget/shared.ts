import { askedBy, currentAsker, makeParty, type Party } from '../../base/asker.ts'

/** One answer for all who ask the same at the same time, made as long as one of them waits for it. */
export interface Shared {
  readonly share: <T>(question: string, answer: () => Promise<T>) => Promise<T>
}

interface Asked {
  readonly answer: Promise<unknown>
  readonly party: Party
}

/** Nothing is held once it is answered: what is asked can be large. */
export function makeShared(): Shared {
  const asked = new Map<string, Asked>()
  return {
    share: async <T>(question: string, answer: () => Promise<T>) => {
      const there = asked.get(question)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a question names one kind of answer
      if (there?.party.join(currentAsker()) === true) return there.answer as Promise<T>
      const party = makeParty(currentAsker())
      const fresh = askedBy(party.asker, answer).finally(() => {
        if (asked.get(question)?.party === party) asked.delete(question)
      })
      asked.set(question, { answer: fresh, party })
      return fresh
    },
  }
}
