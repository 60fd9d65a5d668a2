/* Vectors of src/spec/format-2.md. */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import { decode, encode } from 'cborg'
import { encodeIndexBlock2 } from '../../src/feeds/format/block-2.ts'
import { toBlocks, type Unwritten } from '../../src/feeds/format/blocks.ts'
import { type CertificationEntry, encodeEntry } from '../../src/feeds/format/entry.ts'
import { type IndexRow, plainRowOf, shortHash } from '../../src/feeds/format/index-row.ts'
import { encodeOrigin } from '../../src/feeds/format/origin.ts'
import { BLOCKS, peer, vectorStory } from './feed-story.ts'
import { hexOf, plain } from './plain.ts'

const text = (from: string): Uint8Array => new TextEncoder().encode(from)
const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))

const certification = (start: string, size: number): CertificationEntry => ({
  kind: 'certification',
  id: start.repeat(32),
  dialect: 'debian',
  bytes: text('Format: 1.0\n'.repeat(size)),
  acceptedAt: Date.parse('2026-12-01T00:00:00Z'),
})

const factsBy = (
  keyId: string,
  source: string | undefined,
  ...architectures: readonly string[]
) => ({
  keyId,
  source: source === undefined ? undefined : shortHash(source),
  architectures: architectures.map(shortHash),
})

/** Given in another order than they stand in. */
const MIXED: readonly Unwritten[] = [
  { entry: certification('ab', 40), facts: factsBy('FFEEDDCCBBAA0099', 'hello/2.10-3', 'amd64') },
  {
    entry: certification('cd', 30),
    facts: factsBy('00112233445566AA', 'hello/2.10-3', 'all', 'amd64'),
  },
  { entry: certification('12', 1), facts: factsBy('FFEEDDCCBBAA0099', undefined) },
]

const rows: readonly IndexRow[] = MIXED.map(({ entry, facts }) => {
  if (entry.kind !== 'certification' || facts === undefined) throw new Error('no certification')
  const { dialect, acceptedAt } = entry
  return { ...plainRowOf(entry), facts: { ...facts, dialect, acceptedAt } }
})

/** Blocks of entries that need no facts. */
const OTHERS = BLOCKS.filter(([, entries]) => entries.every(({ kind }) => kind !== 'certification'))

/**
 * The same data block with its content packed by brotli 5, in a window of 64 KiB. How a node packs is its own matter and may change: what
 * stands in the vectors does not change with it.
 */
function packedAlike(block: Uint8Array): Uint8Array {
  const fields: unknown = decode(block)
  if (!isList(fields)) throw new Error('no block')
  const [format, kind, , length, bytes] = fields
  if (typeof length !== 'number' || !(bytes instanceof Uint8Array)) throw new Error('no block')
  const content = bytes.length === length ? bytes : brotliDecompressSync(bytes)
  const packed = brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 5,
      [constants.BROTLI_PARAM_SIZE_HINT]: length,
      [constants.BROTLI_PARAM_LGWIN]: 16,
    },
  })
  return packed.length < length
    ? encode([format, kind, 1, length, Uint8Array.from(packed)])
    : encode([format, kind, 0, length, content])
}

async function blocks() {
  const given = [
    ...OTHERS.map(([what, entries]) => ({ what, given: entries.map((entry) => ({ entry })) })),
    { what: 'certifications of two keys, in the order of keys and ids', given: MIXED },
    {
      what: 'one certification that does not become smaller',
      given: [
        {
          entry: { ...certification('34', 1), bytes: text('short') },
          facts: factsBy('00112233445566AA', 'a/1'),
        },
      ],
    },
  ]
  return Promise.all(
    given.map(async ({ what, given: unwritten }) => {
      const [pair] = await toBlocks(unwritten, 2)
      if (pair === undefined) throw new Error('no block')
      const { entries, data, index } = pair
      return { what, entries: plain(entries), data: hexOf(packedAlike(data)), index: hexOf(index) }
    }),
  )
}

const CONTENT = encode(MIXED.map(({ entry }) => ['of', encodeEntry(entry)]))
const ENTRY = [4, octets('ab'.repeat(32)), 0]
const ENTRIES = encode(Array.from({ length: 20 }, () => ENTRY))
const PACKED = Uint8Array.from(brotliCompressSync(ENTRIES))
const data = (compression: number, length: number, bytes: Uint8Array): string =>
  hexOf(encode([2, 1, compression, length, bytes]))
const index = (...items: readonly unknown[]): string => hexOf(encode([2, 2, items]))
const ROW: readonly unknown[] = [
  1,
  octets('ab'.repeat(32)),
  9,
  'debian',
  octets('0011223344556677'),
  0,
  null,
  [],
]
const BEFORE = ROW.with(1, octets('12'.repeat(32)))

/** Many items in few octets. */
function ofItems(count: number): string {
  // around the last ones stand the content, the entry and their array
  const content = encode([[9, octets('ab'.repeat(32)), Array.from({ length: count - 5 }, () => 1)]])
  return data(1, content.length, Uint8Array.from(brotliCompressSync(content)))
}

