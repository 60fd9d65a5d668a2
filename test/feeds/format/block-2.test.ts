import { randomBytes } from 'node:crypto'
import { brotliCompressSync } from 'node:zlib'
import { encode } from 'cborg'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeDataBlock2,
  decodeIndexBlock2,
  encodeDataBlock2,
  encodeIndexBlock2,
} from '../../../src/feeds/format/block-2.ts'
import { fieldsOf, MAX_BYTES, MAX_ENTRY_BYTES } from '../../../src/feeds/format/entry.ts'
import { hasFacts, type IndexRow, isRowOf } from '../../../src/feeds/format/index-row.ts'
import { CUT_BYTES } from '../../../src/feeds/format/limits.ts'
import { slowBrotli } from '../../support/slow-brotli.ts'
import { factsBy, KEY_IDS, refusalOf, sized, unwritten } from './entries.ts'

const [ONE, TWO] = KEY_IDS
const id = (number: number): Uint8Array => Buffer.from(number.toString(16).padStart(64, '0'), 'hex')

/** A data block around that content, with whatever it says of it. */
function block(
  content: Uint8Array,
  {
    compression = 1,
    length = content.length,
    bytes = Uint8Array.from(brotliCompressSync(content)),
  } = {},
): Uint8Array {
  return encode([2, 1, compression, length, bytes])
}

const plain = encode([fieldsOf(sized(300, 1)), fieldsOf(sized(300, 2))])

const rowOf = (start: number, keyId: string = ONE): IndexRow => ({
  kind: 'certification',
  id: start.toString(16).padStart(64, '0'),
  length: 9,
  facts: { ...factsBy(keyId), dialect: 'debian', acceptedAt: 1 },
})
const fields = (start: number): unknown[] => [
  1,
  id(start),
  9,
  'debian',
  new Uint8Array(8),
  1,
  null,
  [],
]

const nested = (depth: number): Uint8Array =>
  Buffer.concat([Buffer.alloc(depth, 0x81), Buffer.of(0)])

const deepEntry = (depth: number) => {
  const content = Buffer.concat([Buffer.of(0x81, 0x83, 9), encode(id(7)), nested(depth)])
  return decodeDataBlock2(block(content, { compression: 0, bytes: content }))
}

const deepRow = (depth: number) =>
  decodeIndexBlock2(
    Buffer.concat([
      Buffer.of(0x83, 2, 2, 0x81, 0x84, 9),
      encode(id(7)),
      Buffer.of(1),
      nested(depth),
    ]),
  )

