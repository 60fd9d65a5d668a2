import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { plain } from '../../scripts/vectors/plain.ts'
import {
  decodeDataBlock2,
  decodeIndexBlock2,
  encodeIndexBlock2,
} from '../../src/feeds/format/block-2.ts'
import { isRowOf, shortHash } from '../../src/feeds/format/index-row.ts'
import { decodeOrigin } from '../../src/feeds/format/origin.ts'
import { octets, hexOf, refusalOf } from './refusals.ts'
import * as second from './second-format-2.ts'
import vectors from './vectors/format-2.json' with { type: 'json' }

const readers = { data: decodeDataBlock2, index: decodeIndexBlock2 }
const seconds = { data: second.readDataBlock, index: second.readIndexBlock }

describe('a pair of format 2 with', () => {
  test.each(vectors.blocks)('$what is that of the vector', async ({ entries, data, index }) => {
    const read = await decodeDataBlock2(octets(data))
    expect(plain(read)).toEqual(entries)
    const rows = decodeIndexBlock2(octets(index))
    expect(read.every((entry, at) => rows[at] !== undefined && isRowOf(rows[at], entry))).toBe(true)
    expect(hexOf(encodeIndexBlock2(rows))).toBe(index)
    expect(second.readDataBlock(Buffer.from(data, 'hex'))).toEqual(read.map(({ id }) => id))
    expect(second.readIndexBlock(Buffer.from(index, 'hex'))).toEqual(rows.map(({ id }) => id))
  })

  test('certifications of several keys stands in the order of keys and ids', async () => {
    const rows = decodeIndexBlock2(octets(vectors.mixed.index))
    expect(rows.map(({ id, facts }) => [facts?.keyId, id.slice(0, 2)])).toEqual([
      ['00112233445566AA', 'cd'],
      ['FFEEDDCCBBAA0099', '12'],
      ['FFEEDDCCBBAA0099', 'ab'],
    ])
    const mixed = await decodeDataBlock2(octets(vectors.mixed.data))
    expect(mixed.map(({ id }) => id)).toEqual(rows.map(({ id }) => id))
  })

  test('as many items as may be is read', async () => {
    const { data, index } = vectors.most
    const read = await decodeDataBlock2(octets(data))
    expect(read.map(({ id }) => id)).toEqual(second.readDataBlock(Buffer.from(data, 'hex')))
    const rows = decodeIndexBlock2(octets(index))
    expect(rows.map(({ id }) => id)).toEqual(second.readIndexBlock(Buffer.from(index, 'hex')))
    expect(rows).toHaveLength(64)
  })

  test('an entry of a later version is read, and says only what it is about', async () => {
    const [entry] = await decodeDataBlock2(octets(vectors.later.data))
    expect(entry).toMatchObject({ kind: 'unknown', id: vectors.later.id })
    const [row] = decodeIndexBlock2(octets(vectors.later.index))
    expect(entry !== undefined && row !== undefined && isRowOf(row, entry)).toBe(true)
  })
})

describe('no block of format 2 has', () => {
  test.each(vectors.refused)('$what, as its $kind block', async ({ kind, hex, code }) => {
    const which = kind === 'data' ? 'data' : 'index'
    expect(await refusalOf(() => readers[which](octets(hex)))).toBe(code)
    expect(() => seconds[which](Buffer.from(hex, 'hex'))).toThrow()
  })
})

test.each(vectors.shortHashes)('the short hash of $of is that of the vector', ({ of, hash }) => {
  expect(shortHash(of)).toBe(hash)
  expect(createHash('sha256').update(of, 'utf8').digest('hex').startsWith(hash)).toBe(true)
})

test('an origin of format 2 says so, and is good for its feed alone', async () => {
  const { feed, hex } = vectors.origin
  expect(await decodeOrigin(octets(hex), feed)).toMatchObject({ format: 2, collection: 'debian' })
  const asFormat1 = octets(hex.replace(/^8702/, '8701'))
  expect(await refusalOf(() => decodeOrigin(asFormat1, feed))).toBe('SIGNATURE_INVALID')
})
