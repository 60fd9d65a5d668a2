import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { lpStream } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { describe, expect, onTestFinished, test } from 'vitest'
import { encodeDataBlock1, encodeIndexBlock1 } from '../../src/feeds/format/block-1.ts'
import { plainRows } from '../../src/feeds/format/index-row.ts'
import { encodeCanonical } from '../../src/feeds/format/cbor.ts'
import type { CertificationEntry, Entry } from '../../src/feeds/format/entry.ts'
import type { OwnFeed } from '../../src/feeds/format/feed.ts'
import { CATALOG, WIRES } from '../../src/network/frames/wire.ts'
import { countRejected, has, openLiar, openTestNode, type TestNode } from '../support/network.ts'
import { originOf } from '../support/origin-of.ts'
import { until } from '../support/until.ts'
import { signed, submitTo } from '../support/submission.ts'
import { rebuilder } from '../support/rebuilder.ts'
import { readSubmitted } from '../support/read-submitted.ts'

const pairOf = (entries: readonly Entry[]): readonly Uint8Array[] => [
  encodeDataBlock1(entries),
  encodeIndexBlock1(plainRows(entries)),
]

interface Real {
  readonly key: Entry
  readonly certification: CertificationEntry
}

async function real(version: string): Promise<Real> {
  const one = await signed({ version })
  return readSubmitted(one)
}

/** A node that follows a liar whose feed begins with these blocks and ends with an honest certification. */
async function afterLies(
  lies: (feed: OwnFeed) => Promise<readonly Uint8Array[]>,
): Promise<{ readonly node: TestNode; readonly ids: readonly string[] }> {
  const honest = await real('honest')
  const liar = await openLiar(async (feed) => [
    await originOf(feed.key, 1),
    ...(await lies(feed)),
    ...pairOf([honest.key]),
    ...pairOf([honest.certification]),
  ])
  const node = await openTestNode({ peers: [liar.address] })
  await until(
    async () => (await node.repository.certification(honest.certification.id)) !== undefined,
  )
  const found = await node.repository.find({})
  return {
    node,
    ids: found.items.map(({ id }) => id).filter((id) => id !== honest.certification.id),
  }
}

test('a feed of which 100 entries are rubbish is paused for good, says why, and counts against its owner', async () => {
  const rubbish = new Uint8Array(100).fill(7)
  const liar = await openLiar(async (feed) => [
    await originOf(feed.key, 1),
    ...Array.from({ length: 240 }, () => rubbish),
  ])
  const node = await openTestNode({ peers: [liar.address] })
  const feedAt = async () =>
    (await node.network.view.feeds()).find(({ key }) => key === liar.feed.key)
  await until(async () => (await feedAt())?.state === 'paused')
  expect((await feedAt())?.reason).toContain('100 of its entries are not what they claim to be')
  const { length } = liar.feed
  await liar.feed.append([rubbish, rubbish])
  const friend = await openTestNode({ peers: [node.address] })
  const { id } = await submitTo(friend, await signed({ version: '1' }))
  await until(() => has(node, id))
  expect((await feedAt())?.length).toBe(length)
  const detail = await node.repository.feed(liar.feed.key)
  expect(detail?.rejected).toBe(120)
  expect(detail?.refusals[0]?.code).toBe('ENTRY_SYNTAX')
})

describe('a lying peer changes no answer, and what stands behind the lie is still had:', () => {
  test('rubbish where a block should be', async () => {
    const rubbish = new Uint8Array(1000).fill(7)
    const { node, ids } = await afterLies(async () => [rubbish, rubbish])
    expect(ids).toEqual([])
    expect(await countRejected(node)).toBe(1)
  })

  test('a block that is larger than any may be', async () => {
    const huge = new Uint8Array(3 * 1024 * 1024).fill(7)
    const { node, ids } = await afterLies(async () => [
      huge,
      pairOf([(await real('1')).key])[1] ?? huge,
    ])
    expect(ids).toEqual([])
    expect(await countRejected(node)).toBe(1)
  })

  test('an index block that is not that of its data block', async () => {
    const { key, certification } = await real('1')
    const { node, ids } = await afterLies(async () => [
      ...pairOf([key]),
      encodeDataBlock1([certification]),
      encodeIndexBlock1(plainRows([{ ...certification, id: 'f'.repeat(64) }])),
    ])
    expect(ids).toEqual([])
    expect(await countRejected(node)).toBe(1)
  })

  test('a certification under an id that is not its own', async () => {
    const { key, certification } = await real('1')
    const other = { ...certification, id: 'e'.repeat(64) }
    const { node, ids } = await afterLies(async () => [...pairOf([key]), ...pairOf([other])])
    expect(ids).toEqual([])
    expect(await countRejected(node)).toBe(1)
  })

  test('a certification whose bytes were changed', async () => {
    const { key, certification } = await real('1')
    const text = Buffer.from(certification.bytes).toString('latin1').replace('amd64', 'arm64')
    const forged = { ...certification, bytes: new Uint8Array(Buffer.from(text, 'latin1')) }
    const { node, ids } = await afterLies(async () => [...pairOf([key]), ...pairOf([forged])])
    expect(ids).toEqual([])
    expect(await countRejected(node)).toBe(1)
  })

  test('a key that is not the signer’s: the certification never counts as verified', async () => {
    const { certification } = await real('1')
    const mallory = await rebuilder()
    const { key } = await readSubmitted(await signed({ version: '2' }, mallory))
    const { node } = await afterLies(async () => [...pairOf([key]), ...pairOf([certification])])
    const found = await node.repository.certification(certification.id)
    expect(found).toMatchObject({ state: 'key-unknown', counts: false, rebuilder: null })
  })

  test('an entry of another dialect', async () => {
    const { key, certification } = await real('1')
    const { node, ids } = await afterLies(async () => [
      ...pairOf([key]),
      ...pairOf([{ ...certification, dialect: 'jvm' }]),
    ])
    expect(ids).toEqual([])
    expect(await countRejected(node)).toBe(1)
  })
})

