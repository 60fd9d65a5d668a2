import { describe, expect, test } from 'vitest'
import {
  decodeDataBlock1,
  decodeIndexBlock1,
  encodeDataBlock1,
  encodeIndexBlock1,
} from '../../src/feeds/format/block-1.ts'
import { plainRows } from '../../src/feeds/format/index-row.ts'
import { encodeEvidence, readEvidence } from '../../src/feeds/format/evidence.ts'
import { feedKeyOf, signedByHead, verifyHead } from '../../src/feeds/format/head.ts'
import { verifyInclusion } from '../../src/feeds/format/inclusion-proof.ts'
import { decodeOrigin } from '../../src/feeds/format/origin.ts'
import { leafOf, rootIndexes, rootOf } from '../../src/feeds/format/tree.ts'
import { plain } from '../../scripts/vectors/plain.ts'
import { changed, hexOf, octets, REFUSALS, refusalOf } from './refusals.ts'
import * as second from './second-feeds.ts'
import feeds from './vectors/feeds.json' with { type: 'json' }

/** With another first digit. */
const flipped = (hex: string): string => hex.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))

const [{ key: feed, publicKey }] = [feeds.feed]

describe('a data block and its index block with', () => {
  test.each(feeds.blocks)('$what are those of the vector, both ways', (vector) => {
    const entries = decodeDataBlock1(octets(vector.data))
    expect(plain(entries)).toEqual(vector.entries)
    expect(hexOf(encodeDataBlock1(entries))).toBe(vector.data)
    const rows = decodeIndexBlock1(octets(vector.index))
    expect(rows).toEqual(vector.rows)
    expect(rows).toEqual(plainRows(entries))
    expect(hexOf(encodeIndexBlock1(rows))).toBe(vector.index)
    expect(second.readIndexBlock(Buffer.from(vector.index, 'hex'))).toEqual(vector.rows)
  })

  test.each(feeds.blocks)(
    '$what are not read when anything is cut off or added',
    async (vector) => {
      for (const [hex, read] of [
        [vector.data, decodeDataBlock1],
        [vector.index, decodeIndexBlock1],
      ] as const) {
        expect(await refusalOf(() => read(octets(`${hex}00`)))).toBe('ENTRY_SYNTAX')
        for (let end = 0; end < hex.length; end += 2)
          expect(await refusalOf(() => read(octets(hex.slice(0, end))))).toBe('ENTRY_SYNTAX')
      }
    },
  )
})

describe('no block of a feed has', () => {
  test.each(feeds.refusedBlocks)('$what', async ({ kind, hex, code }) => {
    const read = kind === 'data' ? decodeDataBlock1 : decodeIndexBlock1
    expect(await refusalOf(() => read(octets(hex)))).toBe(code)
    if (kind === 'index') expect(() => second.readIndexBlock(Buffer.from(hex, 'hex'))).toThrow()
  })
})

/** A certification of so many bytes. */
const entry = (size: number) => ({
  kind: 'certification' as const,
  id: feed,
  dialect: 'debian',
  bytes: new Uint8Array(size),
  acceptedAt: 0,
})
const sizeOf = (sizes: readonly number[]) =>
  refusalOf(() => encodeDataBlock1(sizes.map(entry)).length)

test('a data block has 262,144 bytes at most, or one entry that may be larger', async () => {
  expect(await sizeOf([131_019, 131_019])).toBe(262_144)
  expect(await sizeOf([131_019, 131_020])).toBe('ENTRY_SYNTAX')
  expect(await sizeOf([1_048_576])).toBeGreaterThan(1_048_576)
  expect(await sizeOf([1_048_577])).toBe('ENTRY_SYNTAX')
})

