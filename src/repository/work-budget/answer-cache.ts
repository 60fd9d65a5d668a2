import { LRUCache } from 'lru-cache'
import {
  runAs,
  currentRequester,
  makeSharedRequester,
  type SharedRequester,
} from '../../base/requester.ts'
import type { Indexes } from '../../indexes/database.ts'

/** What was asked a moment ago, for as long as no index has changed since; made as long as somebody waits for it. */
export interface AnswerCache {
  readonly remember: <T extends object>(question: string, answer: () => Promise<T>) => Promise<T>
}

interface Remembered {
  readonly answer: Promise<object>
  /** As long as it is being made. */
  party: SharedRequester | undefined
}

/**
 * @param most answers that are held; they count, not their bytes, so keep large ones few
 * @param time in milliseconds, for answers that depend on it; for ever if 0
 */
export function makeAnswerCache(indexes: Indexes, most: number, time = 0): AnswerCache {
  const answers = new LRUCache<string, Remembered>({ max: most, ttl: time })
  let version = indexes.version()
  return {
    remember: async <T extends object>(question: string, answer: () => Promise<T>) => {
      if (version !== indexes.version()) {
        answers.clear()
        version = indexes.version()
      }
      const known = answers.get(question)
      if (known !== undefined && known.party?.join(currentRequester()) !== false)
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a question names one kind of answer
        return known.answer as Promise<T>
      const party = makeSharedRequester(currentRequester())
      const made = runAs(party.requester, answer)
      const asked: Remembered = { answer: made, party }
      answers.set(question, asked)
      // in one step: an answer that has failed and has no party would be taken for a good one
      const settle = (failed: boolean): void => {
        asked.party = undefined
        if (failed && answers.peek(question) === asked) answers.delete(question)
      }
      made.then(
        () => settle(false),
        () => settle(true),
      )
      return made
    },
  }
}
