import { describe, expect, test } from 'vitest'
import { codeOf } from '../../src/base/errors.ts'
import {
  decodeDataBlock,
  decodeIndexBlock,
  encodeDataBlock,
  encodeIndexBlock,
  indexOf,
} from '../../src/feeds/format/block.ts'
import { encodeEvidence, readEvidence } from '../../src/feeds/format/evidence.ts'
import { feedKeyOf, signedByHead, verifyHead } from '../../src/feeds/format/head.ts'
import { verifyInclusion } from '../../src/feeds/format/inclusion-proof.ts'
import { decodeOrigin } from '../../src/feeds/format/origin.ts'
import { leafOf, rootIndexes, rootOf } from '../../src/feeds/format/tree.ts'
import { plain } from '../../scripts/vectors/plain.ts'
import {
  encodeAnnouncement,
  readAnnouncement,
  topicOf,
} from '../../src/network/frames/announcement.ts'
import {
  evidenceFrame,
  helloFrame,
  offersFrame,
  readCatalogFrame,
} from '../../src/network/frames/catalog-frame.ts'
import { knownOrigins } from '../../src/network/frames/offer.ts'
import * as second from './second-feeds.ts'
import feeds from './vectors/feeds.json' with { type: 'json' }
import network from './vectors/network.json' with { type: 'json' }

const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** By what code it is refused; what it gives if it is not, and the error itself if that is our bug. */
async function refusalOf(call: () => unknown): Promise<unknown> {
  try {
    return await call()
  } catch (error) {
    return codeOf(error) ?? error
  }
}

/** The same octets, each of them changed in turn. */
function* changed(hex: string): Generator<Uint8Array, void, void> {
  for (let at = 0; at < hex.length / 2; at++) {
    const bytes = octets(hex)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    yield bytes
  }
}

const REFUSALS: readonly unknown[] = ['ENTRY_SYNTAX', 'SIGNATURE_INVALID']

/** With another first digit. */
const flipped = (hex: string): string => hex.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))

const [{ key: feed, publicKey }] = [feeds.feed]

describe('a data block and its index block with', () => {
  test.each(feeds.blocks)('$what are those of the vector, both ways', (vector) => {
    const entries = decodeDataBlock(octets(vector.data))
    expect(plain(entries)).toEqual(vector.entries)
    expect(hexOf(encodeDataBlock(entries))).toBe(vector.data)
    const rows = decodeIndexBlock(octets(vector.index))
    expect(rows).toEqual(vector.rows)
    expect(rows).toEqual(indexOf(entries))
    expect(hexOf(encodeIndexBlock(rows))).toBe(vector.index)
    expect(second.readIndexBlock(Buffer.from(vector.index, 'hex'))).toEqual(vector.rows)
  })

  test.each(feeds.blocks)(
    '$what are not read when anything is cut off or added',
    async (vector) => {
      for (const [hex, read] of [
        [vector.data, decodeDataBlock],
        [vector.index, decodeIndexBlock],
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
    const read = kind === 'data' ? decodeDataBlock : decodeIndexBlock
    expect(await refusalOf(() => read(octets(hex)))).toBe(code)
    if (kind === 'index') expect(() => second.readIndexBlock(Buffer.from(hex, 'hex'))).toThrow()
  })
})

describe('an origin', () => {
  test.each(feeds.origins)('of $what is that of the vector, and good', async ({ hex, says }) => {
    expect(await decodeOrigin(octets(hex), feed)).toEqual(says)
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

describe('an announcement', () => {
  const { offer, topic } = network
  const claims = { publicKey: offer.publicKey, head: offer.head, originBlock: octets(offer.origin) }

  test('is that of the vector, both ways, on its topic', async () => {
    expect(topicOf(topic.collection)).toBe(topic.topic)
    expect(hexOf(encodeAnnouncement(claims))).toBe(offer.announcement)
    const read = await readAnnouncement(octets(offer.announcement), knownOrigins())
    expect(read).toMatchObject({ key: offer.key, publicKey: offer.publicKey, head: offer.head })
    expect(hexOf(read.originBlock)).toBe(offer.origin)
  })

  test('is refused with any octet changed', async () => {
    for (const bytes of changed(offer.announcement))
      expect(await refusalOf(() => readAnnouncement(bytes, knownOrigins()))).toBeOneOf([
        ...REFUSALS,
      ])
  })
})

describe('a frame of the catalog', () => {
  test.each(network.frames)(
    'that tells of $what is that of the vector, both ways',
    async (vector) => {
      const frame = await readCatalogFrame(octets(vector.hex), knownOrigins())
      expect(frame.kind).toBe(vector.says.kind)
      if (frame.kind === 'hello') {
        expect(frame.hello).toEqual({ publicUrl: undefined, ...vector.says.hello })
        expect(hexOf(helloFrame(frame.hello))).toBe(vector.hex)
      } else if (frame.kind === 'evidence') {
        expect(hexOf(frame.evidence)).toBe(vector.says.evidence)
        expect(hexOf(evidenceFrame(frame.evidence))).toBe(vector.hex)
      } else {
        expect(frame.entries.map(({ key }) => key)).toEqual(vector.says.keys)
        expect(frame.entries.map(({ vouched }) => vouched)).toEqual(vector.says.vouched)
        expect(hexOf(offersFrame(frame.entries))).toBe(vector.hex)
      }
    },
  )

  test.each(network.refused)(
    'or announcement ($kind) with $what is refused: $code',
    async (vector) => {
      const read = vector.kind === 'catalog' ? readCatalogFrame : readAnnouncement
      expect(await refusalOf(() => read(octets(vector.hex), knownOrigins()))).toBe(vector.code)
    },
  )
})
