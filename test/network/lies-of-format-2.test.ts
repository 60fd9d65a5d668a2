import { brotliCompressSync } from 'node:zlib'
import { encode } from 'cborg'
import { describe, expect, test } from 'vitest'
import { encodeDataBlock1, encodeIndexBlock1 } from '../../src/feeds/format/block-1.ts'
import { encodeDataBlock2, encodeIndexBlock2 } from '../../src/feeds/format/block-2.ts'
import type { FeedFormat } from '../../src/feeds/format/block.ts'
import { toBlocks, type Unwritten } from '../../src/feeds/format/blocks.ts'
import { type CertificationEntry, type Entry, fieldsOf } from '../../src/feeds/format/entry.ts'
import {
  type IndexRow,
  plainRows,
  plainRowOf,
  shortHash,
} from '../../src/feeds/format/index-row.ts'
import { openLiar, openTestNode, type TestNode } from '../support/network.ts'
import { originOf } from '../support/origin-of.ts'
import { readSubmitted } from '../support/read-submitted.ts'
import { rebuilder } from '../support/rebuilder.ts'
import { signed } from '../support/submission.ts'
import { until } from '../support/until.ts'

type Written = Unwritten<CertificationEntry>

interface Real {
  readonly key: Entry
  readonly written: readonly Written[]
}

/** Three certifications of one key, as a block has them. */
async function real(): Promise<Real> {
  const by = await rebuilder()
  const all = await Promise.all(
    ['1', '2', '3'].map(async (version) => readSubmitted(await signed({ version }, by))),
  )
  const key = all[0]?.key
  if (key === undefined) throw new Error('nobody has signed')
  const written = all.map(({ certification, facts }) => ({ entry: certification, facts }))
  return { key, written: written.toSorted((a, b) => (a.entry.id < b.entry.id ? -1 : 1)) }
}

const rowOf = ({ entry, facts }: Written): IndexRow => {
  if (facts === undefined) throw new Error('nothing is known of it')
  const { dialect, acceptedAt } = entry
  return { ...plainRowOf(entry), facts: { ...facts, dialect, acceptedAt } }
}

const entriesOf = (written: readonly Written[]): readonly CertificationEntry[] =>
  written.map(({ entry }) => entry)

async function pairsOf(written: readonly Unwritten[], format: FeedFormat = 2) {
  return (await toBlocks(written, format)).flatMap(({ data, index }) => [data, index])
}

const fields = (row: IndexRow) => [
  1,
  Buffer.from(row.id, 'hex'),
  row.length,
  'debian',
  Buffer.from(row.facts?.keyId ?? '', 'hex'),
  row.facts?.acceptedAt,
  Buffer.from(row.facts?.source ?? '', 'hex'),
  (row.facts?.architectures ?? []).map((hex) => Buffer.from(hex, 'hex')),
]

const encoded = (...rows: readonly IndexRow[]) => encode([2, 2, rows.map(fields)])

/** A data block, whatever it says of its content. */
const ofData = (compression: number, length: number, content: Uint8Array) =>
  encode([2, 1, compression, length, content])

interface Found {
  /** Of how many of the three there is a row. */
  readonly taken: number
  readonly refusals: readonly { readonly position: number; readonly code: string }[]
}

async function readBy(node: TestNode, feed: string, ids: readonly string[]): Promise<Found> {
  const found = await Promise.all(ids.map((id) => node.repository.certification(id)))
  const detail = await node.repository.feed(feed)
  return {
    taken: found.filter((one) => one !== undefined).length,
    refusals: (detail?.refusals ?? []).map(({ position, code }) => ({ position, code })),
  }
}

/** What two nodes make of a feed of that format with these blocks and an honest one behind them: one copies it from the other. */
async function afterLies(
  { key, written }: Real,
  lies: readonly Uint8Array[],
  format: FeedFormat = 2,
): Promise<Found> {
  const honest = await readSubmitted(await signed({ version: 'honest' }))
  const behind = [{ entry: honest.key }, { entry: honest.certification, facts: honest.facts }]
  const end = await pairsOf(behind, format)
  const begin = await pairsOf([{ entry: key }], format)
  const liar = await openLiar(async (feed) => [
    await originOf(feed.key, format),
    ...begin,
    ...lies,
    ...end,
  ])
  const first = await openTestNode({ peers: [liar.address] })
  const second = await openTestNode({ peers: [first.address] })
  for (const node of [first, second])
    await until(
      async () => (await node.repository.certification(honest.certification.id)) !== undefined,
    )
  const ids = entriesOf(written).map(({ id }) => id)
  const found = await readBy(first, liar.feed.key, ids)
  expect(await readBy(second, liar.feed.key, ids)).toEqual(found)
  return found
}

const ALL_BAD = { taken: 0, refusals: [{ position: 0, code: 'ENTRY_SYNTAX' }] }

