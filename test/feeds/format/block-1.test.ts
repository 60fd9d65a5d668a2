import { createHash } from 'node:crypto'
import { encode } from 'cborg'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MalformedError } from '../../../src/base/errors.ts'
import {
  decodeDataBlock1,
  decodeIndexBlock1,
  encodeDataBlock1,
  encodeIndexBlock1,
} from '../../../src/feeds/format/block-1.ts'
import { plainRows } from '../../../src/feeds/format/index-row.ts'
import { CUT_BYTES, MAX_ENTRIES } from '../../../src/feeds/format/limits.ts'
import {
  type CertificationEntry,
  decodeEntry,
  encodeEntry,
  type Entry,
  MAX_BYTES,
  MAX_ENTRY_BYTES,
} from '../../../src/feeds/format/entry.ts'
import { WITHHOLDING_CODES, type WithholdingEntry } from '../../../src/feeds/format/withholding.ts'

const bytes = (maxLength: number) => fc.uint8Array({ minLength: 1, maxLength })
const id = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((value) => Buffer.from(value).toString('hex'))

const certification: fc.Arbitrary<Entry> = fc.record(
  {
    kind: fc.constant('certification' as const),
    id,
    dialect: fc.constantFrom('debian', 'jvm'),
    bytes: bytes(600),
    signature: bytes(200),
    alias: fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    acceptedAt: fc.nat({ max: 4_000_000_000_000 }),
  },
  { requiredKeys: ['kind', 'id', 'dialect', 'bytes', 'acceptedAt'] },
)
const publicKey: fc.Arbitrary<Entry> = bytes(600).map((value) => ({
  kind: 'public-key',
  id: createHash('sha256').update(value).digest('hex'),
  bytes: value,
}))
const time = fc.nat({ max: 4_000_000_000_000 })
const withholding: fc.Arbitrary<Entry> = fc
  .record({
    id,
    reason: fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    code: fc.constantFrom(...WITHHOLDING_CODES),
    at: time,
    block: fc.nat({ max: 1_000_000 }),
    position: fc.option(fc.nat({ max: 63 }), { nil: undefined }),
    others: fc.uniqueArray(fc.nat({ max: 63 }), { maxLength: 63 }),
  })
  .map(({ block, position, others, ...rest }) => {
    const sequence = 2 * block + 1
    const moving = position === undefined ? [] : others.filter((one) => one !== position)
    return {
      kind: 'withholding',
      ...rest,
      ...(position !== undefined && { cleared: { sequence, position } }),
      moves: moving
        .toSorted((one, other) => one - other)
        .map((from, to) => ({
          from: { sequence, position: from },
          to: { sequence: sequence + 8, position: to },
        })),
    }
  })
const restoration: fc.Arbitrary<Entry> = fc.record({
  kind: fc.constant('restoration' as const),
  id,
  at: time,
})
const entry = fc.oneof(certification, publicKey, withholding, restoration)
const entries = fc.array(entry, { minLength: 1, maxLength: MAX_ENTRIES })

/** The code that it fails with. */
function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof MalformedError) return error.code
    throw error
  }
  return 'nothing was refused'
}
function refused(work: () => unknown): void {
  expect(codeOf(work)).toBe('ENTRY_SYNTAX')
}

function sized(size: number, start = 0): CertificationEntry {
  return {
    kind: 'certification',
    id: start.toString(16).padStart(64, '0'),
    dialect: 'debian',
    bytes: new Uint8Array(size).fill(97),
    acceptedAt: 1,
  }
}

/** A data block of one certification that was tampered with. */
function tampered(change: (fields: unknown[]) => void): Uint8Array {
  const fields = [1, new Uint8Array(32), 'debian', Uint8Array.of(1), null, null, 5]
  change(fields)
  return encode([1, 1, [fields]])
}

