import { expect, test } from 'vitest'
import { makeCheckTurns } from '../../../src/network/copies/check-turns.ts'

const HOUR = 3_600_000
const whole = { isWhole: true, isClaimed: true }

function turnsAt(start: number) {
  let time = start
  const turns = makeCheckTurns(
    () => time,
    () => 0.5,
  )
  const pass = (milliseconds: number): void => void (time += milliseconds)
  /** Milliseconds until it may be asked. */
  const patience = (): number => {
    let waited = 0
    for (; !turns.mayAsk('feed', 'peer'); waited += 500) pass(500)
    return waited
  }
  return { turns, pass, patience }
}

test('a check is renewed before it has stood for a day, also one from before the start', () => {
  const now = 100 * 24 * HOUR
  const { turns, pass } = turnsAt(now)
  turns.note('feed', 'peer', { result: 'right', ...whole })
  pass(14 * HOUR)
  expect(turns.isOld('feed', 'peer', now)).toBe(false)
  pass(HOUR)
  expect(turns.isOld('feed', 'peer', now)).toBe(true)
  expect(turns.isOld('feed', 'unknown', now)).toBe(true)
  expect(turns.isOld('feed', 'unknown', now + 4 * HOUR)).toBe(false)
})

test('who had not yet what it never signed to have is soon asked again, each time later, and at once when the feed has grown', () => {
  const { turns, patience } = turnsAt(0)
  const waits: number[] = []
  for (let tries = 0; tries < 10; tries += 1) {
    turns.note('feed', 'peer', { result: 'absent', isWhole: false, isClaimed: false })
    waits.push(patience())
  }
  expect([waits[0], waits[1], waits.at(-1)]).toEqual([500, 1_000, 60_000])
  turns.note('feed', 'peer', { result: 'absent', isWhole: false, isClaimed: false })
  turns.grown('other')
  expect(turns.mayAsk('feed', 'peer')).toBe(false)
  turns.grown('feed')
  expect(turns.mayAsk('feed', 'peer')).toBe(true)
})

test('whose block was wrong is asked again after half a minute, then later, and no growth makes it sooner', () => {
  const { turns, patience } = turnsAt(0)
  turns.note('feed', 'peer', { result: 'wrong', ...whole })
  turns.grown('feed')
  expect(patience()).toBe(30_000)
  turns.note('feed', 'peer', { result: 'absent', ...whole })
  expect(patience()).toBe(60_000)
  for (let tries = 0; tries < 10; tries += 1)
    turns.note('feed', 'peer', { result: 'silent', ...whole })
  expect(patience()).toBe(HOUR)
})