describe('a feed is not read at all', () => {
  test('if its first block is the origin of another feed', async () => {
    const { key, certification } = await real('1')
    const liar = await openLiar(async () => [
      await originOf('a'.repeat(64), 1),
      ...pairOf([key]),
      ...pairOf([certification]),
    ])
    const node = await openTestNode({ peers: [liar.address] })
    await until(() => node.network.view.peers().some(({ faults }) => faults > 0))
    expect((await node.repository.find({})).items).toEqual([])
    const feeds = await node.network.view.feeds()
    expect(feeds.some(({ key: one }) => one === liar.feed.key)).toBe(false)
  })

  test('if its first block is not the origin that was told, and whoever passed that on is not to blame', async () => {
    const told: { block?: Uint8Array } = {}
    const { key, certification } = await real('1')
    const liar = await openLiar(
      async (feed) => {
        told.block = await originOf(feed.key, 1)
        return [await originOf(feed.key, 1), ...pairOf([key]), ...pairOf([certification])]
      },
      {
        change: (feed) => ({
          ...feed,
          readData: async (sequence) => (sequence === 0 ? told.block : feed.readData(sequence)),
        }),
      },
    )
    const node = await openTestNode({ peers: [liar.address] })
    const state = async () =>
      (await node.network.view.feeds()).find((feed) => feed.key === liar.feed.key)
    await until(async () => (await state())?.state === 'frozen')
    expect((await state())?.reason).toContain('not the origin that its owner signed')
    expect((await node.repository.find({})).items).toEqual([])
    expect(node.network.view.peers().map(({ faults }) => faults)).toEqual([0])
  })

  test('if it begins with something else', async () => {
    const liar = await openLiar(async () => [encodeCanonical([1, 2, 3])])
    const node = await openTestNode({ peers: [liar.address] })
    await until(() => node.network.view.peers().some(({ faults }) => faults > 0))
    expect((await node.network.view.feeds()).every(({ why }) => why === 'own')).toBe(true)
  })
})

describe('what is not signed is not believed, and counts against who says it:', () => {
  test('a head that its feed did not sign', async () => {
    const honest = await real('1')
    const liar = await openLiar(
      async (feed) => [await originOf(feed.key, 1), ...pairOf([honest.key, honest.certification])],
      {
        change: (feed) => ({
          ...feed,
          publicKey: feed.publicKey,
          head: async () => ({ ...(await feed.head()), signature: '0'.repeat(128) }),
        }),
      },
    )
    const node = await openTestNode({ peers: [liar.address] })
    await until(() => (node.network.view.peers()[0]?.faults ?? 0) > 0)
    expect((await node.network.view.feeds()).some(({ key }) => key === liar.feed.key)).toBe(false)
    expect(await has(node, honest.certification.id)).toBe(false)
  })

  test.each(WIRES)(
    'a peer that sends rubbish five times on wire %i is cut off, and stays out when it dials again',
    async (wire) => {
      const node = await openTestNode()
      const host = await createLibp2p({
        transports: [tcp()],
        connectionEncrypters: [noise()],
        streamMuxers: [yamux()],
        connectionGater: { denyDialMultiaddr: () => false },
      })
      onTestFinished(async () => host.stop())
      const address = multiaddr(node.address)
      const connection = await host.dial(address)
      for (let at = 0; at < 5; at++) {
        const stream = await connection.newStream(CATALOG[wire])
        await lpStream(stream).write(new Uint8Array([1, 2, 3]))
      }
      await until(() => connection.status !== 'open')
      const again = await host.dial(address).catch(() => undefined)
      await until(() => again === undefined || again.status !== 'open')
      expect(node.network.view.peers()).toEqual([])
    },
  )
})
