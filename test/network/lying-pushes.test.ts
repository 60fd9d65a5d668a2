import { describe, expect, test } from 'vitest'
import type { PushRefusal } from '../../src/contract/pushed.ts'
import { encodeCanonical } from '../../src/feeds/format/cbor.ts'
import {
  encodePush,
  MAX_PUSH_BYTES,
  type PushedPairs,
} from '../../src/feeds/format/pushed-pairs.ts'
import { type LiarWhoPushes, openLiarWhoPushes, stateOf } from '../support/liar-who-pushes.ts'
import { has, openTestNode, QUOTAS, type TestNode } from '../support/network.ts'
import { until } from '../support/until.ts'

const refusedAt = (node: TestNode, why: PushRefusal): number =>
  node.network.view.pushes().refused[why]

const faultsAt = (node: TestNode): number =>
  node.network.view.peers().reduce((sum, { faults }) => sum + faults, 0)

interface Lie {
  readonly what: string
  readonly why: PushRefusal
  readonly faults: number
  readonly of: (by: LiarWhoPushes) => Promise<Uint8Array>
}

const changed = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((octet, place) => (place === at ? octet ^ 1 : octet))

async function pushOf(
  { pairs }: LiarWhoPushes,
  change: (real: PushedPairs) => Partial<PushedPairs> = () => ({}),
): Promise<Uint8Array> {
  const real = await pairs('2')
  return encodePush({ ...real, ...change(real) })
}

const LIES: readonly Lie[] = [
  {
    what: 'a signature that its writer did not make',
    why: 'unsigned',
    faults: 1,
    of: (by) => pushOf(by, ({ signature }) => ({ signature: changed(signature, 5) })),
  },
  {
    what: 'a data block other than the one that was signed',
    why: 'unsigned',
    faults: 1,
    of: (by) =>
      pushOf(by, ({ blocks }) => ({
        blocks: blocks.map((block, at) => (at === 0 ? changed(block, 70) : block)),
      })),
  },
  {
    what: 'pairs of another feed',
    why: 'unsigned',
    faults: 1,
    of: async () => {
      const other = await openLiarWhoPushes()
      return pushOf(other)
    },
  },
  {
    what: 'an index block that is none',
    why: 'unreadable',
    faults: 0,
    of: (by) => pushOf(by, ({ blocks }) => ({ blocks: blocks.toReversed() })),
  },
  {
    what: 'a pair that begins behind what is here',
    why: 'late',
    faults: 0,
    of: (by) => pushOf(by, () => ({ at: 5 })),
  },
  {
    what: 'a pair that is here',
    why: 'late',
    faults: 0,
    of: (by) => pushOf(by, () => ({ at: 1 })),
  },
  {
    what: 'half a pair',
    why: 'malformed',
    faults: 1,
    of: (by) => pushOf(by, ({ blocks }) => ({ blocks: blocks.slice(0, 1) })),
  },
  {
    what: 'a message that ends within a block',
    why: 'malformed',
    faults: 1,
    of: async (by) => (await pushOf(by)).subarray(0, -1),
  },
  {
    what: 'more octets than a push has',
    why: 'too-large',
    faults: 1,
    of: async () => new Uint8Array(MAX_PUSH_BYTES + 1).fill(1),
  },
  {
    what: 'no octet at all',
    why: 'malformed',
    faults: 1,
    of: async () => new Uint8Array(0),
  },
  {
    what: 'a message of a later version',
    why: 'later',
    faults: 0,
    of: async () => Uint8Array.of(3, 7, 7, 7),
  },
]

describe('whoever pushes changes nothing by', () => {
  test.each(LIES)('$what: it is refused as $why', async ({ why, faults, of }) => {
    const by = await openLiarWhoPushes()
    const { node, liar, two, peer } = by
    const lie = await of(by)
    const before = await stateOf(node, liar.feed.key)
    peer.send(lie)
    await until(() => refusedAt(node, why) === 1)
    expect(await stateOf(node, liar.feed.key)).toEqual(before)
    expect(faultsAt(node)).toBe(faults)
    // what its writer tells everybody comes by the usual way
    await liar.feed.append(await two.blocks('3'))
    await until(() => has(node, two.id('3')))
    expect(await has(node, two.id('2'))).toBe(false)
  })
})

