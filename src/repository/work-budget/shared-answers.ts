import {
  runAs,
  currentRequester,
  makeSharedRequester,
  type SharedRequester,
} from '../../base/requester.ts'

/** One answer for all who ask the same at the same time, made as long as one of them waits for it. */
export interface SharedAnswers {
  readonly share: <T>(question: string, answer: () => Promise<T>) => Promise<T>
}

interface Asked {
  readonly answer: Promise<unknown>
  readonly party: SharedRequester
}

/** Nothing is held once it is answered: what is asked can be large. */
export function makeSharedAnswers(): SharedAnswers {
  const asked = new Map<string, Asked>()
  return {
    share: async <T>(question: string, answer: () => Promise<T>) => {
      const there = asked.get(question)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a question names one kind of answer
      if (there?.party.join(currentRequester()) === true) return there.answer as Promise<T>
      const party = makeSharedRequester(currentRequester())
      const fresh = runAs(party.requester, answer).finally(() => {
        if (asked.get(question)?.party === party) asked.delete(question)
      })
      asked.set(question, { answer: fresh, party })
      return fresh
    },
  }
}
