import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, test } from 'vitest'
import type { FollowedFeed } from '../../src/contract/following.ts'
import { fullBlocks } from '../support/full-blocks.ts'
import { originOf } from '../support/origin-of.ts'
import {
  areConnected,
  has,
  openLiar,
  openStrangers,
  openTestNode,
  QUOTAS,
  type TestNode,
} from '../support/network.ts'
import { until } from '../support/until.ts'
import { openHost } from '../support/host.ts'
import { rebuilder } from '../support/rebuilder.ts'
import { signed, submitTo } from '../support/submission.ts'
import { swarmKeyFile } from '../support/swarm-key.ts'

async function feedsAt(node: TestNode): Promise<readonly FollowedFeed[]> {
  return node.network.view.feeds()
}

async function feedOf(node: TestNode, owner: TestNode): Promise<FollowedFeed | undefined> {
  return (await feedsAt(node)).find(
    ({ owner: peerId, collection }) => peerId === owner.identity.peerId && collection === 'debian',
  )
}

const debianKey = (node: TestNode): string =>
  node.ownFeeds().find(({ collection }) => collection === 'debian')?.key ?? ''

describe('whose feeds are copied:', () => {
  test('a newcomer who dials one well-known peer is at every node that follows openly', async () => {
    const hub = await openTestNode()
    const others = [
      await openTestNode({ peers: [hub.address] }),
      await openTestNode({ peers: [hub.address] }),
    ]
    await areConnected(hub, ...others)
    const newcomer = await openTestNode({ peers: [hub.address] })
    await areConnected(newcomer)
    const { id } = await submitTo(newcomer, await signed({ version: '1' }))
    for (const node of [hub, ...others]) await until(() => has(node, id))
    expect((await feedOf(hub, newcomer))?.why).toBe('stranger')
  })

  test('"vouched" takes what a configured peer follows for its operator, and no stranger that it carries', async () => {
    const stranger = await openTestNode()
    const friend = await openTestNode()
    const hub = await openTestNode({ peers: [friend.address] })
    await stranger.network.book.add(hub.address)
    const node = await openTestNode({ peers: [hub.address], follow: 'vouched' })
    await areConnected(node, stranger, friend)
    const signer = await rebuilder()
    const theirs = await submitTo(friend, await signed({ version: '1' }, signer))
    const strange = await submitTo(stranger, await signed({ version: '2' }, signer))
    await until(async () => (await has(node, theirs.id)) && (await has(hub, strange.id)))
    expect((await feedOf(node, friend))?.why).toBe('vouched')
    await until(async () => (await feedOf(node, stranger))?.state === 'refused')
    expect((await feedOf(node, stranger))?.reason).toContain('follow is "vouched"')
    expect(await has(node, strange.id)).toBe(false)
  })

  test('"listed" takes the feeds of configured peers and those that are named, and no others', async () => {
    const friend = await openTestNode()
    const named = await openTestNode()
    const hub = await openTestNode({ peers: [friend.address, named.address] })
    const node = await openTestNode({
      peers: [hub.address],
      follow: 'listed',
      feeds: [debianKey(named)],
    })
    await areConnected(node, friend, named)
    const signer = await rebuilder()
    const ofFriend = await submitTo(friend, await signed({ version: '1' }, signer))
    const ofNamed = await submitTo(named, await signed({ version: '2' }, signer))
    const ofHub = await submitTo(hub, await signed({ version: '3' }, signer))
    await until(async () => (await has(node, ofNamed.id)) && (await has(node, ofHub.id)))
    await until(() => has(hub, ofFriend.id))
    expect((await feedOf(node, named))?.why).toBe('listed')
    expect((await feedOf(node, hub))?.why).toBe('peer')
    expect((await feedOf(node, friend))?.state).toBe('refused')
    expect(await has(node, ofFriend.id)).toBe(false)
  })

  test('what a peer is trusted with ends when it is removed, and nothing that was had is lost', async () => {
    const a = await openTestNode()
    const node = await openTestNode({ follow: 'vouched' })
    await node.network.book.add(a.address)
    const signer = await rebuilder()
    const first = await submitTo(a, await signed({ version: '1' }, signer))
    await until(() => has(node, first.id))
    expect(await node.network.book.remove(a.identity.peerId)).toBe(true)
    await until(async () => (await feedOf(node, a))?.state === 'paused')
    expect((await feedOf(node, a))?.reason).toContain('follow is "vouched"')
    expect(await has(node, first.id)).toBe(true)
    await node.network.book.add(a.address)
    const second = await submitTo(a, await signed({ version: '2' }, signer))
    await until(() => has(node, second.id))
  })
})