describe('what its writer has signed is refused', () => {
  test('where the quotas have no room for it', async () => {
    const by = await openLiarWhoPushes(({ feed }) => ({
      quotas: { ...QUOTAS, totalBytes: feed.bytes + 100 },
    }))
    const { node, liar, push, pairs } = by
    const before = await stateOf(node, liar.feed.key)
    push(await pairs('2'))
    await until(() => refusedAt(node, 'full') === 1)
    expect(await stateOf(node, liar.feed.key)).toEqual(before)
    expect(faultsAt(node)).toBe(0)
  })

  test('where the feed is followed no more', async () => {
    const by = await openLiarWhoPushes()
    const { node, liar, two, push, pairs } = by
    const real = await pairs('2')
    // of two who ask for nothing the channel would be closed
    const reader = await liar.store.get(liar.feed.key, 'debian')
    reader.follow(() => true)
    const replica = await node.store.get(liar.feed.key, 'debian')
    const story = await two.tells(['another'])
    await node.network.book.add(story.address)
    await until(() => replica.frozen)
    const before = await stateOf(node, liar.feed.key)
    push(real)
    await until(() => refusedAt(node, 'not-followed') === 1)
    expect(await stateOf(node, liar.feed.key)).toEqual(before)
  })
})

test('of two stories the one that is pushed first is taken, and the other is evidence when it is told', async () => {
  const { node, liar, two, push, pairs } = await openLiarWhoPushes()
  push(await pairs('2'))
  await until(() => has(node, two.id('2')))
  expect(node.network.view.pushes().taken).toBe(1)
  await liar.feed.append(await two.blocks('another'))
  const feedAt = async () =>
    (await node.network.view.feeds()).find(({ key }) => key === liar.feed.key)
  await until(async () => (await feedAt())?.state === 'frozen')
  expect(await has(node, two.id('2'))).toBe(true)
  expect(await has(node, two.id('another'))).toBe(false)
})

test('whoever pushes garbage without end is sent away, and what he pushed was hardly looked at', async () => {
  const { node, peer } = await openLiarWhoPushes()
  const garbage = new Uint8Array(1_000).fill(1)
  for (let sent = 0; sent < 10_000; sent += 100) {
    for (let at = 0; at < 100; at += 1) peer.send(garbage)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => node.network.view.peers().every(({ connected }) => !connected))
  const { refused, taken } = node.network.view.pushes()
  expect(taken).toBe(0)
  expect(refused.malformed).toBeLessThanOrEqual(128)
})

test('index blocks that are dear to read and are none are read for some milliseconds, and no more', async () => {
  const { node, peer } = await openLiarWhoPushes()
  const none = encodeCanonical([1, 2, Array.from({ length: 1_010 }, () => [])])
  const blocks = Array.from({ length: 16 }, (_, at) => (at % 2 === 0 ? Uint8Array.of(1) : none))
  const message = encodePush({ at: 3, signature: new Uint8Array(64), blocks })
  for (let sent = 0; sent < 128; sent += 1) peer.send(message)
  const refusals = () => node.network.view.pushes().refused
  await until(() => Object.values(refusals()).reduce((sum, count) => sum + count, 0) === 128)
  expect(refusals().unreadable).toBeGreaterThan(0)
  // unless they come within more than two seconds
  expect(refusals().unreadable).toBeLessThan(30)
})

test('a node beside whom nobody pushes has all the same what others have', async () => {
  const { node, liar, two } = await openLiarWhoPushes()
  const friend = await openTestNode({ peers: [node.address] })
  await liar.feed.append(await two.blocks('2', '3', '4'))
  await until(() => has(friend, two.id('4')))
})