describe('a data block of format 2', () => {
  test('is read as it was written, and is smaller where that can be', async () => {
    const lists = fc.array(unwritten, { minLength: 1, maxLength: 2 })
    await fc.assert(
      fc.asyncProperty(lists, async (list) => {
        const entries = list.map(({ entry }) => entry)
        expect(await decodeDataBlock2(await encodeDataBlock2(entries))).toEqual(entries)
      }),
      { numRuns: 40 },
    )
    expect((await encodeDataBlock2([sized(10_000)])).length).toBeLessThan(200)
  })

  test('of what does not become smaller has it as it is', async () => {
    const bytes = new Uint8Array(randomBytes(200))
    const entry = { ...sized(1), id: randomBytes(32).toString('hex'), bytes }
    const written = await encodeDataBlock2([entry])
    expect(Buffer.from(written).includes(Buffer.from(bytes))).toBe(true)
    expect(await decodeDataBlock2(written)).toEqual([entry])
  })

  test('holds 64 entries and no more, and several only up to 256 KiB before they are compressed', async () => {
    const many = Array.from({ length: 65 }, (_, at) => sized(1, at))
    expect(await decodeDataBlock2(await encodeDataBlock2(many.slice(1)))).toHaveLength(64)
    expect(await decodeDataBlock2(await encodeDataBlock2([sized(MAX_BYTES)]))).toHaveLength(1)
    for (const entries of [many, [], [sized(CUT_BYTES / 2), sized(CUT_BYTES / 2, 1)]])
      await expect(encodeDataBlock2(entries)).rejects.toMatchObject({ code: 'ENTRY_SYNTAX' })
    expect(await refusalOf(() => decodeDataBlock2(block(encode(many.map(fieldsOf)))))).toBe(
      'ENTRY_SYNTAX',
    )
    const large = encode([fieldsOf(sized(CUT_BYTES / 2)), fieldsOf(sized(CUT_BYTES / 2, 1))])
    expect(await refusalOf(() => decodeDataBlock2(block(large)))).toBe('ENTRY_SYNTAX')
  })

  test('that is no lie is read', async () => {
    expect(await decodeDataBlock2(block(plain))).toHaveLength(2)
    expect(await decodeDataBlock2(block(plain, { compression: 0, bytes: plain }))).toHaveLength(2)
  })

  const packed = brotliCompressSync(plain)
  test.each<[string, string, Uint8Array]>([
    [
      'declares a byte less than it opens to',
      'opens to more than it declares',
      block(plain, { length: plain.length - 1 }),
    ],
    [
      'declares a byte more than it opens to',
      'opens to another length',
      block(plain, { length: plain.length + 1 }),
    ],
    [
      'declares more than any block has',
      'a number from 1 to 1119234',
      block(plain, { length: MAX_ENTRY_BYTES + 3 }),
    ],
    ['declares no bytes', 'a number from 1 to 1119234', block(plain, { length: 0 })],
    [
      'is a bomb',
      'opens to more than it declares',
      block(Buffer.alloc(2 ** 24), { length: plain.length }),
    ],
    ['is a bomb that says so', 'a number from 1 to 1119234', block(Buffer.alloc(2 ** 24))],
    [
      'is a bomb of spaces for one entry',
      'opens to another length',
      block(encode([fieldsOf(sized(1))]), { length: 1_000_000 }),
    ],
    ['is cut short', 'does not open', block(plain, { bytes: packed.subarray(0, -1) })],
    [
      'has bytes behind what opens',
      'something stands behind its end',
      block(plain, { bytes: Buffer.concat([packed, Buffer.of(0)]) }),
    ],
    [
      'is no brotli',
      'does not open',
      block(plain, { bytes: new Uint8Array(packed.length).fill(0xff) }),
    ],
    [
      'has a compression that nobody knows',
      'its compression is unknown',
      block(plain, { compression: 2 }),
    ],
    [
      'is compressed and no smaller',
      'has become no smaller',
      block(encode([1]), { bytes: brotliCompressSync(encode([1])) }),
    ],
    [
      'is not compressed, of another length',
      'another length than it declares',
      block(plain, { compression: 0, length: 9, bytes: plain }),
    ],
    ['is compressed CBOR that is no array', 'an array is missing', block(encode('a'.repeat(500)))],
    [
      'is compressed CBOR that is not canonical',
      'not strict CBOR',
      block(Buffer.concat([Buffer.of(0x98, 2), plain.subarray(1)])),
    ],
    [
      'has no entries',
      'an array has 0 items',
      block(encode([]), { compression: 0, bytes: encode([]) }),
    ],
    ['has a sixth field', 'an array has 6 items', encode([2, 1, 0, plain.length, plain, 0])],
    ['is of format 1', 'an array has 3 items', encode([1, 1, [fieldsOf(sized(1))]])],
    ['is an index block', 'an array has 3 items', encodeIndexBlock2([rowOf(1)])],
  ])('that %s is refused, and the refusal says: %s', async (_, why, lie) => {
    expect(await refusalOf(() => decodeDataBlock2(lie))).toBe('ENTRY_SYNTAX')
    await expect(decodeDataBlock2(lie)).rejects.toThrow(why)
  })

  test('of random bytes, or with any byte changed, is refused or another one, and never anything worse', async () => {
    const right = await encodeDataBlock2([sized(50, 1), sized(70, 2)])
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (random) => {
        expect(await refusalOf(() => decodeDataBlock2(random))).toBe('ENTRY_SYNTAX')
      }),
      { numRuns: 300 },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.nat(right.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const changed = Uint8Array.from(right)
          changed[at] = (changed[at] ?? 0) ^ change
          expect(['ENTRY_SYNTAX', 'nothing was refused']).toContain(
            await refusalOf(() => decodeDataBlock2(changed)),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  test('whose trees of codes take a thread half a second to read holds up nobody else', async () => {
    const bytes = slowBrotli(1_000_000)
    const opening = refusalOf(() => decodeDataBlock2(encode([2, 1, 1, bytes.length + 1, bytes])))
    let turns = 0
    let turn = setImmediate(count)
    function count(): void {
      turns += 1
      turn = setImmediate(count)
    }
    expect(await opening).toBe('ENTRY_SYNTAX')
    clearImmediate(turn)
    // one or two if it were read in this thread; how many more depends on what else the machine does
    expect(turns).toBeGreaterThan(10)
  })

  test('is refused for arrays in each other, wherever the stack would end', async () => {
    // around them stand the content and the entry, or block, rows and row
    expect(await deepEntry(14)).toHaveLength(1)
    for (const depth of [15, 16, 500, 1_000, 3_000, 6_900, 7_000, 8_000])
      expect([depth, await refusalOf(() => deepEntry(depth))]).toEqual([depth, 'ENTRY_SYNTAX'])
    expect(deepRow(13)).toHaveLength(1)
    for (const depth of [14, 500, 3_000, 7_000])
      expect([depth, await refusalOf(() => deepRow(depth))]).toEqual([depth, 'ENTRY_SYNTAX'])
  })

  test.each<[string, unknown]>([
    ['a map', {}],
    ['a float', 1.5],
    ['a negative number', -1],
  ])('is refused for %s in an entry that only a later version knows', async (_, value) => {
    const content = encode([[9, id(7), value]])
    const read = () => decodeDataBlock2(block(content, { compression: 0, bytes: content }))
    expect(await refusalOf(read)).toBe('ENTRY_SYNTAX')
  })

  test('has entries of kinds that are not known yet beside no other, and they stay as they are', async () => {
    const later = encode([[9, id(7), 'what', [1, 2]]])
    const [entry] = await decodeDataBlock2(block(later, { compression: 0, bytes: later }))
    expect(entry).toEqual({
      kind: 'unknown',
      number: 9,
      id: '7'.padStart(64, '0'),
      bytes: encode([9, id(7), 'what', [1, 2]]),
    })
    const row = encode([2, 2, [[9, id(7), 20, 'more', null]]])
    expect(decodeIndexBlock2(row)).toEqual([
      { kind: 'unknown', number: 9, id: '7'.padStart(64, '0'), length: 20 },
    ])
  })
})

describe('an index block of format 2', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(unwritten, ({ entry, facts }) => {
        const { dialect, acceptedAt } = entry
        const row = { ...rowOf(3), facts: { ...factsBy(ONE), ...facts, dialect, acceptedAt } }
        expect(decodeIndexBlock2(encodeIndexBlock2([row]))).toEqual([row])
      }),
    )
  })

  test('of 64 entries with all that they can say is within its bound', () => {
    const eight = Array.from({ length: 8 }, () => 'ab'.repeat(8))
    const rows = Array.from({ length: 64 }, (_, at) => {
      const row = rowOf(at)
      const dialect = 'd'.repeat(64)
      return {
        ...row,
        length: MAX_ENTRY_BYTES,
        facts: { ...factsBy(ONE), dialect, acceptedAt: 253_402_300_799_999, architectures: eight },
      }
    })
    expect(decodeIndexBlock2(encodeIndexBlock2(rows))).toEqual(rows)
  })

  test('is in the order of keys and then of ids', async () => {
    expect(encodeIndexBlock2([rowOf(5), rowOf(6), rowOf(2, TWO)]).length).toBeGreaterThan(0)
    expect(await refusalOf(() => encodeIndexBlock2([rowOf(1, TWO), rowOf(2)]))).toBe('ENTRY_SYNTAX')
  })

  test.each<[string, unknown]>([
    ['without rows', []],
    ['of 65 rows', Array.from({ length: 65 }, (_, at) => fields(at))],
    ['with the rows the wrong way round', [fields(2), fields(1)]],
    ['with one entry twice', [fields(1), fields(1)]],
    ['with two kinds', [[2, id(1), 9], fields(2)]],
    ['with a kind that is known and one that is not', [fields(1), [9, id(2), 9]]],
    [
      'with two kinds that are not known',
      [
        [9, id(1), 9],
        [10, id(2), 9],
      ],
    ],
    [
      'with public keys the wrong way round',
      [
        [2, id(2), 9],
        [2, id(1), 9],
      ],
    ],
    ['of a certification that says too little', [[1, id(1), 9]]],
    ['of a certification that says too much', [[...fields(1), 0]]],
    ['of a key that says too much', [[2, id(1), 9, 0]]],
    ['with a short key id', [fields(1).with(4, new Uint8Array(7))]],
    ['with a short hash', [fields(1).with(6, new Uint8Array(7))]],
    [
      'with nine architectures',
      [
        fields(1).with(
          7,
          Array.from({ length: 9 }, () => new Uint8Array(8)),
        ),
      ],
    ],
    ['with an entry of no bytes', [fields(1).with(2, 0)]],
    ['with a kind of nought', [[0, id(1), 9]]],
    ['of more than 16 KiB', [[9, id(1), 9, new Uint8Array(16_384)]]],
  ])('%s is refused', async (_, rows) => {
    expect(await refusalOf(() => decodeIndexBlock2(encode([2, 2, rows])))).toBe('ENTRY_SYNTAX')
  })

  test('that says of an entry what is not so is none of its block', () => {
    const { dialect, acceptedAt, id: name } = sized(5, 3)
    const length = encode(fieldsOf(sized(5, 3))).length
    const facts = { ...factsBy(ONE), dialect, acceptedAt }
    const right: IndexRow = { kind: 'certification', id: name, length, facts }
    expect(isRowOf(right, sized(5, 3))).toBe(true)
    for (const wrong of [
      { ...right, id: sized(5, 4).id },
      { ...right, length: length + 1 },
      { ...right, facts: { ...facts, dialect: 'jvm' } },
      { ...right, facts: { ...facts, acceptedAt: 2 } },
    ])
      expect(isRowOf(wrong, sized(5, 3))).toBe(false)
    expect(hasFacts(right, factsBy(ONE))).toBe(true)
    expect(hasFacts(right, factsBy(TWO))).toBe(false)
    expect(hasFacts(right, { ...factsBy(ONE), source: undefined })).toBe(false)
    expect(hasFacts(right, { ...factsBy(ONE), architectures: [] })).toBe(false)
  })
})
