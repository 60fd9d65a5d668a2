import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  blocksWithFewer,
  complement,
  type Copy,
  coverage,
  fewest,
  hasBlock,
} from '../../../src/network/copies/coverage.ts'
import type { BlockRange } from '../../../src/feeds/format/feed.ts'

const LENGTH = 12

/** The ranges of a set of blocks, ascending and not touching. */
function rangesOf(blocks: ReadonlySet<number>): readonly BlockRange[] {
  const ranges: { first: number; count: number }[] = []
  for (const block of [...blocks].toSorted((one, other) => one - other)) {
    const last = ranges.at(-1)
    if (last !== undefined && last.first + last.count === block) last.count += 1
    else ranges.push({ first: block, count: 1 })
  }
  return ranges
}

const blocks = fc.uniqueArray(fc.integer({ min: 0, max: LENGTH - 1 })).map((some) => new Set(some))
const copy: fc.Arbitrary<Copy> = fc
  .record({
    group: fc.constantFrom('a', 'b', 'c'),
    length: fc.integer({ min: 0, max: LENGTH }),
    lacks: blocks,
    proven: blocks,
  })
  .map(({ group, length, lacks, proven }) => ({
    group,
    length,
    lacking: rangesOf(new Set([...lacks].filter((one) => one < length))),
    proven: [...proven].toSorted((one, other) => one - other),
  }))

test('every block that is here is counted once, with as many copies as there are groups that have it', () => {
  fc.assert(
    fc.property(blocks, fc.array(copy, { maxLength: 6 }), (here, copies) => {
      const covered = coverage(rangesOf(here), copies)
      const found = covered.flatMap(({ first, count, copies: many }) =>
        Array.from({ length: count }, (_, at) => [first + at, many]),
      )
      const wanted = [...here]
        .toSorted((one, other) => one - other)
        .map((block) => [
          block,
          new Set(copies.filter((one) => hasBlock(one, block)).map(({ group }) => group)).size,
        ])
      expect(found).toEqual(wanted)
      expect(blocksWithFewer(covered, 2)).toBe(wanted.filter(([, many = 0]) => many < 2).length)
    }),
  )
})

test('what lies between gaps is what is there', () => {
  fc.assert(
    fc.property(blocks, fc.integer({ min: 0, max: LENGTH }), (missing, length) => {
      const there = Array.from({ length }, (_, at) => at).filter((at) => !missing.has(at))
      expect(complement(length, rangesOf(missing))).toEqual(rangesOf(new Set(there)))
    }),
  )
})

test('the fewest copies are those of the blocks below some length, and of no block there are none', () => {
  const covered = [
    { first: 0, count: 4, copies: 2 },
    { first: 4, count: 1, copies: 0 },
  ]
  expect([fewest(covered, 4), fewest(covered, 5), fewest(covered, 0)]).toEqual([2, 0, undefined])
})

test('of what a peer says that it lacks it has no copy, whatever was read back before', () => {
  const one = { group: 'a', length: 4, lacking: [{ first: 2, count: 1 }], proven: [2, 6] }
  expect([1, 2, 4, 6].map((block) => hasBlock(one, block))).toEqual([true, false, false, true])
})
