import { describe, expect, onTestFinished, test } from 'vitest'
import { currentRequester, runAs } from '../../../src/base/requester.ts'
import { openIndexes } from '../../../src/indexes/database.ts'
import { makeAnswerCache } from '../../../src/repository/work-budget/answer-cache.ts'
import { requesterGone } from '../../../src/repository/work-budget/work-budget.ts'
import { latch } from '../../support/latch.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

async function opened(most = 8) {
  const indexes = await openIndexes(await temporaryDirectory())
  onTestFinished(() => indexes.close())
  const cache = makeAnswerCache(indexes, most)
  let made = 0
  const ask = (question: string) => cache.remember(question, async () => ({ made: (made += 1) }))
  return { indexes, cache, ask }
}

describe('an answer', () => {
  test('is given again until something is written to the indexes', async () => {
    const { indexes, ask } = await opened()
    expect(await ask('one')).toEqual({ made: 1 })
    expect(await ask('one')).toEqual({ made: 1 })
    expect(await ask('two')).toEqual({ made: 2 })
    await indexes.write([])
    expect(await ask('one')).toEqual({ made: 3 })
  })

  test('that failed is made again', async () => {
    const { cache, ask } = await opened()
    const failing = cache.remember('one', () => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    expect(await ask('one')).toEqual({ made: 1 })
  })

  test('that failed is given to nobody who asks right behind that', async () => {
    const { cache, ask } = await opened()
    const { promise, reject } = Promise.withResolvers<{ made: number }>()
    const failing = cache.remember('one', () => promise).catch(() => 'failed')
    reject(requesterGone())
    // everything that hears of the failure itself has run then, and nothing that waits for that
    await Promise.resolve()
    expect(await ask('one')).toEqual({ made: 1 })
    expect(await failing).toBe('failed')
  })

  test('that nobody has asked for longest makes room', async () => {
    const { ask } = await opened(2)
    await ask('one')
    await ask('two')
    await ask('one')
    await ask('three')
    expect(await ask('one')).toEqual({ made: 1 })
    expect(await ask('two')).toEqual({ made: 4 })
  })

  test('that is being made is had by all who ask, though the first of them has gone', async () => {
    const { cache, ask } = await opened()
    const gone = new Set<string>()
    const { open, opened: goOn } = latch()
    const askAs = (share: string) =>
      runAs({ share, isGone: () => gone.has(share) }, () =>
        cache.remember('one', async () => {
          const requester = currentRequester()
          await goOn
          if (requester.isGone()) throw requesterGone()
          return { made: 'once' }
        }),
      )
    const [first, second] = [askAs('a'), askAs('b')]
    gone.add('a')
    open()
    expect(await second).toEqual({ made: 'once' })
    expect(await first).toBe(await second)
    expect(await ask('one')).toEqual({ made: 'once' })
  })
})

test('work that everybody has left is given to nobody who comes later, though it has not ended yet', async () => {
  const { cache, ask } = await opened()
  const [looked, ended] = [latch(), latch()]
  const asker = { share: 'a', isGone: () => true }
  const left = runAs(asker, () =>
    cache.remember('one', async () => {
      const isLeft = currentRequester().isGone()
      looked.open()
      await ended.opened
      if (isLeft) throw requesterGone()
      return { made: 'never' }
    }),
  ).catch((error: unknown) => error)
  await looked.opened
  const later = ask('one')
  ended.open()
  expect(await later).toEqual({ made: 1 })
  expect(await left).toMatchObject({ code: 'ASKER_GONE' })
  expect(await ask('one')).toEqual({ made: 1 })
})