describe('an entry', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(entry, (one) => {
        expect(decodeEntry(encodeEntry(one))).toEqual(one)
      }),
    )
  })

  test('keeps an alias that starts with a byte order mark', () => {
    const one: Entry = { ...sized(1), alias: '\uFEFFhello' }
    expect(decodeEntry(encodeEntry(one))).toEqual(one)
  })

  test.each<[string, Partial<CertificationEntry>]>([
    ['no bytes', { bytes: new Uint8Array() }],
    ['more than 1 MiB', { bytes: new Uint8Array(MAX_BYTES + 1) }],
    ['an id in capitals', { id: 'A'.repeat(64) }],
    ['a short id', { id: 'ab' }],
    ['a dialect that is a path', { dialect: '../debian' }],
    ['an empty alias', { alias: '' }],
    ['half a character in its alias', { alias: 'a\uD800' }],
    ['a time before 1970', { acceptedAt: -1 }],
    ['a time in the year 10000', { acceptedAt: 253_402_300_800_000 }],
    ['half a millisecond', { acceptedAt: 1.5 }],
    ['an empty signature', { signature: new Uint8Array() }],
  ])('with %s is not written', (_, wrong) => {
    refused(() => encodeEntry({ ...sized(1), ...wrong }))
  })

  test.each<[string, Partial<WithholdingEntry>]>([
    ['no reason', { reason: '' }],
    ['a reason of more than 1,024 bytes', { reason: 'é'.repeat(513) }],
    ['half a character in its reason', { reason: 'a\uD800' }],
    ['a time in the year 10000', { at: 253_402_300_800_000 }],
    ['a place in an index block', { cleared: { sequence: 2, position: 0 }, moves: [] }],
    ['a position that no block has', { cleared: { sequence: 3, position: 64 } }],
    ['others, and no block that was cleared', { cleared: undefined }],
    ['itself among the others', { cleared: { sequence: 3, position: 1 } }],
    ['others of another block', { cleared: { sequence: 5, position: 0 } }],
  ])('of a withholding with %s is not written', (_, wrong) => {
    const move = { from: { sequence: 3, position: 1 }, to: { sequence: 9, position: 0 } }
    const right: WithholdingEntry = {
      kind: 'withholding',
      id: '0'.repeat(64),
      reason: 'r',
      code: 'spam',
      at: 1,
      cleared: { sequence: 3, position: 0 },
      moves: [move],
    }
    expect(decodeEntry(encodeEntry(right))).toEqual(right)
    refused(() => encodeEntry({ ...right, ...wrong }))
    refused(() => encodeEntry({ ...right, moves: [move, move] }))
    refused(() => encodeEntry({ ...right, moves: [{ ...move, to: move.from }] }))
  })

  test('of a public key whose id is not its SHA-256 is not written', () => {
    refused(() => encodeEntry({ kind: 'public-key', id: '0'.repeat(64), bytes: Uint8Array.of(1) }))
  })
})

