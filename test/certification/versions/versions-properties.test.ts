import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newestFirst } from '../../../src/certification/versions/order.ts'

const DIALECTS = ['debian', 'jvm', 'checksums', 'in-toto'] as const

const PARTS = '0 1 01 10 . - ~ + : a b m x alpha beta rc CR snapshot ga final sp pre'.split(' ')

/** What versions are made of, few so that they meet, and any text at all. */
const version = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(fc.constantFrom(...PARTS), { maxLength: 7 }).map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
)

const distinct = fc.uniqueArray(version, { minLength: 3, maxLength: 3 })

describe.each(DIALECTS)('of any texts in %s', (dialect) => {
  const isNewer = (a: string, b: string): boolean => newestFirst([b, a], dialect)[0] === a

  test('one of two is the newer, whichever is named first', () => {
    fc.assert(
      fc.property(distinct, ([a = '', b = '']) => {
        expect(isNewer(a, b)).toBe(!isNewer(b, a))
      }),
    )
  })

  test('what is newer than the newer is newer', () => {
    fc.assert(
      fc.property(distinct, (three) => {
        const [a = '', b = '', c = ''] = newestFirst(three, dialect)
        expect([isNewer(a, b), isNewer(b, c), isNewer(a, c)]).toEqual([true, true, true])
      }),
      { numRuns: 2000 },
    )
  })

  test('the order in which they come does not matter, and none is lost', () => {
    fc.assert(
      fc.property(fc.uniqueArray(version, { maxLength: 12 }), (versions) => {
        const sorted = newestFirst(versions, dialect)
        expect(newestFirst(versions.toReversed(), dialect)).toEqual(sorted)
        expect(sorted.toSorted()).toEqual(versions.toSorted())
      }),
    )
  })
})
