import { expect, test } from 'vitest'
import { debian } from '../../../src/certification/dialects/debian.ts'
import { jvm } from '../../../src/certification/dialects/jvm.ts'
import { runAs } from '../../../src/base/requester.ts'
import { TIME_SLICE } from '../../../src/base/main-thread.ts'
import {
  makePause,
  makeWorkBudget,
  readCost,
  readCostOfSize,
  subBudget,
} from '../../../src/repository/work-budget/work-budget.ts'
import { dataText, signedText } from '../../support/signed-text.ts'

function work(milliseconds: number): void {
  const since = performance.now()
  while (performance.now() - since < milliseconds);
}

test('a budget is spent when nothing is left beside what is reserved', () => {
  const budget = makeWorkBudget(10)
  budget.spend(9)
  expect([budget.isSpent(), budget.isSpent(1), budget.isSpent(2)]).toEqual([false, true, true])
  budget.spend(1)
  expect(budget.isSpent()).toBe(true)
})

test('a part spends from the whole, and is spent as soon as one of them is', () => {
  const whole = makeWorkBudget(10)
  const small = subBudget(whole, 4)
  small.spend(4)
  expect([small.isSpent(), whole.isSpent(), whole.isSpent(6)]).toEqual([true, false, true])
  const large = subBudget(whole, 1_000)
  expect([large.isSpent(), large.isSpent(6)]).toEqual([false, true])
  whole.spend(6)
  expect(large.isSpent()).toBe(true)
})

test('to read a document costs the more, the more artifacts it has, whether it is parsed yet or not', () => {
  const small = debian.read(signedText('hello/bob/hello_2.10-3_amd64.buildinfo'))
  const large = jvm.read(dataText('jvm/sample/quarkus-project-3.39.0.CR1.buildinfo'))
  const [least, most] = [small, large].map((buildinfo) => readCost({ buildinfo }))
  expect(most).toBe((least ?? 0) + 10 * (large.artifacts.length - small.artifacts.length))
  expect(readCostOfSize(80 * large.artifacts.length)).toBe(most)
})

test('whoever has had the main thread for long gives it up, and stops if nobody waits any more', async () => {
  let isGone = false
  const pause = runAs({ share: '203.0.113.7', isGone: () => isGone }, () => makePause())
  expect(pause()).toBeUndefined()
  work(TIME_SLICE)
  let hasOtherRun = false
  setImmediate(() => (hasOtherRun = true))
  await pause()
  expect(hasOtherRun).toBe(true)
  expect(pause()).toBeUndefined()
  work(TIME_SLICE)
  isGone = true
  await expect(pause()).rejects.toMatchObject({ code: 'ASKER_GONE' })
})
