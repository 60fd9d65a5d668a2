import { expect, test } from 'vitest'
import { makeTellerTurns } from '../../../src/network/exchange/teller-turns.ts'

const MINUTE = 60_000

test('a neighbour has so many records in a minute, and one that the operator named more', () => {
  let now = 0
  const turns = makeTellerTurns(
    (peerId) => peerId === 'named',
    () => now,
  )
  const taken = (peerId: string): number =>
    Array.from({ length: 2_000 }, () => turns.take(peerId)).filter(Boolean).length
  expect(taken('a')).toBe(256)
  expect(taken('b')).toBe(256)
  expect(taken('named')).toBe(1_024)
  now += MINUTE
  expect(taken('a')).toBe(256)
})

test('who told rubbish has no turn for ten minutes, and others keep theirs', () => {
  let now = 0
  const turns = makeTellerTurns(
    () => false,
    () => now,
  )
  turns.lose('liar')
  expect(turns.take('liar')).toBe(false)
  expect(turns.take('honest')).toBe(true)
  now += 10 * MINUTE
  expect(turns.take('liar')).toBe(true)
})
