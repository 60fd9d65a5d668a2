import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BlockRange } from '../../../src/feeds/format/feed.ts'
import { joinRanges } from '../../../src/network/frames/join-ranges.ts'

/** Of blocks that are here (false) or lacking (true). */
function rangesOf(lacks: readonly boolean[]): readonly BlockRange[] {
  const ranges: { first: number; count: number }[] = []
  for (const [at, isLacking] of lacks.entries()) {
    const last = ranges.at(-1)
    if (isLacking && last !== undefined && last.first + last.count === at) last.count += 1
    else if (isLacking) ranges.push({ first: at, count: 1 })
  }
  return ranges
}

const covers = (ranges: readonly BlockRange[], block: number): boolean =>
  ranges.some(({ first, count }) => first <= block && block < first + count)
const sizeOf = (ranges: readonly BlockRange[]): number =>
  ranges.reduce((sum, { count }) => sum + count, 0)

const lacks = fc.array(fc.boolean(), { maxLength: 40 })
const limit = fc.integer({ min: 1, max: 8 })

test('joined ranges are as few as wanted, ascending, apart, and lack whatever was lacking', () => {
  fc.assert(
    fc.property(lacks, limit, (blocks, count) => {
      const ranges = rangesOf(blocks)
      const joined = joinRanges(ranges, count)
      expect(joined).toHaveLength(Math.min(ranges.length, count))
      for (const [at, isLacking] of blocks.entries())
        if (isLacking) expect(covers(joined, at)).toBe(true)
      for (const [at, { first, count: blocksOfIt }] of joined.entries()) {
        const next = joined[at + 1]
        if (next !== undefined) expect(next.first).toBeGreaterThan(first + blocksOfIt)
      }
    }),
  )
})

test('no other choice of what is joined would lack less', () => {
  fc.assert(
    fc.property(lacks, limit, (blocks, count) => {
      const ranges = rangesOf(blocks)
      expect(sizeOf(joinRanges(ranges, count))).toBe(fewest(ranges, count))
    }),
    { numRuns: 50 },
  )
})

/** By trying all. */
function fewest(ranges: readonly BlockRange[], most: number): number {
  if (ranges.length <= most) return sizeOf(ranges)
  return Math.min(
    ...ranges.slice(1).map(({ first, count }, at) => {
      const before = ranges[at] ?? { first, count }
      const both = { first: before.first, count: first + count - before.first }
      return fewest([...ranges.slice(0, at), both, ...ranges.slice(at + 2)], most)
    }),
  )
}
