import { encode } from 'cborg'
import { describe, expect, test } from 'vitest'
import { entriesSaidBy } from '../../../src/feeds/format/block.ts'
import { isOfLaterEvidence } from '../../../src/feeds/format/evidence.ts'
import { leadOf } from '../../../src/feeds/format/lead.ts'
import { formatNamedBy, isOfLaterFormat } from '../../../src/feeds/format/origin.ts'

describe('the lead of an array', () => {
  test.each([0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32, Number.MAX_SAFE_INTEGER])(
    'is read with %i in it as CBOR is',
    (number) => {
      expect(leadOf(encode([number, number, 'x']), 2).numbers).toEqual([number, number])
      expect(leadOf(encode([2, number, [1, 2]]), 2)).toEqual({ numbers: [2, number], items: 2 })
    },
  )

  test('ends before what is no unsigned integer, and before so many as are asked for', () => {
    expect(leadOf(encode([1, -1, 2]), 3).numbers).toEqual([1])
    expect(leadOf(encode([1, 2, 3]), 2).numbers).toEqual([1, 2])
    expect(leadOf(encode([1]), 2).numbers).toEqual([1])
  })

  test.each<[string, readonly number[]]>([
    ['nothing', []],
    ['an integer', [0x03]],
    ['a map', [0xa1, 0x01, 0x02]],
    ['an array without an end', [0x9f, 0x01, 0xff]],
    ['an array that is cut off', [0x82]],
    ['a number that is cut off', [0x81, 0x19, 0x01]],
    ['a number that is not in its shortest form', [0x81, 0x18, 0x03]],
    ['a number beyond 2^53', [0x81, 0x1b, 0xff, 0, 0, 0, 0, 0, 0, 0]],
  ])('has no number if it is %s', (_, bytes) => {
    expect(leadOf(new Uint8Array(bytes), 2).numbers).toEqual([])
  })
})

test('an origin is of a later format whatever stands behind its first field', () => {
  const later = new Uint8Array([0x82, 0x03, 0xff])
  expect([formatNamedBy(later), isOfLaterFormat(later)]).toEqual([3, true])
  for (const first of [0, 1, 2]) expect(isOfLaterFormat(encode([first, 0]))).toBe(false)
  for (const value of ['3', [], ['3'], 3]) expect(isOfLaterFormat(encode(value))).toBe(false)
})

test('evidence is of a later version by its version, or by its kind', () => {
  expect(isOfLaterEvidence(encode([2, 0]))).toBe(true)
  expect(isOfLaterEvidence(encode([1, 3]))).toBe(true)
  for (const value of [[1, 2], [0, 3], [1, 'x'], [], 'x'])
    expect(isOfLaterEvidence(encode(value))).toBe(false)
})

const rows = (count: number) => Array.from({ length: count }, (_, at) => at)

test('an index block says how many entries its data block has, and what is none says one', () => {
  for (const count of [1, 2, 24, 64]) {
    expect(entriesSaidBy(encode([1, 2, rows(count)]))).toBe(count)
    expect(entriesSaidBy(encode([2, 2, rows(count)]))).toBe(count)
  }
  for (const value of [[2, 2, rows(65)], [2, 2, []], [2, 1, rows(9)], [2, 2, 9], 'x', []])
    expect(entriesSaidBy(encode(value))).toBe(1)
})
