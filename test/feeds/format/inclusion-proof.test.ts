import { describe, expect, onTestFinished, test } from 'vitest'
import type { OwnFeed } from '../../../src/feeds/format/feed.ts'
import { openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import {
  type InclusionProof,
  proveInclusion,
  verifyInclusion,
} from '../../../src/feeds/format/inclusion-proof.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const LENGTH = 21

async function feedOf(length: number): Promise<OwnFeed> {
  const store = await openFeedStore(await temporaryDirectory(), {
    peerId: 'unused',
    feedSeed: new Uint8Array(32).fill(3),
    sign: async () => new Uint8Array(64),
  })
  onTestFinished(() => store.close())
  const feed = await store.own('debian', 0)
  await feed.append(Array.from({ length }, (_, at) => new Uint8Array(at + 1).fill(at)))
  return feed
}

async function proofOf(feed: OwnFeed, sequence: number): Promise<InclusionProof> {
  const proof = await proveInclusion(feed, sequence)
  if (proof === undefined) throw new Error('nothing was proved')
  return proof
}

describe('a proof of inclusion', () => {
  test('proves every block of a feed', async () => {
    const feed = await feedOf(LENGTH)
    for (let sequence = 0; sequence < LENGTH; sequence++) {
      const proof = await proofOf(feed, sequence)
      expect(verifyInclusion(proof)).toEqual(await feed.readData(sequence))
    }
  })

  test('proves the place of a cleared block by its hash alone', async () => {
    const feed = await feedOf(LENGTH)
    await feed.clear(5)
    const proof = await proofOf(feed, 5)
    expect(proof.block).toBeNull()
    expect(verifyInclusion(proof)).toBeUndefined()
    expect(verifyInclusion(await proofOf(feed, 4))).toEqual(await feed.readData(4))
  })

  test('is not to be had of what is not there', async () => {
    expect(await proveInclusion(await feedOf(3), 3)).toBeUndefined()
  })

  test('proves nothing with another block, place, key, path, root or head', async () => {
    const feed = await feedOf(LENGTH)
    const proof = await proofOf(feed, 6)
    const wrongHash = { size: 1, hash: '1'.repeat(64) }
    const { head } = proof
    const lies: readonly InclusionProof[] = [
      { ...proof, block: Buffer.from('another').toString('base64') },
      { ...proof, sequence: 7 },
      { ...proof, sequence: LENGTH },
      { ...proof, feed: '2'.repeat(64) },
      { ...proof, publicKey: '3'.repeat(64) },
      { ...proof, siblings: [wrongHash, ...proof.siblings.slice(1)] },
      { ...proof, siblings: proof.siblings.slice(1) },
      { ...proof, roots: [wrongHash, ...proof.roots.slice(1)] },
      { ...proof, roots: [] },
      { ...proof, head: { ...head, root: '4'.repeat(64) } },
      { ...proof, head: { ...head, length: head.length + 1 } },
      { ...proof, head: { ...head, fork: 1 } },
      { ...proof, head: await feed.head(LENGTH - 1) },
      { ...proof, block: null, leaf: wrongHash },
    ]
    for (const lie of lies) expect(() => verifyInclusion(lie)).toThrow('This proves nothing')
  })
})