describe('a data block', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(entries, (list) => {
        expect(decodeDataBlock1(encodeDataBlock1(list))).toEqual(list)
      }),
      { numRuns: 40 },
    )
  })

  test('has only one encoding: a changed byte gives another block or none', () => {
    const places = fc.tuple(entries, fc.nat(), fc.integer({ min: 1, max: 255 }))
    fc.assert(
      fc.property(places, ([list, at, change]) => {
        const block = encodeDataBlock1(list)
        const position = at % block.length
        block[position] = (block[position] ?? 0) ^ change
        const code = codeOf(() => {
          const read = decodeDataBlock1(block)
          expect(Buffer.compare(encodeDataBlock1(read), block)).toBe(0)
          expect(read).not.toEqual(list)
        })
        expect(['ENTRY_SYNTAX', 'nothing was refused']).toContain(code)
      }),
      { numRuns: 300 },
    )
  })

  test('is refused when it is cut short or has something after it', () => {
    const block = encodeDataBlock1([sized(40), sized(40, 1)])
    for (let end = 0; end < block.length; end++)
      refused(() => decodeDataBlock1(block.subarray(0, end)))
    refused(() => decodeDataBlock1(Buffer.concat([block, Buffer.of(0)])))
  })

  test('of random bytes is refused and never anything worse', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (random) =>
        refused(() => decodeDataBlock1(random)),
      ),
      { numRuns: 500 },
    )
  })

  test('holds 64 entries, not 65 and not none', () => {
    const many = Array.from({ length: 65 }, (_, at) => sized(1, at))
    expect(decodeDataBlock1(encodeDataBlock1(many.slice(0, 64)))).toHaveLength(64)
    refused(() => encodeDataBlock1(many))
    refused(() => encodeDataBlock1([]))
  })

  test('holds one entry of 1 MiB, but two only up to 256 KiB', () => {
    expect(decodeDataBlock1(encodeDataBlock1([sized(MAX_BYTES)]))).toHaveLength(1)
    refused(() => encodeDataBlock1([sized(CUT_BYTES / 2), sized(CUT_BYTES / 2)]))
  })

  test.each<[string, Uint8Array]>([
    [
      'of another version',
      encode([2, 1, [[1, new Uint8Array(32), 'debian', Uint8Array.of(1), null, null, 5]]]),
    ],
    ['that is an index block', encodeIndexBlock1(plainRows([sized(3)]))],
    ['with a fourth field', encode([1, 1, [[2, new Uint8Array(32), Uint8Array.of(1)]], 0])],
    ['that is a map', encode({ version: 1 })],
    ['with a kind of entry that nobody knows', tampered((fields) => (fields[0] = 9))],
    ['with a short id', tampered((fields) => (fields[1] = new Uint8Array(31)))],
    ['with text for bytes', tampered((fields) => (fields[3] = 'text'))],
    ['with a float', tampered((fields) => (fields[6] = 5.5))],
    ['with a time below nought', tampered((fields) => (fields[6] = -5))],
    ['with undefined', tampered((fields) => (fields[4] = undefined))],
    ['with true', tampered((fields) => (fields[4] = true))],
    ['with an alias that is not UTF-8', tampered((fields) => (fields[5] = Uint8Array.of(0xff)))],
    ['with a field too many', tampered((fields) => fields.push(1))],
    ['of indefinite length', Buffer.from('9f0101ff', 'hex')],
    ['with a number longer than it need be', Buffer.from('8318010180', 'hex')],
    ['with a tag', Buffer.from('c183010180', 'hex')],
    ['with a number beyond 2^53', Buffer.from('831b00200000000000000180', 'hex')],
    ['nested deeper than any stack', new Uint8Array(MAX_ENTRY_BYTES).fill(0x81)],
    [
      'of a million empty maps',
      Buffer.concat([Buffer.from('9a000fffff', 'hex'), Buffer.alloc(0xfffff, 0xa0)]),
    ],
    ['that promises four thousand million entries', Buffer.from('8301019affffffff', 'hex')],
    ['larger than any block', new Uint8Array(MAX_ENTRY_BYTES + 6)],
  ])('%s is refused', (_, block) => refused(() => decodeDataBlock1(block)))
})

describe('an index block', () => {
  test('is read as it was written, and its lengths find each entry in the data block', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const rows = plainRows(list)
        expect(decodeIndexBlock1(encodeIndexBlock1(rows))).toEqual(rows)
        const data = encodeDataBlock1(list)
        let end = data.length
        for (const [at, row] of [...rows.entries()].toReversed()) {
          const own = data.subarray(end - row.length, end)
          expect(decodeEntry(own)).toEqual(list[at])
          expect([row.kind, row.id]).toEqual([list[at]?.kind, list[at]?.id])
          end -= row.length
        }
        expect(data.length - end).toBe(rows.reduce((sum, row) => sum + row.length, 0))
      }),
      { numRuns: 40 },
    )
  })

  test('has only one encoding', () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), (list, at, change) => {
        const block = encodeIndexBlock1(plainRows(list))
        const position = at % block.length
        block[position] = (block[position] ?? 0) ^ change
        const code = codeOf(() => {
          const read = decodeIndexBlock1(block)
          expect(Buffer.compare(encodeIndexBlock1(read), block)).toBe(0)
          expect(read).not.toEqual(plainRows(list))
        })
        expect(['ENTRY_SYNTAX', 'nothing was refused']).toContain(code)
      }),
      { numRuns: 300 },
    )
  })

  test.each<[string, unknown]>([
    ['without entries', []],
    ['with an entry of no bytes', [[1, new Uint8Array(32), 0]]],
    ['with an entry larger than any', [[1, new Uint8Array(32), MAX_ENTRY_BYTES + 1]]],
    ['of 65 entries', Array.from({ length: 65 }, () => [1, new Uint8Array(32), 9])],
  ])('%s is refused', (_, items) => refused(() => decodeIndexBlock1(encode([1, 2, items]))))
})

describe('a full data block', () => {
  test('fills a block to 256 KiB exactly', () => {
    const overhead = encodeEntry(sized(80_000)).length - 80_000
    const rest = CUT_BYTES - 4 - 2 * (80_000 + overhead)
    const last = sized(rest - overhead)
    const exact = encodeDataBlock1([sized(80_000), sized(80_000), last])
    expect(exact.length).toBe(CUT_BYTES)
    expect(decodeDataBlock1(exact)).toHaveLength(3)
  })
})
