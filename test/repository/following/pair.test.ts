import { encode } from 'cborg'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openPairs } from '../../../src/repository/following/pair.ts'
import { openLiar } from '../../support/network.ts'
import { originOf } from '../../support/origin-of.ts'

const PAIRS = 12

/** An entry of a later version, of as many numbers as a block may have. */
function slowPair(): readonly Uint8Array[] {
  const id = Buffer.alloc(32, 7)
  const numbers = Array.from({ length: 60 }, () => Array.from({ length: 500 }, () => 2 ** 40))
  const content = encode([[9, id, ...numbers]])
  return [encode([2, 1, 0, content.length, content]), encode([2, 2, [[9, id, content.length - 1]]])]
}

test('pairs that take long to read are not read in one stretch', async () => {
  const { feed } = await openLiar(async ({ key }) => [
    await originOf(key, 2),
    ...Array.from({ length: PAIRS }, slowPair).flat(),
  ])
  const pairs = await openPairs(feed, async () => undefined)
  let longest = 0
  let isOver = false
  const watching = (async () => {
    for (let last = performance.now(); !isOver; last = performance.now()) {
      await setImmediate()
      longest = Math.max(longest, performance.now() - last)
    }
  })()
  const begun = performance.now()
  const read = await Promise.all(Array.from({ length: PAIRS }, (_, at) => pairs.read(1 + 2 * at)))
  const whole = performance.now() - begun
  isOver = true
  await watching
  expect(read.map(({ kind }) => kind)).toEqual(Array.from({ length: PAIRS }, () => 'entries'))
  expect(longest).toBeLessThan(whole / 3)
})
