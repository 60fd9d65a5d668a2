import Corestore from 'corestore'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type FeedStore, openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import type { OwnFeed, Replica } from '../../../src/feeds/format/feed.ts'
import type { PushedPairs } from '../../../src/feeds/format/pushed-pairs.ts'
import { connectStores, streamPair } from '../../support/connect-stores.ts'
import { fullBlocks } from '../../support/full-blocks.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

async function store(octet = 6): Promise<FeedStore> {
  const opened = await openFeedStore(await temporaryDirectory(), {
    peerId: '12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8',
    feedSeed: new Uint8Array(32).fill(octet),
    sign: async () => new Uint8Array(64),
  })
  onTestFinished(() => opened.close())
  return opened
}

/** A feed with an origin and one pair, a replica that has that, and pairs behind it that only the feed has. */
async function behind(): Promise<{ feed: OwnFeed; replica: Replica; pairs: PushedPairs }> {
  const [writer, reader] = [await store(), await store()]
  const feed = await writer.own('debian', 0)
  await feed.append([new Uint8Array([0]), ...(await fullBlocks(1))])
  const replica = await reader.get(feed.key, 'debian')
  replica.follow(() => true)
  const part = connectStores(writer, reader)
  await until(() => replica.downloaded === 3)
  part()
  const stored: PushedPairs[] = []
  writer.pushes.stored.subscribe((_, pairs) => void stored.push(pairs))
  await feed.append(await fullBlocks(1))
  const [pairs] = stored
  if (pairs === undefined) throw new Error('nothing was stored')
  return { feed, replica, pairs }
}

describe('pairs that were pushed', () => {
  test('are taken all at once with their head, are told to who listens, and count as received', async () => {
    const { feed, replica, pairs } = await behind()
    const { bytes, entries } = replica.received
    let changes = 0
    onTestFinished(replica.onChanged(() => (changes += 1)))
    expect(await replica.take(pairs)).toBe('taken')
    expect(await replica.head()).toEqual(await feed.head())
    for (const sequence of [3, 4])
      expect(await replica.readData(sequence)).toEqual(await feed.readData(sequence))
    expect(replica.received).toEqual({
      bytes: bytes + pairs.blocks.reduce((sum, { length }) => sum + length, 0),
      entries: entries + 64,
    })
    await until(() => changes > 0)
    expect(await replica.take(pairs)).toBe('late')
  })

  test('are not taken twice when they come twice at once', async () => {
    const { replica, pairs } = await behind()
    const became = await Promise.all([replica.take(pairs), replica.take(pairs)])
    expect(became.toSorted()).toEqual(['late', 'taken'])
    expect(replica.length).toBe(5)
  })

  test('are not taken by a frozen replica, and a block of them that is cleared is gone', async () => {
    const { replica, pairs } = await behind()
    expect(await replica.take(pairs)).toBe('taken')
    await replica.clear(3)
    expect(await replica.readData(3)).toBeUndefined()
    replica.freeze()
    expect(await replica.take({ ...pairs, at: 5 })).toBe('late')
  })

  test('change nothing where their writer did not sign them, and what he signed is taken then', async () => {
    const { replica, pairs } = await behind()
    const signature = pairs.signature.map((octet) => octet ^ 1)
    const head = await replica.head()
    expect(await replica.take({ ...pairs, signature })).toBe('unsigned')
    expect(await replica.head()).toEqual(head)
    expect(replica.received.entries).toBe(64)
    expect(await replica.take(pairs)).toBe('taken')
  })
})

test('only few and small pairs behind the origin are told of when they are stored', async () => {
  const writer = await store()
  const feed = await writer.own('debian', 0)
  const stored: number[] = []
  writer.pushes.stored.subscribe((_, { at }) => void stored.push(at))
  const pair = await fullBlocks(1)
  const large = new Uint8Array(16_384)
  await feed.append([new Uint8Array([0]), ...pair])
  await feed.append(pair)
  await feed.append([large, ...pair.slice(1)])
  await feed.append(Array.from({ length: 18 }, () => new Uint8Array([7])))
  await feed.append(Array.from({ length: 16 }, () => new Uint8Array([7])))
  expect(stored).toEqual([3, 25])
})

describe('who takes pairs', () => {
  test('is whoever has said so and follows the feed, whichever of both sides had it open first', async () => {
    const [writer, reader] = [await store(), await store(7)]
    const feed = await writer.own('debian', 0)
    await feed.append([new Uint8Array([0])])
    onTestFinished(connectStores(writer, reader))
    const replica = await reader.get(feed.key, 'debian')
    replica.follow(() => true)
    await until(() => replica.downloaded === 1)
    // nobody listens there
    expect(writer.pushes.takers(feed.key)).toEqual([])
    onTestFinished(reader.pushes.receive(async () => undefined))
    await until(() => writer.pushes.lacking(feed.key, 1).length === 1)
    replica.pause()
    await until(() => writer.pushes.takers(feed.key).length === 0)
  })

  test('is nobody who does not know of pushes, and who copies what is written all the same', async () => {
    const writer = await store()
    const feed = await writer.own('debian', 0)
    await feed.append([new Uint8Array([0])])
    const plain = new Corestore(await temporaryDirectory())
    onTestFinished(() => plain.close())
    const key = Buffer.from(feed.key, 'hex')
    const core = plain.get({ key, allowFork: false, active: false, notDownloadingLinger: 0 })
    await core.ready()
    core.setActive(true)
    const [one, other] = streamPair()
    onTestFinished(() => [one, other].forEach((stream) => stream.destroy()))
    writer.replicate(one)
    plain.replicate(other)
    await until(() => core.length === 1)
    await feed.append(await fullBlocks(1))
    await until(() => core.length === 3)
    core.download({ start: 0, end: 3, linear: true })
    await until(() => core.core.bitfield.count(0, 3, true) === 3)
    expect(writer.pushes.takers(feed.key)).toEqual([])
  })
})