describe('of a feed of format 2', () => {
  test('an honest block is taken whole', async () => {
    const one = await real()
    expect(await afterLies(one, await pairsOf(one.written))).toEqual({ taken: 3, refusals: [] })
  })

  test.each<[string, (row: IndexRow) => object]>([
    ['claimed key', () => ({ keyId: '0000000000000001' })],
    ['source', () => ({ source: shortHash('other/1') })],
    ['source, which it says there is none of', () => ({ source: undefined })],
    ['architectures', () => ({ architectures: [shortHash('riscv64')] })],
  ])(
    'an entry whose row lies about its %s is refused, and the others are taken',
    async (_, lie) => {
      const one = await real()
      const rows = one.written.map(rowOf)
      const [first] = rows
      if (first?.facts === undefined) throw new Error('it has no row')
      const index = encodeIndexBlock2([
        { ...first, facts: { ...first.facts, ...lie(first) } },
        ...rows.slice(1),
      ])
      const data = await encodeDataBlock2(entriesOf(one.written))
      expect(await afterLies(one, [data, index])).toEqual({
        taken: 2,
        refusals: [{ position: 0, code: 'ENTRY_SYNTAX' }],
      })
    },
  )

  test.each<[string, (row: IndexRow) => IndexRow]>([
    ['length', (row) => ({ ...row, length: row.length + 1 })],
    ['dialect', (row) => ({ ...row, facts: row.facts && { ...row.facts, dialect: 'jvm' } })],
    ['time', (row) => ({ ...row, facts: row.facts && { ...row.facts, acceptedAt: 5 } })],
  ])('a block is refused of which one row lies about the %s', async (_, lie) => {
    const one = await real()
    const rows = one.written.map(rowOf)
    const index = encodeIndexBlock2(rows.map((row, at) => (at === 1 ? lie(row) : row)))
    const data = await encodeDataBlock2(entriesOf(one.written))
    expect(await afterLies(one, [data, index])).toEqual(ALL_BAD)
  })

  test('blocks in another order than their index, or with one entry twice, are refused', async () => {
    const one = await real()
    const [a, b, c] = entriesOf(one.written)
    if (a === undefined || b === undefined || c === undefined) throw new Error('too few')
    const index = encodeIndexBlock2(one.written.map(rowOf))
    for (const entries of [
      [b, a, c],
      [a, a, b],
    ])
      expect(await afterLies(one, [await encodeDataBlock2(entries), index])).toEqual(ALL_BAD)
  })

  test('an index block whose rows are not in order, or say one entry twice, is none', async () => {
    const one = await real()
    const [a, b] = one.written
    if (a === undefined || b === undefined) throw new Error('too few')
    expect(encoded(rowOf(a), rowOf(b))).toEqual(encodeIndexBlock2([rowOf(a), rowOf(b)]))
    for (const [first, second] of [
      [b, a],
      [a, a],
    ] as const) {
      const data = await encodeDataBlock2([first.entry, second.entry])
      expect(await afterLies(one, [data, encoded(rowOf(first), rowOf(second))])).toEqual(ALL_BAD)
    }
  })

  test('a block that opens to more than it declares is refused, however small it is', async () => {
    const one = await real()
    const index = encodeIndexBlock2(one.written.map(rowOf))
    const content = encode(entriesOf(one.written).map(fieldsOf))
    const bomb = brotliCompressSync(Buffer.alloc(2 ** 24))
    for (const [length, bytes] of [
      [content.length - 1, brotliCompressSync(content)],
      [content.length, bomb],
    ] as const)
      expect(await afterLies(one, [encode([2, 1, 1, length, bytes]), index])).toEqual(ALL_BAD)
  })

  test('whatever else a pair of blocks lies about, it is one refusal of its own, at every node', async () => {
    const one = await real()
    const content = encode(entriesOf(one.written).map(fieldsOf))
    const packed = brotliCompressSync(content)
    const rows = one.written.map(rowOf)
    const index = encodeIndexBlock2(rows)
    const data = await encodeDataBlock2(entriesOf(one.written))
    const two = await encodeDataBlock2(entriesOf(one.written).slice(0, 2))
    const id = Buffer.alloc(32, 7)
    const wide = encode([[9, id, Buffer.alloc(16_384)]])
    const later = encode([[9, id, 7]])
    const laterTwo = encode([
      [9, id, 7],
      [10, id, 7],
    ])
    const [key] = await pairsOf([{ entry: one.key }])
    if (key === undefined) throw new Error('no block')
    const keyRow = [2, Buffer.from(one.key.id, 'hex'), plainRowOf(one.key).length]
    const mixed = encode([fieldsOf(one.key), ...entriesOf(one.written).map(fieldsOf)])
    const notCanonical = Buffer.concat([Buffer.of(0x98, 3), content.subarray(1)])
    const lies: Readonly<Record<string, readonly Uint8Array[]>> = {
      'a compression that nobody knows, as with a dictionary': [
        ofData(2, content.length, packed),
        index,
      ],
      'more than any block has': [ofData(1, 1_119_235, packed), index],
      'a byte more than it opens to': [ofData(1, content.length + 1, packed), index],
      'nothing behind its end': [
        ofData(1, content.length, Buffer.concat([packed, Buffer.of(0)])),
        index,
      ],
      'a whole stream': [ofData(1, content.length, packed.subarray(0, -1)), index],
      'that it became smaller': [ofData(1, packed.length, packed), index],
      'its length, not compressed': [ofData(0, content.length - 1, content), index],
      'one encoding': [ofData(0, notCanonical.length, notCanonical), index],
      'rows for all entries': [data, encodeIndexBlock2(rows.slice(1))],
      'entries for all rows': [two, index],
      'an index block of a size that one may have': [
        ofData(0, wide.length, wide),
        encode([2, 2, [[9, id, wide.length - 1, Buffer.alloc(16_384)]]]),
      ],
      'entries of one kind': [
        ofData(0, mixed.length, mixed),
        encode([2, 2, [keyRow, ...rows.map(fields)]]),
      ],
      'which later kind its entry is of': [
        ofData(0, later.length, later),
        encode([2, 2, [[8, id, later.length - 1]]]),
      ],
      'entries of one later kind': [
        ofData(0, laterTwo.length, laterTwo),
        encode([
          2,
          2,
          [
            [9, id, later.length - 1],
            [10, id, later.length - 1],
          ],
        ]),
      ],
      'which block is which': [index, data],
      'that keys are certifications': [key, index],
    }
    const all = Object.values(lies)
    expect(await afterLies(one, all.flat())).toEqual({
      taken: 0,
      refusals: all.map(() => ({ position: 0, code: 'ENTRY_SYNTAX' })),
    })
  })

  test('what is nested too deep to be read stops nobody, and is refused by everybody', async () => {
    const one = await real()
    const id = Buffer.alloc(32, 7)
    // beyond what one node had room for, and what another had
    const nested = [
      ...[3_000, 6_900, 7_000].map((depth) => Buffer.alloc(depth, 0x81)),
      ...[1_000, 3_000].map((depth) => Buffer.from('a160'.repeat(depth), 'hex')),
    ]
    for (const inner of nested) {
      const entry = Buffer.concat([Buffer.of(0x83, 9), encode(id), inner, Buffer.of(0)])
      const content = Buffer.concat([Buffer.of(0x81), entry])
      const lies = [
        encode([2, 1, 0, content.length, content]),
        encode([2, 2, [[9, id, entry.length]]]),
      ]
      expect(await afterLies(one, lies)).toEqual(ALL_BAD)
    }
  })

  test('blocks of the other format are refused, in either', async () => {
    const one = await real()
    const blocks = {
      1: await pairsOf(one.written, 1),
      2: await pairsOf(one.written, 2),
    }
    expect(await afterLies(one, blocks[1], 2)).toEqual(ALL_BAD)
    expect(await afterLies(one, blocks[2], 1)).toEqual(ALL_BAD)
    const mixed = [
      await encodeDataBlock2(entriesOf(one.written)),
      encodeIndexBlock1(plainRows(entriesOf(one.written))),
    ]
    expect(await afterLies(one, mixed, 2)).toEqual(ALL_BAD)
    const first = entriesOf(one.written).slice(0, 1)
    const other = [encodeDataBlock1(first), encodeIndexBlock2(one.written.slice(0, 1).map(rowOf))]
    expect(await afterLies(one, other, 1)).toEqual(ALL_BAD)
  })

  test('an index block of the other format bears no withholding out', async () => {
    const one = await real()
    const [first] = entriesOf(one.written)
    if (first === undefined) throw new Error('too few')
    const pair = [await encodeDataBlock2([first]), encodeIndexBlock1([plainRowOf(first)])]
    const withholding: Entry = {
      kind: 'withholding',
      id: first.id,
      reason: 'it says so',
      code: 'error',
      at: 1,
      cleared: { sequence: 3, position: 0 },
      moves: [],
    }
    const { refusals } = await afterLies(one, [
      ...pair,
      ...(await pairsOf([{ entry: withholding }])),
    ])
    expect(refusals).toEqual([...ALL_BAD.refusals, ...ALL_BAD.refusals])
  })

  test('what a later version writes is skipped and counted, and what stands behind it is taken', async () => {
    const one = await real()
    const id = Buffer.alloc(32, 7)
    const content = encode([[9, id, 'of a later version']])
    const later = [
      encode([2, 1, 0, content.length, content]),
      encode([2, 2, [[9, id, encode([9, id, 'of a later version']).length, 'more']]]),
    ]
    expect(await afterLies(one, [...later, ...(await pairsOf(one.written))])).toEqual({
      taken: 3,
      refusals: [{ position: 0, code: 'ENTRY_UNKNOWN' }],
    })
  })
})
