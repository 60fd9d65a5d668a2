import { LRUCache } from 'lru-cache'
import type { Indexes } from '../indexes/database.ts'

/** What was asked a moment ago, for as long as no index has changed since. */
export interface Answers {
  readonly remember: <T extends object>(question: string, answer: () => Promise<T>) => Promise<T>
}

/**
 * @param most answers that are held; they count, not their bytes, so keep large ones few
 * @param time in milliseconds, for answers that depend on it; for ever if 0
 */
export function makeAnswers(indexes: Indexes, most: number, time = 0): Answers {
  const answers = new LRUCache<string, Promise<object>>({ max: most, ttl: time })
  let version = indexes.version()
  return {
    remember: async <T extends object>(question: string, answer: () => Promise<T>) => {
      if (version !== indexes.version()) {
        answers.clear()
        version = indexes.version()
      }
      const known = answers.get(question)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a question names one kind of answer
      if (known !== undefined) return known as Promise<T>
      const asked = answer()
      answers.set(question, asked)
      asked.catch(() => {
        if (answers.peek(question) === asked) answers.delete(question)
      })
      return asked
    },
  }
}
