import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeDataBlock,
  decodeIndexBlock,
  type FeedFormat,
} from '../../../src/feeds/format/block.ts'
import { toBlocks } from '../../../src/feeds/format/blocks.ts'
import { MAX_BYTES } from '../../../src/feeds/format/entry.ts'
import { isRowOf } from '../../../src/feeds/format/index-row.ts'
import { factsBy, keyEntry, KEY_IDS, sized, unwritten } from './entries.ts'

const formats: readonly FeedFormat[] = [1, 2]
const [ONE, TWO] = KEY_IDS

const lengths = async (sizes: readonly number[], format: FeedFormat) => {
  const given = sizes.map((size, at) => ({ entry: sized(size, at), facts: factsBy(ONE) }))
  return (await toBlocks(given, format)).map(({ entries }) => entries.length)
}

const of = (keyId: string, count: number, start: number) =>
  Array.from({ length: count }, (_, at) => ({
    entry: sized(10, start + at),
    facts: factsBy(keyId),
  }))

const counts = async (many: number, format: FeedFormat) =>
  (await toBlocks([...of(ONE, 3, 0), ...of(TWO, many, 100)], format)).map(
    ({ entries }) => entries.length,
  )

describe('cutting entries into blocks', () => {
  test.each(formats)(
    'of format %d keeps every entry once, and each block of one kind',
    async (format) => {
      const keys = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 3 })
      const all = fc.tuple(fc.array(unwritten, { maxLength: 150 }), keys)
      await fc.assert(
        fc.asyncProperty(all, async ([certifications, bytes]) => {
          const given = [...certifications, ...bytes.map((one) => ({ entry: keyEntry(one) }))]
          const pairs = await toBlocks(given, format)
          const written = pairs.flatMap((pair) => pair.entries)
          expect(written).toHaveLength(given.length)
          expect(new Set(written)).toEqual(new Set(given.map(({ entry }) => entry)))
          for (const { entries, data, index } of pairs) {
            expect(await decodeDataBlock(data, format)).toEqual(entries)
            const rows = decodeIndexBlock(index, format)
            expect(rows.every((row, at) => isRowOf(row, entries[at] ?? sized(1)))).toBe(true)
            expect(new Set(entries.map(({ kind }) => kind)).size).toBe(1)
          }
          const kinds = pairs.map(({ entries }) => entries[0]?.kind)
          expect(kinds.lastIndexOf('public-key')).toBeLessThan(
            kinds.includes('certification') ? kinds.indexOf('certification') : kinds.length,
          )
        }),
        { numRuns: 20 },
      )
    },
  )

  test('makes no more blocks than it must', async () => {
    for (const format of formats) {
      expect(await lengths(Array<number>(130).fill(10), format)).toEqual([64, 64, 2])
      expect(await lengths(Array<number>(5).fill(100_000), format)).toEqual([2, 2, 1])
      expect(await lengths([10, MAX_BYTES, 10], format)).toHaveLength(3)
    }
  })

  test('mixes keys in format 2 only, and one with 16 certifications has blocks of its own', async () => {
    expect(await counts(15, 1)).toEqual([3, 15])
    expect(await counts(15, 2)).toEqual([18])
    expect(await counts(16, 2)).toEqual([16, 3])
  })

  test('puts what comes twice into two blocks of format 2', async () => {
    const [first, second] = [sized(10, 1), { ...sized(10, 1), alias: 'a/b' }]
    const pairs = await toBlocks(
      [first, second, sized(10, 2)].map((entry) => ({ entry, facts: factsBy(ONE) })),
      2,
    )
    expect(pairs.map(({ entries }) => entries)).toEqual([[first, sized(10, 2)], [second]])
  })
})