describe('an origin', () => {
  test.each(feeds.origins)('of $what is that of the vector, and good', async ({ hex, says }) => {
    expect(await decodeOrigin(octets(hex), feed)).toEqual({ ...says, format: 1 })
    expect(await refusalOf(() => decodeOrigin(octets(hex), '0'.repeat(64)))).toBe(
      'SIGNATURE_INVALID',
    )
  })

  test.each(feeds.origins)('of $what is refused with any octet changed', async ({ hex }) => {
    for (const bytes of changed(hex))
      expect(await refusalOf(() => decodeOrigin(bytes, feed))).toBeOneOf([...REFUSALS])
  })
})

describe('a head', () => {
  test('is of the feed whose key is made of the public key, here and by the words', () => {
    expect(feedKeyOf(publicKey)).toBe(feed)
    expect(second.feedKeyOf(publicKey)).toBe(feed)
  })

  test.each(feeds.heads)(
    'of length $length is signed as the vector says',
    ({ signed, ...head }) => {
      expect(signedByHead(feed, head).toString('hex')).toBe(signed)
      expect(verifyHead(publicKey, head)).toBe(true)
      expect(second.isSigned(publicKey, head)).toBe(true)
      for (const lie of [
        { ...head, fork: 1 },
        { ...head, length: 12 },
        { ...head, root: feed },
      ]) {
        expect(verifyHead(publicKey, lie)).toBe(false)
        expect(second.isSigned(publicKey, lie)).toBe(false)
      }
    },
  )

  test.each(feeds.tree.lengths)('of length $length has that root over these blocks', (vector) => {
    const { length, roots, root } = vector
    expect(rootIndexes(length)).toEqual(roots.map(({ index }) => index))
    expect(rootOf(roots)).toBe(root)
    const blocks = feeds.tree.blocks.slice(0, length).map((hex) => Buffer.from(hex, 'hex'))
    expect(second.rootOver(blocks)).toBe(root)
    const leaves = blocks.map((block, at) => leafOf(at, block))
    expect(leaves.map(({ size, hash }) => ({ size, hash }))).toEqual(
      feeds.tree.leaves.slice(0, length),
    )
  })
})

describe('a proof of inclusion', () => {
  const proofs = feeds.proofs.map((proof) => ({ ...proof, version: 1 as const }))

  test.each(proofs)('of block $sequence below length $head.length is good', (proof) => {
    const block = verifyInclusion(proof)
    const isCleared = proof.block === null
    expect(block && hexOf(block)).toBe(isCleared ? undefined : feeds.tree.blocks[proof.sequence])
  })

  test.each(proofs)(
    'of block $sequence below length $head.length is none with a lie in it',
    async (proof) => {
      const [first, ...others] = proof.siblings
      const lies = [
        { ...proof, leaf: { ...proof.leaf, hash: flipped(proof.leaf.hash) }, block: null },
        { ...proof, sequence: proof.sequence + 1 },
        { ...proof, roots: proof.roots.slice(1) },
        { ...proof, head: { ...proof.head, signature: flipped(proof.head.signature) } },
        ...(first
          ? [{ ...proof, siblings: [{ ...first, hash: flipped(first.hash) }, ...others] }]
          : []),
      ]
      for (const lie of lies)
        expect(await refusalOf(() => verifyInclusion(lie))).toBe('SIGNATURE_INVALID')
    },
  )
})

describe('evidence of', () => {
  test.each(feeds.evidence)('$kind is that of the vector, and good', ({ hex, ...says }) => {
    const evidence = readEvidence(octets(hex))
    expect(evidence).toEqual(says)
    expect(hexOf(encodeEvidence(evidence))).toBe(hex)
  })

  test.each(feeds.evidence)('$kind is refused with any octet changed', async ({ hex }) => {
    for (const bytes of changed(hex))
      expect(await refusalOf(() => readEvidence(bytes))).toBeOneOf([...REFUSALS])
  })

  test.each(feeds.refusedEvidence)('$what is none: $code', async ({ hex, code }) => {
    expect(await refusalOf(() => readEvidence(octets(hex)))).toBe(code)
  })
})
