import { encode } from 'cborg'
import { describe, expect, test } from 'vitest'
import { NOTHING_SKIPPED, type SkippedCounts } from '../../src/contract/following.ts'
import { encodeAnnouncement } from '../../src/network/frames/announcement.ts'
import {
  helloFrame,
  offersFrame,
  readCatalogFrame,
} from '../../src/network/frames/catalog-frame.ts'
import { offerFields } from '../../src/network/frames/offer.ts'
import { topicOf, WIRES } from '../../src/network/frames/wire.ts'
import type { OwnFeed } from '../../src/feeds/format/feed.ts'
import { openFirstWireNode } from '../support/first-wire-node.ts'
import { savedOfFormat1, folderOfFormat1, withBothFormats } from '../support/folder-of-format-1.ts'
import { rebuilder } from '../support/rebuilder.ts'
import { areConnected, has, openLiar, openTestNode, type TestNode } from '../support/network.ts'
import { originOf } from '../support/origin-of.ts'
import { openRawPeer } from '../support/raw-peer.ts'
import { signed, submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'
import network from '../spec/vectors/network.json' with { type: 'json' }

const octets = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const HELLO = { publicUrl: undefined, readOnly: false }
const TOPICS = WIRES.map((wire) => topicOf({ wire, collection: 'debian' }))

const OFFER = network.second.offer
const CLAIMS = {
  publicKey: OFFER.publicKey,
  head: OFFER.head,
  originBlock: octets(OFFER.origin),
}
/** Of a feed whose origin is of a format that nobody knows yet. */
const LATER = offerFields(CLAIMS).with(5, encode([3, 'whatever it says']))

const times = <T>(count: number, make: (at: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => make(at))

async function entryOf(feed: OwnFeed) {
  const originBlock = await feed.readData(0)
  if (originBlock === undefined) throw new Error('it has no origin')
  return { publicKey: feed.publicKey, head: await feed.head(), originBlock, vouched: true }
}

const skippedAt = ({ network: { view } }: TestNode): SkippedCounts => view.skipped()

describe('what a peer of a later version says on the second wire is skipped and counted, and is no fault:', () => {
  test.each<[string, Uint8Array, Partial<SkippedCounts>]>([
    ['frames of a kind that is not known', encode([2, 99, { any: 'thing' }]), { frames: 1 }],
    ['frames of another version', encode([3, 0, 'whatever']), { frames: 1 }],
    ['offers of feeds of a later format', encode([2, 1, [[LATER, true]]]), { offers: 1 }],
    [
      'a hello with more fields',
      encode([2, 0, [null, true, Buffer.from('a name'), 7]]),
      { fields: 1 },
    ],
    ['evidence of a later version', encode([2, 2, encode([2, 9])]), { evidence: 1 }],
  ])('a hundred times %s', async (_, frame, each) => {
    const node = await openTestNode()
    const peer = await openRawPeer(node)
    for (let at = 0; at < 10; at++)
      await peer.tell(
        2,
        times(10, () => frame),
      )
    const all = Object.entries(each).map(([kind, count]) => [kind, 100 * count])
    await until(() => Object.values(skippedAt(node)).some((count) => count >= 100))
    expect(skippedAt(node)).toEqual({ ...NOTHING_SKIPPED, ...Object.fromEntries(all) })
    expect(peer.faults()).toBe(0)
    expect(node.network.view.advice().join(' ')).toContain('speak a newer version')
  })

  test('what is known beside it is heard', async () => {
    const node = await openTestNode()
    const peer = await openRawPeer(node)
    // the node has heard what it speaks
    await until(() => peer.heard.length > 0)
    await peer.tell(2, [
      encode([2, 99, 'x']),
      encode([
        2,
        0,
        [new TextEncoder().encode('https://later.example'), true, Buffer.from('a name'), 'more'],
      ]),
      encode([
        2,
        1,
        [
          [LATER, true],
          [[...offerFields(CLAIMS), 'more'], true],
        ],
      ]),
    ])
    await until(() => node.network.view.peers()[0]?.publicUrl === 'https://later.example')
    await until(async () => (await node.network.view.feeds()).some(({ key }) => key === OFFER.key))
    expect(skippedAt(node)).toEqual({ ...NOTHING_SKIPPED, frames: 1, offers: 1, fields: 2 })
    expect(peer.faults()).toBe(0)
  })

  test('announcements, which are not passed on either', async () => {
    const node = await openTestNode()
    const next = await openTestNode({ peers: [node.address] })
    await areConnected(next)
    const peer = await openRawPeer(node, { topics: TOPICS })
    const [, topic = ''] = TOPICS
    for (let at = 0; at < 100; at++)
      await peer.publish(topic, encode(at % 2 === 0 ? [3, at] : [2, LATER.with(1, 1 + at)]))
    await until(() => skippedAt(node).announcements === 100)
    await peer.publish(topic, encodeAnnouncement(2, CLAIMS))
    await until(async () => (await next.network.view.feeds()).some(({ key }) => key === OFFER.key))
    expect(peer.faults()).toBe(0)
    expect(skippedAt(next)).toEqual(NOTHING_SKIPPED)
    expect(next.network.view.peers().map(({ faults }) => faults)).toEqual([0])
  })
})

describe('a fault is as before', () => {
  test.each(network.second.refused.filter(({ kind }) => kind === 'catalog'))(
    'a frame on the second wire with $what',
    async ({ hex }) => {
      const node = await openTestNode()
      const peer = await openRawPeer(node)
      await peer.tell(2, [octets(hex)])
      await until(() => peer.faults() === 1)
      expect(skippedAt(node)).toEqual(NOTHING_SKIPPED)
    },
  )

  test.each<[string, number, Uint8Array]>([
    ['a malformed announcement of the second wire', 1, encode([2, offerFields(CLAIMS).slice(1)])],
    ['one of a feed of format 2 on the topic of the first', 0, encode([1, offerFields(CLAIMS)])],
    ['one of a later version on the topic of the first', 0, encode([2, offerFields(CLAIMS)])],
  ])('%s', async (_, at, message) => {
    const node = await openTestNode()
    const peer = await openRawPeer(node, { topics: TOPICS })
    await peer.publish(TOPICS[at] ?? '', message)
    await until(() => peer.faults() === 1)
    expect(skippedAt(node)).toEqual(NOTHING_SKIPPED)
  })

  test.each<[string, Uint8Array]>([
    ['a feed of format 2', encode([1, 1, [[offerFields(CLAIMS), true]]])],
    ['a kind of frame that is not known', encode([1, 99, 'x'])],
    ['a frame of the second wire', helloFrame(2, HELLO)],
    ['a hello with a field more', encode([1, 0, [null, true, 'more']])],
  ])('on the first wire: %s', async (_, frame) => {
    const node = await openTestNode()
    const peer = await openRawPeer(node)
    await peer.tell(1, [frame])
    await until(() => peer.faults() === 1)
    expect((await node.network.view.feeds()).some(({ key }) => key === OFFER.key)).toBe(false)
  })
})

test('frames of both wires are counted together: a stranger has 120 in a minute', async () => {
  const node = await openTestNode()
  const peer = await openRawPeer(node)
  await peer.tell(
    1,
    times(60, () => helloFrame(1, HELLO)),
  )
  await peer.tell(
    2,
    times(30, () => helloFrame(2, HELLO)),
  )
  await peer.tell(
    2,
    times(30, () => encode([2, 99, 'x'])),
  )
  await until(() => skippedAt(node).frames === 30)
  expect(peer.faults()).toBe(0)
  await peer.tell(1, [helloFrame(1, HELLO)])
  await until(() => peer.faults() === 1)
})

const READING = { wire: 2, skip: () => undefined } as const

describe('what a node tells of its feeds of both formats', () => {
  test('is all of them on the second wire alone to a peer that speaks it', async () => {
    const node = await openTestNode(await withBothFormats())
    const peer = await openRawPeer(node)
    const feeds = node.ownFeeds()
    const said = async (): Promise<readonly string[]> => {
      const frames = await Promise.all(
        peer.heard.slice(2).map(({ frame }) => readCatalogFrame(frame, READING)),
      )
      return frames.flatMap((frame) =>
        frame?.kind === 'statements' ? frame.statements.map(({ feed }) => feed) : [],
      )
    }
    await until(async () => new Set(await said()).size === feeds.length)
    expect(new Set(await said())).toEqual(new Set(feeds.map(({ key }) => key)))
    expect(peer.heard.slice(0, 2)).toEqual([
      { wire: 2, frame: helloFrame(2, HELLO) },
      { wire: 2, frame: offersFrame(2, await Promise.all(feeds.map(entryOf))) },
    ])
  })

  test('is those of format 1 on the first wire, byte for byte as before, to any other', async () => {
    const node = await openTestNode(await withBothFormats())
    const peer = await openRawPeer(node, { wires: [1] })
    await until(() => peer.heard.length === 2)
    const [older] = node.ownFeeds()
    if (older === undefined) throw new Error('it has no feed')
    const { vouched, ...claims } = await entryOf(older)
    expect(peer.heard).toEqual([
      { wire: 1, frame: encode([1, 0, [null, false]]) },
      { wire: 1, frame: encode([1, 1, [[offerFields(claims), vouched]]]) },
    ])
  })

  test('is by gossip each on the topic of its format, once', async () => {
    const node = await openTestNode(await withBothFormats())
    const topics = ['debian', 'later'].flatMap((collection) =>
      WIRES.map((wire) => topicOf({ wire, collection })),
    )
    const peer = await openRawPeer(node, { topics })
    const told: string[] = []
    peer.host.services.pubsub.addEventListener('message', ({ detail }) => told.push(detail.topic))
    const signer = await rebuilder()
    await submitTo(node, await signed({ version: '1' }, signer))
    await submitTo(node, await signed({ version: '2' }, signer), 'later')
    await until(() => new Set(told).size === 2)
    expect(new Set(told)).toEqual(
      new Set(['/countersign/announce/1/debian', '/countersign/announce/2/later']),
    )
  })
})

describe('two nodes with feeds of both formats have all of each other', () => {
  test.each(['gossip', 'catalog'] as const)('without %s', async (without) => {
    const a = await openTestNode({ without })
    const b = await openTestNode({ without, peers: [a.address] })
    const older = await openLiar(async (feed) => [await originOf(feed.key, 1)], {
      without,
      peers: [a.address],
    })
    await areConnected(a, b)
    const there = await submitTo(a, await signed({ version: '1' }))
    const back = await submitTo(b, await signed({ version: '2' }))
    await until(async () => (await has(b, there.id)) && (await has(a, back.id)))
    await older.feed.append([new Uint8Array(1), new Uint8Array(1)])
    for (const node of without === 'gossip' ? [a, b] : [a])
      await until(async () =>
        (await node.network.view.feeds()).some(
          ({ key, length }) => key === older.feed.key && length === 3,
        ),
      )
    for (const node of [a, b]) {
      expect(node.network.view.peers().map(({ faults }) => faults)).not.toContain(1)
      expect(skippedAt(node)).toEqual(NOTHING_SKIPPED)
    }
  })
})

const idsOf = async ({ repository }: Pick<TestNode, 'repository'>, collection: string) =>
  (await repository.find({ collection })).items.map(({ id }) => id).toSorted()

describe('a node of before the second wire, beside one that writes both formats', () => {
  test('has all of format 1 that the other has, gives it all of its own, and neither finds a fault', async () => {
    const both = await withBothFormats(await savedOfFormat1())
    const { collections } = both.config
    const old = await openFirstWireNode(await folderOfFormat1(['debian', 'later']), { collections })
    const node = await openTestNode({ ...both, peers: [old.address] })
    await areConnected(node)
    const signer = await rebuilder()
    const oldest = await submitTo(old, await signed({ version: '1' }, signer))
    const older = await submitTo(node, await signed({ version: '2' }, signer))
    const newer = await submitTo(node, await signed({ version: '3' }, signer), 'later')
    const other = await submitTo(old, await signed({ version: '4' }, signer), 'later')
    await until(async () => (await has(node, oldest.id)) && (await has(node, other.id)))
    await until(async () => has(old, older.id))
    expect(await idsOf(old, 'debian')).toEqual(await idsOf(node, 'debian'))
    expect((await idsOf(node, 'debian')).length).toBeGreaterThan(2)
    expect(await idsOf(node, 'later')).toEqual([newer.id, other.id].toSorted())
    expect(await idsOf(old, 'later')).toEqual([other.id])
    expect(old.faults(node.identity.peerId)).toBe(0)
    expect(node.network.view.peers()).toMatchObject([{ faults: 0, connected: true }])
    expect(skippedAt(node)).toEqual(NOTHING_SKIPPED)
  })
})
