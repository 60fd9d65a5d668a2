import { encode } from 'cborg'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCanonical, encodeCanonical } from '../../../src/feeds/format/cbor.ts'
import type { BlockRange } from '../../../src/feeds/format/feed.ts'
import {
  decodeHave,
  encodeHave,
  haveFields,
  haveOf,
  HAVES_ITEMS,
  havesFields,
  havesOf,
  MAX_HAVE_BYTES,
  MOST_RANGES,
  signedByHave,
  signHave,
  verifyHave,
} from '../../../src/network/frames/have-statement.ts'
import { changed, hexOf, octets, REFUSALS, refusalOf } from '../../spec/refusals.ts'
import { FEED, peerOf, saidBy } from '../../support/haves.ts'

const LARGEST = 2 ** 40 - 1

/** What is lacking of a feed: gaps with blocks between them, below its length. */
const claims = fc
  .array(fc.record({ before: fc.integer({ min: 1, max: 1000 }), count: fc.nat(1000) }), {
    maxLength: 80,
  })
  .chain((gaps) =>
    fc.record({
      lacking: fc.constant(rangesOf(gaps)),
      more: fc.integer({ min: 1, max: 2 ** 32 }),
      time: fc.integer({ min: 0, max: 8.64e15 }),
    }),
  )
  .map(({ lacking, more, time }) => {
    const last = lacking.at(-1)
    const end = last === undefined ? 0 : last.first + last.count
    return { feed: FEED, root: 'cd'.repeat(32), lacking, length: end + more, time }
  })

function rangesOf(
  gaps: readonly { readonly before: number; readonly count: number }[],
): readonly BlockRange[] {
  let at = 0
  return gaps.map(({ before, count }) => {
    const first = at + before
    at = first + count + 1
    return { first, count: count + 1 }
  })
}

const replaced = (at: number, value: unknown) => (fields: readonly unknown[]) =>
  fields.with(at, value)

describe('a statement of what a peer has', () => {
  test('is read back as it was signed, by whoever signed it, and has few bytes', async () => {
    const signer = await peerOf(1)
    await fc.assert(
      fc.asyncProperty(claims, async (said) => {
        const statement = await signHave(said, signer)
        const bytes = encodeHave(statement)
        expect(bytes.length).toBeLessThanOrEqual(MAX_HAVE_BYTES)
        const read = decodeHave(bytes)
        expect(read).toEqual(statement)
        verifyHave(read)
        expect(read).toMatchObject({ peerId: signer.peerId, length: said.length, time: said.time })
      }),
      { numRuns: 50 },
    )
  })

  test('is these octets', async () => {
    const statement = await saidBy(await peerOf(1), {
      lacking: [
        { first: 1, count: 2 },
        { first: 5, count: 5 },
      ],
      time: 1_764_550_800_000,
    })
    const [publicKey] = haveFields(statement)
    const fields = [
      octets(FEED),
      10,
      octets('ab'.repeat(32)),
      [
        [1, 2],
        [5, 5],
      ],
      1_764_550_800_000,
    ]
    const signed = encode(['countersign/have/2', publicKey, ...fields])
    expect(hexOf(signedByHave(statement))).toBe(hexOf(signed))
    const signature = await (await peerOf(1)).sign(signed)
    expect(hexOf(encodeHave(statement))).toBe(hexOf(encode([publicKey, ...fields, signature])))
  })

  test('has at most 800 bytes, with the largest numbers', async () => {
    const lacking = Array.from({ length: MOST_RANGES }, (_, at) => ({
      first: LARGEST - 2 ** 34 * (MOST_RANGES - at),
      count: 2 ** 33,
    }))
    const statement = await saidBy(await peerOf(1), { length: LARGEST, lacking, time: 8.64e15 })
    expect(encodeHave(statement).length).toBe(797)
  })

  test('is refused with any octet changed', async () => {
    const lacking = [{ first: 3, count: 1 }]
    const statement = await saidBy(await peerOf(1), { lacking, time: 1_764_550_800_000 })
    for (const bytes of changed(hexOf(encodeHave(statement))))
      expect(await refusalOf(() => verifyHave(decodeHave(bytes)))).toBeOneOf([...REFUSALS])
  })

  test('is refused by name if another signed it, or something else', async () => {
    const [one, other] = [await saidBy(await peerOf(1)), await saidBy(await peerOf(2))]
    const refused = async (statement: typeof one) => refusalOf(() => verifyHave(statement))
    expect(await refused({ ...one, signature: other.signature })).toBe('SIGNATURE_INVALID')
    expect(await refused({ ...one, time: 1 })).toBe('SIGNATURE_INVALID')
    expect(await refused(one)).toBeUndefined()
  })

  test.each<[string, (fields: readonly unknown[]) => unknown]>([
    ['a field more than are signed', (fields) => [...fields, null]],
    ['a field less', (fields) => fields.slice(0, -1)],
    ['a short key', replaced(0, new Uint8Array(31))],
    ['a feed in hex', replaced(1, FEED)],
    ['no block', replaced(2, 0)],
    ['a length that is none', replaced(2, 2 ** 40)],
    ['a time before 1970', replaced(5, -1)],
    ['a time that no date has', replaced(5, 8.64e15 + 1)],
    ['half a signature', replaced(6, new Uint8Array(32))],
    ['an empty gap', replaced(4, [[1, 0]])],
    ['a gap behind its length', replaced(4, [[10, 1]])],
    ['a gap that ends behind its length', replaced(4, [[9, 2]])],
    [
      'gaps that touch',
      replaced(4, [
        [1, 2],
        [3, 1],
      ]),
    ],
    [
      'gaps in another order',
      replaced(4, [
        [5, 1],
        [1, 1],
      ]),
    ],
    ['a gap of three numbers', replaced(4, [[1, 1, 1]])],
    ['a gap more than 32', (f) => f.with(2, 99).with(4, rows(MOST_RANGES + 1))],
  ])('with %s is none', async (_, change) => {
    const statement = await saidBy(await peerOf(1))
    expect(await refusalOf(() => haveOf(change(haveFields(statement))))).toBe('ENTRY_SYNTAX')
  })

  test('in CBOR that is not canonical, or with more bytes than any has, is none', async () => {
    const bytes = encodeHave(await saidBy(await peerOf(1)))
    for (const other of [new Uint8Array([...bytes, 0]), new Uint8Array(801), bytes.slice(0, -1)])
      expect(await refusalOf(() => decodeHave(other))).toBe('ENTRY_SYNTAX')
  })
})

const rows = (count: number): readonly (readonly number[])[] =>
  Array.from({ length: count }, (_, at) => [2 * at, 1])

test('64 statements go into one frame, and neither more nor none', async () => {
  const lacking = rows(MOST_RANGES).map(([first = 0, count = 1]) => ({ first, count }))
  const one = await saidBy(await peerOf(1), { length: 99, lacking })
  const framed = (count: number) => havesFields(Array.from({ length: count }, () => one))
  const bytes = encodeCanonical([2, 3, framed(64)])
  expect(bytes.length).toBeLessThan(65_536)
  const read = decodeCanonical(bytes, 65_536, 3 + HAVES_ITEMS)
  expect(havesOf(Array.isArray(read) ? read[2] : undefined)).toHaveLength(64)
  for (const count of [0, 65])
    expect(await refusalOf(() => havesOf(framed(count)))).toBe('ENTRY_SYNTAX')
})
