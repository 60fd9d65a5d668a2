import { describe, expect, onTestFinished, test } from 'vitest'
import { openState } from '../../../src/state/database.ts'
import type { WithheldRow } from '../../../src/state/withheld.ts'
import { hashesOf, openWithheld } from '../../../src/repository/tombstones/withheld.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const [ONE, OTHER] = ['1'.repeat(64), '2'.repeat(64)]
const [FEED, OTHER_FEED] = ['aa'.repeat(32), 'bb'.repeat(32)]
const place = (sequence: number, position = 0, feed = FEED) => ({ feed, sequence, position })
const pathOf = (file: string) => ['debian', 'hello', '2.10-3', file]

const row = (id: string, changes: Partial<WithheldRow> = {}): WithheldRow => ({
  id,
  reason: 'a test',
  code: 'spam',
  at: 1,
  collections: ['debian'],
  places: [],
  isErased: true,
  ...hashesOf([]),
  ...changes,
})

async function opened(data: string) {
  const state = await openState(data)
  onTestFinished(() => state.close())
  const faults: unknown[] = []
  const withheld = await openWithheld(state, (error) => faults.push(error))
  return { state, withheld, faults }
}

describe('what is withheld', () => {
  test('is known by its id, its blocks and its paths, also after a start', async () => {
    const data = await temporaryDirectory()
    const first = await opened(data)
    const rows = [
      row(OTHER, { places: [place(9)], ...hashesOf([pathOf('b.buildinfo')]) }),
      row(ONE, {
        places: [place(7), place(3, 0, OTHER_FEED)],
        ...hashesOf([pathOf('a.buildinfo')]),
      }),
    ]
    await first.withheld.put(rows)
    await first.state.close()
    const { withheld } = await opened(data)
    for (const one of [first.withheld, withheld]) {
      expect(one.get(ONE)).toMatchObject({ id: ONE, reason: 'a test' })
      expect(one.rows().map(({ id }) => id)).toEqual([ONE, OTHER])
      expect(new Set(one.blocks(FEED))).toEqual(new Set([7, 9]))
      expect(one.isCleared(OTHER_FEED, 3)).toBe(true)
      expect(one.isCleared(OTHER_FEED, 7)).toBe(false)
      expect(one.at(pathOf('a.buildinfo'))?.id).toBe(ONE)
      expect(one.at(pathOf('c.buildinfo'))).toBeUndefined()
      expect(one.at(['debian', 'hello'])).toBeUndefined()
      expect(one.below(['debian', 'hello'])).toBe(2)
      expect(one.below(['debian', 'hell'])).toBe(0)
    }
  })

  test('leaves its block cleared as long as another one in it is withheld', async () => {
    const { withheld } = await opened(await temporaryDirectory())
    await withheld.put([row(ONE, { places: [place(7)] }), row(OTHER, { places: [place(7, 1)] })])
    await withheld.remove([ONE])
    expect(withheld.isCleared(FEED, 7)).toBe(true)
    await withheld.remove([OTHER])
    expect([withheld.isCleared(FEED, 7), withheld.blocks(FEED)]).toEqual([false, []])
  })

  test('takes its former place no more when it is put again', async () => {
    const { withheld } = await opened(await temporaryDirectory())
    await withheld.put([row(ONE, { places: [place(7)], ...hashesOf([pathOf('a')]) })])
    await withheld.put([row(ONE, { places: [place(8)], ...hashesOf([pathOf('b')]) })])
    expect([withheld.blocks(FEED), withheld.below(['debian'])]).toEqual([[8], 1])
    expect(withheld.at(pathOf('a'))).toBeUndefined()
    await withheld.remove([ONE])
    expect(withheld.below(['debian'])).toBe(0)
  })

  test('is kept without the names of its paths, which can say what was withheld', () => {
    const hashes = hashesOf([pathOf('distinctive.buildinfo')])
    expect(JSON.stringify(hashes)).not.toMatch(/distinctive|hello/)
    expect([hashes.files.length, hashes.directories.length]).toEqual([1, 3])
  })

  test('is believed no more if it could not be written', async () => {
    const { state, withheld } = await opened(await temporaryDirectory())
    await withheld.put([row(ONE, { reason: 'the first', places: [place(7)] })])
    await state.close()
    const rows = [row(ONE, { reason: 'the second', places: [place(8)] }), row(OTHER)]
    const turn = withheld.put(rows)
    expect(withheld.get(OTHER)).toBeDefined()
    await expect(turn).rejects.toThrow()
    expect(withheld.get(OTHER)).toBeUndefined()
    expect(withheld.get(ONE)?.reason).toBe('the first')
    expect(withheld.blocks(FEED)).toEqual([7])
    await expect(withheld.remove([ONE])).rejects.toThrow()
    expect(withheld.get(ONE)).toBeDefined()
  })
})

describe('a withheld certification that a feed brings once more', () => {
  test('is to be erased there too, and that is told', async () => {
    const data = await temporaryDirectory()
    const { state, withheld } = await opened(data)
    await withheld.put([row(ONE, { places: [place(7)] })])
    const told: boolean[] = []
    withheld.onReappeared(() => void told.push(withheld.isCleared(FEED, 9)))
    await withheld.noteReappearance(ONE, place(9, 2))
    expect(told).toEqual([true])
    await state.close()
    const again = (await opened(data)).withheld.get(ONE)
    expect(again).toMatchObject({ places: [place(7), place(9, 2)], isErased: false })
  })

  test('is nothing new where it is known to stand, and nothing at all if it is not withheld', async () => {
    const { withheld } = await opened(await temporaryDirectory())
    await withheld.put([row(ONE, { places: [place(7)] })])
    let told = 0
    withheld.onReappeared(() => void (told += 1))
    await withheld.noteReappearance(ONE, place(7))
    await withheld.noteReappearance(OTHER, place(7))
    expect(told).toBe(0)
    expect(withheld.get(ONE)?.isErased).toBe(true)
    expect(withheld.get(OTHER)).toBeUndefined()
  })
})
