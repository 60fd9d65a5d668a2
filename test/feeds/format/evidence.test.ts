import { describe, expect, onTestFinished, test } from 'vitest'
import {
  encodeEvidence,
  type Evidence,
  nodesBetween,
  proveNoExtension,
  readEvidence,
  verified,
} from '../../../src/feeds/format/evidence.ts'
import type { OwnFeed } from '../../../src/feeds/format/feed.ts'
import { openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

/** A feed of one writer, whoever opens it. */
async function feedOf(prefix: string, length: number): Promise<OwnFeed> {
  const store = await openFeedStore(await temporaryDirectory(), {
    peerId: 'unused',
    feedSeed: new Uint8Array(32).fill(9),
    sign: async () => new Uint8Array(64),
  })
  onTestFinished(() => store.close())
  const feed = await store.own('debian', 0)
  await feed.append(blocks(prefix, length))
  return feed
}

const blocks = (prefix: string, count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, at) => new TextEncoder().encode(`${prefix}${at}`))

const LENGTHS = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31]

describe('that a longer head does not go on where a shorter one ended', () => {
  test.each(LENGTHS)(
    'is proved for a shorter one of length %i by the longer feed alone',
    async (length) => {
      const other = await feedOf('another story ', length)
      const feed = await feedOf('', 33)
      const found = await proveNoExtension(feed, feed.publicKey, await other.head())
      if (found === undefined) throw new Error('nothing was proved')
      expect(found.kind).toBe('no-extension')
      expect(readEvidence(encodeEvidence(found))).toEqual(found)
    },
  )

  test('cannot be proved of two honest heads, at any two lengths', async () => {
    const feed = await feedOf('', 33)
    for (let length = 1; length < 33; length++)
      await expect(proveNoExtension(feed, feed.publicKey, await feed.head(length))).rejects.toThrow(
        'goes on where the shorter one ended',
      )
  })

  test('is not believed with nodes that are not those of the longer head', async () => {
    const other = await feedOf('another story ', 5)
    const feed = await feedOf('', 12)
    const found = await proveNoExtension(feed, feed.publicKey, await other.head())
    if (found?.kind !== 'no-extension') throw new Error('nothing was proved')
    for (let at = 0; at < found.nodes.length; at++) {
      const nodes = found.nodes.map((node, index) =>
        index === at ? { ...node, hash: '0'.repeat(64) } : node,
      )
      expect(() => verified({ ...found, nodes })).toThrow('not those of the longer head')
    }
    expect(() => verified({ ...found, nodes: found.nodes.slice(1) })).toThrow('proves nothing')
  })

  test('takes few nodes, however long the feeds are', () => {
    expect(nodesBetween(2 ** 39 - 1, 2 ** 40 - 1).length).toBeLessThan(160)
    expect(nodesBetween(1, 2 ** 39 + 1).length).toBeLessThan(160)
  })
})

describe('two roots of one length', () => {
  test('are evidence', async () => {
    const [one, other] = [await feedOf('', 6), await feedOf('another story ', 6)]
    const evidence: Evidence = {
      kind: 'two-roots',
      publicKey: one.publicKey,
      heads: [await one.head(), await other.head()],
    }
    expect(readEvidence(encodeEvidence(evidence))).toEqual(evidence)
  })

  test('are none if they are one, or of two lengths, or not signed', async () => {
    const [one, other] = [await feedOf('', 6), await feedOf('another story ', 7)]
    const { publicKey } = one
    const [head, longer] = [await one.head(), await other.head()]
    const same: Evidence = { kind: 'two-roots', publicKey, heads: [head, head] }
    expect(() => verified(same)).toThrow('do not contradict')
    expect(() => verified({ ...same, heads: [head, longer] })).toThrow('do not contradict')
    const forged = { ...head, root: '0'.repeat(64) }
    expect(() => verified({ ...same, heads: [head, forged] })).toThrow('not signed')
  })
})

test('a head without a fork is no evidence of one', async () => {
  const feed = await feedOf('', 3)
  const evidence: Evidence = { kind: 'fork', publicKey: feed.publicKey, heads: [await feed.head()] }
  expect(() => readEvidence(encodeEvidence(evidence))).toThrow('has no fork')
})
