import { expect, onTestFinished, test } from 'vitest'
import { encodeEntry } from '../../../src/feeds/format/entry.ts'
import { openState } from '../../../src/state/database.ts'
import { openSavedEntries, savedBlocks } from '../../../src/repository/tombstones/saved-entries.ts'
import { keyEntry, sized } from '../../feeds/format/entries.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const BLOCK = { feed: 'aa'.repeat(32), sequence: 7 }
const KEY = keyEntry(new Uint8Array(9).fill(1))
const CERTIFICATION = sized(100, 1)
const TOMORROWS = {
  kind: 'unknown' as const,
  number: 9,
  id: 'cc'.repeat(32),
  bytes: encodeEntry({ ...sized(3, 2), kind: 'certification' }).with(1, 9),
}

async function opened(data: string) {
  const state = await openState(data)
  onTestFinished(() => state.close())
  return { state, saved: openSavedEntries(state) }
}

test('what is left of a cleared block stands where it stood, also after a start', async () => {
  const data = await temporaryDirectory()
  const first = await opened(data)
  const entries = [
    { position: 0, entry: KEY },
    { position: 2, entry: CERTIFICATION },
  ]
  await first.saved.put(BLOCK, entries)
  await first.state.close()
  const { saved } = await opened(data)
  expect(await saved.block(BLOCK)).toEqual(entries)
  expect(await saved.entry({ ...BLOCK, position: 2 })).toEqual(CERTIFICATION)
  for (const place of [
    { ...BLOCK, position: 1 },
    { ...BLOCK, sequence: 8, position: 2 },
    { ...BLOCK, feed: 'bb'.repeat(32), position: 2 },
  ])
    expect(await saved.entry(place)).toBeUndefined()
})

test('an entry that only a later version knows is kept as it is', async () => {
  const { saved } = await opened(await temporaryDirectory())
  await saved.put(BLOCK, [{ position: 0, entry: TOMORROWS }])
  expect((await saved.block(BLOCK))[0]?.entry).toMatchObject({
    kind: 'unknown',
    bytes: TOMORROWS.bytes,
  })
})

test('what is removed leaves the others of its block', async () => {
  const { saved } = await opened(await temporaryDirectory())
  const [one, other] = [
    { position: 0, entry: KEY },
    { position: 2, entry: CERTIFICATION },
  ]
  await saved.put(BLOCK, [one, other])
  await saved.remove(BLOCK, [one])
  expect(await saved.block(BLOCK)).toEqual([other])
})

test('a block of which nothing is left is told from one that nobody has cleared', async () => {
  const { saved } = await opened(await temporaryDirectory())
  const blocks = savedBlocks(saved, { isCleared: (_feed, sequence) => sequence === 8 })
  expect(await blocks(BLOCK.feed, 7)).toBeUndefined()
  expect(await blocks(BLOCK.feed, 8)).toEqual([])
  await saved.put(BLOCK, [{ position: 0, entry: KEY }])
  expect(await blocks(BLOCK.feed, 7)).toEqual([{ position: 0, entry: KEY }])
})