/** All with ENTRY_SYNTAX. */
const REFUSED: readonly (readonly [kind: 'data' | 'index', what: string, hex: string])[] = [
  ['data', 'a length that is one less', data(1, ENTRIES.length - 1, PACKED)],
  ['data', 'a length that is one more', data(1, ENTRIES.length + 1, PACKED)],
  ['data', 'a length beyond any content', data(1, 1_119_235, PACKED)],
  ['data', 'a length of 0', data(0, 0, new Uint8Array())],
  [
    'data',
    '16 MiB in a few octets',
    data(1, 1_000_000, Uint8Array.from(brotliCompressSync(Buffer.alloc(2 ** 24)))),
  ],
  [
    'data',
    'an octet behind the compressed stream',
    data(1, ENTRIES.length, octets(`${hexOf(PACKED)}00`)),
  ],
  ['data', 'half of the compressed stream', data(1, ENTRIES.length, PACKED.subarray(0, 9))],
  ['data', 'no brotli', data(1, ENTRIES.length, new Uint8Array(20).fill(255))],
  ['data', 'a compression that is not known', data(2, ENTRIES.length, PACKED)],
  ['data', 'another length, not compressed', data(0, ENTRIES.length - 1, ENTRIES)],
  [
    'data',
    'compressed octets that are no fewer',
    data(1, 1, Uint8Array.from(brotliCompressSync(encode(0)))),
  ],
  ['data', 'content that is no array of entries', data(0, CONTENT.length, CONTENT)],
  ['data', 'no entry', data(0, 1, encode([]))],
  ['data', 'a sixth field', hexOf(encode([2, 1, 0, ENTRIES.length, ENTRIES, null]))],
  ['data', 'an item more than may be', ofItems(32_769)],
  ['data', 'format 1', hexOf(encode([1, 1, [ENTRY]]))],
  ['index', 'rows the wrong way round', index(ROW, BEFORE)],
  ['index', 'one entry twice', index(ROW, ROW)],
  [
    'index',
    'keys the wrong way round',
    index(ROW.with(4, octets('ff'.repeat(8))), ROW.with(1, octets('cd'.repeat(32)))),
  ],
  [
    'index',
    'public keys the wrong way round',
    index([2, octets('cd'.repeat(32)), 9], [2, octets('ab'.repeat(32)), 9]),
  ],
  ['index', 'two kinds', index([2, octets('ab'.repeat(32)), 9], ROW)],
  [
    'index',
    'two kinds that are not known',
    index([9, octets('ab'.repeat(32)), 9], [10, octets('cd'.repeat(32)), 9]),
  ],
  ['index', 'a certification of three fields', index(ROW.slice(0, 3))],
  ['index', 'a restoration of four fields', index([4, octets('ab'.repeat(32)), 9, 0])],
  ['index', 'a key id of 7 octets', index(ROW.with(4, octets('00112233445566')))],
  [
    'index',
    'nine architectures',
    index(
      ROW.with(
        7,
        Array.from({ length: 9 }, () => octets('0011223344556677')),
      ),
    ),
  ],
  ['index', 'format 1', hexOf(encode([1, 2, [[4, octets('ab'.repeat(32)), 9]]]))],
]

/** 1,092 items: more than a block of format 1 has. */
const MOST = index(
  ...Array.from({ length: 64 }, (_, at) =>
    ROW.with(1, octets(at.toString(16).padStart(64, '0'))).with(
      7,
      Array.from({ length: 8 }, () => octets('0011223344556677')),
    ),
  ),
)

const LATER = [9, octets('77'.repeat(32)), 'of a later version', [1, 2]]

export async function formatTwoVectors() {
  const { key } = await vectorStory()
  const { publicKey } = await peer()
  const claims = { format: 2, collection: 'debian', dialect: 'debian' } as const
  const content = encode([LATER])
  const [mixed] = await toBlocks(MIXED, 2)
  if (mixed === undefined) throw new Error('no block')
  return {
    blocks: await blocks(),
    mixed: {
      data: hexOf(packedAlike(mixed.data)),
      index: hexOf(encodeIndexBlock2([rows[1], rows[2], rows[0]].flatMap((row) => row ?? []))),
    },
    shortHashes: ['hello/2.10-3', 'org/example/tool/1.0', 'amd64', 'ä'].map((of) => ({
      of,
      hash: shortHash(of),
    })),
    // as many items as may be
    most: { data: ofItems(32_768), index: MOST },
    refused: REFUSED.map(([kind, what, hex]) => ({ kind, what, hex, code: 'ENTRY_SYNTAX' })),
    later: {
      data: data(0, content.length, content),
      index: index([9, LATER[1], encode(LATER).length, 'more']),
      id: '77'.repeat(32),
    },
    origin: {
      feed: key,
      peerKey: publicKey,
      hex: hexOf(await encodeOrigin(key, claims, await peer())),
    },
  }
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
