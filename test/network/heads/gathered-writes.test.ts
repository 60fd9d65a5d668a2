import { expect, test } from 'vitest'
import { makeGatheredWrites } from '../../../src/network/heads/gathered-writes.ts'

const fail = (error: unknown): void => {
  throw error
}

function gathering() {
  const written: ReadonlyMap<string, number>[] = []
  const writes = makeGatheredWrites<number>(async (changes) => void written.push(changes), fail)
  return { written, writes }
}

test('what was noted of one name is written once, as it was noted last', async () => {
  const { written, writes } = gathering()
  writes.note('a', 1)
  writes.note('b', 2)
  writes.note('a', 3)
  await writes.close()
  expect(written).toEqual([
    new Map([
      ['a', 3],
      ['b', 2],
    ]),
  ])
})

test('what is noted after it was closed is written nowhere: the database is closed by then', async () => {
  const { written, writes } = gathering()
  await writes.close()
  writes.note('a', 1)
  await writes.close()
  expect(written).toEqual([])
})
