import { encode } from 'cborg'
import { expect, test } from 'vitest'
import { makeOpenedBlocks } from '../../../src/feeds/format/opened-blocks.ts'
import { toBlocks } from '../../../src/feeds/format/blocks.ts'
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
  const pairs = await openPairs(feed, async () => undefined, makeOpenedBlocks(1))
  let longest = 0
  let last = performance.now()
  let turn = setImmediate(watch)
  function watch(): void {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
    turn = setImmediate(watch)
  }
  const begun = performance.now()
  const read = await Promise.all(Array.from({ length: PAIRS }, (_, at) => pairs.read(1 + 2 * at)))
  const whole = performance.now() - begun
  // the stretch that has just ended is seen in the next turn
  await new Promise((resolve) => setImmediate(resolve))
  clearImmediate(turn)
  expect(read.map(({ kind }) => kind)).toEqual(Array.from({ length: PAIRS }, () => 'entries'))
  expect(longest).toBeLessThan(whole / 3)
})

test('what this node has written a moment ago is followed without being opened', async () => {
  const opened = makeOpenedBlocks(1_000_000)
  const entry = { kind: 'restoration', id: '1'.padStart(64, '0'), at: 1 } as const
  let written: readonly Uint8Array[] = []
  const { feed } = await openLiar(async ({ key }) => {
    const pairs = await toBlocks([{ entry }], 2, opened)
    written = pairs.flatMap(({ data, index }) => [data, index])
    return [await originOf(key, 2), ...written]
  })
  const pairs = await openPairs(feed, async () => undefined, opened)
  // whatever stands there now: it is not looked at
  written[0]?.fill(0)
  const first = await pairs.read(1)
  expect(first).toMatchObject({ kind: 'entries', entries: [{ entry }] })
  expect(await pairs.read(1)).toMatchObject({ kind: 'bad' })
})