test('strangers that take every connection they can get leave room for peers that were named', async () => {
  const node = await openTestNode({ mostStrangers: 2 })
  const strangers = [
    await openTestNode({ peers: [node.address] }),
    await openTestNode({ peers: [node.address] }),
  ]
  await areConnected(...strangers)
  const friend = await openTestNode()
  const late = await openTestNode({ peers: [node.address] })
  await until(() => late.network.view.peers().some(({ failure }) => failure !== null))
  // it has no address by which the node could reach it: it must come by itself
  await node.network.book.add(`/ip4/127.0.0.1/tcp/1/p2p/${friend.identity.peerId}`)
  await friend.network.book.add(node.address)
  await areConnected(friend)
  expect(late.network.view.peers().map(({ connected }) => connected)).toEqual([false])
})

test('one stranger has two connections at most', async () => {
  const node = await openTestNode()
  const host = await openHost()
  const to = multiaddr(node.address)
  for (let at = 0; at < 4; at += 1) await host.dial(to, { force: true }).catch(() => undefined)
  await until(() => host.getConnections().length === 2)
})

test('a network with a swarm key is closed to who has another one', async () => {
  const [ours, theirs] = [await swarmKeyFile(), await swarmKeyFile()]
  const node = await openTestNode({ swarmKey: ours })
  await areConnected(await openTestNode({ swarmKey: ours, peers: [node.address] }))
  const other = await openTestNode({ swarmKey: theirs, peers: [node.address] })
  await until(() => other.network.view.peers()[0]?.failure?.includes('swarm-key') === true)
})

test('what others are told to dial is what the operator says', async () => {
  const announce = ['/dns4/node.example/tcp/8001']
  const node = await openTestNode({ announce })
  expect(node.network.view.addresses()).toEqual([
    `/dns4/node.example/tcp/8001/p2p/${node.identity.peerId}`,
  ])
})

describe('a quota that is hit', () => {
  test('leaves 1,000 strangers no more than their share, and slows no configured peer', async () => {
    const friend = await openTestNode()
    const node = await openTestNode({
      peers: [friend.address],
      quotas: { ...QUOTAS, strangerFeeds: 40 },
    })
    await areConnected(node)
    await openStrangers(1_000, node.address)
    await until(async () => (await feedsAt(node)).length > 900)
    const { id } = await submitTo(friend, await signed({ version: '1' }))
    await until(() => has(node, id))
    const feeds = await feedsAt(node)
    const taken = feeds.filter(({ why, state }) => why === 'stranger' && state !== 'refused')
    expect(taken).toHaveLength(4)
    expect(feeds.find(({ state }) => state === 'refused')?.reason).toContain(
      'its share of stranger-feeds is 4',
    )
  })

  test('pauses that feed with a reason, and nothing else; what was had stays and it goes on with more room', async () => {
    const [friend, big] = [await openTestNode(), await openTestNode()]
    const quotas = { ...QUOTAS, strangerBytes: 4 * 60_000 }
    const node = await openTestNode({ peers: [friend.address], quotas })
    await big.network.book.add(node.address)
    await areConnected(node, big)
    const signer = await rebuilder()
    const first = await submitTo(big, await signed({ version: '0' }, signer))
    await until(() => has(node, first.id))
    let last = first
    for (let at = 1; big.ownFeeds().every(({ bytes }) => bytes < 100_000); at++)
      last = await submitTo(big, await signed({ version: `1-${at}` }, signer))
    await until(async () => (await feedOf(node, big))?.state === 'paused')
    const paused = await feedOf(node, big)
    expect(paused?.reason).toContain('its share of stranger-bytes is 60000')
    expect(await has(node, last.id)).toBe(false)
    expect(await has(node, first.id)).toBe(true)
    const other = await submitTo(friend, await signed({ version: '2' }, signer))
    await until(() => has(node, other.id))
    await until(() => node.network.view.advice().join(' ').includes('1 feed is paused'))
    await node.stop()
    const roomier = await openTestNode({ data: node.data, peers: [big.address] })
    await until(() => has(roomier, last.id))
  })

  test('counts what one feed brings within an hour', async () => {
    const a = await openTestNode()
    const quotas = { ...QUOTAS, feedEntriesPerHour: 5 }
    const node = await openTestNode({ peers: [a.address], quotas })
    await areConnected(node)
    const signer = await rebuilder()
    for (let at = 0; at < 8; at++) await submitTo(a, await signed({ version: `1-${at}` }, signer))
    await until(async () => (await feedOf(node, a))?.state === 'paused')
    expect((await feedOf(node, a))?.reason).toContain('feed-entries-per-hour allows 5')
  })

  test('counts the entries in blocks of many, and not the blocks', async () => {
    const blocks = await fullBlocks(3)
    const liar = await openLiar(async (feed) => [await originOf(feed.key, 2), ...blocks])
    const quotas = { ...QUOTAS, feedEntriesPerHour: 150 }
    const node = await openTestNode({ peers: [liar.address], quotas })
    const feed = async () => (await feedsAt(node)).find(({ key }) => key === liar.feed.key)
    await until(async () => (await feed())?.state === 'paused')
    expect((await feed())?.reason).toBe(
      'it has brought 192 entries within an hour, feed-entries-per-hour allows 150',
    )
  })
})
