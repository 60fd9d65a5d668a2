import { expect, test } from 'vitest'
import { copiedFeeds, putCopiedFeed } from '../../src/state/copied-feeds.ts'
import type { FollowedFeed } from '../../src/contract/following.ts'
import { areConnected, has, openTestNode, type TestNode } from '../support/network.ts'
import { signed, submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'

const DAYS_30 = 30 * 86_400_000

async function feedOf(node: TestNode, owner: TestNode): Promise<FollowedFeed | undefined> {
  return (await node.network.view.feeds()).find(
    ({ owner: peerId, collection }) => peerId === owner.identity.peerId && collection === 'debian',
  )
}

const isConnected = (node: TestNode, other: TestNode): boolean =>
  node.network.view
    .peers()
    .some(({ peerId, connected }) => connected && peerId === other.identity.peerId)

/** A node that names a hub, which names another: the hub vouches for that one, who learns to dial it. */
async function star() {
  const friend = await openTestNode({ connections: 6, shareAddress: true, lookEvery: 100 })
  const hub = await openTestNode({ connections: 6, shareAddress: true, peers: [friend.address] })
  const node = await openTestNode({
    connections: 6,
    lookEvery: 100,
    peers: [hub.address],
    follow: 'vouched',
  })
  await areConnected(node, hub, friend)
  await until(async () => (await feedOf(node, friend))?.why === 'vouched')
  await until(() => isConnected(node, friend))
  return { friend, hub, node }
}

test('what a named peer vouched for is copied on when it has died, and status says on whose word, and until when', async () => {
  const { friend, hub, node } = await star()
  const hubId = hub.identity.peerId
  expect((await feedOf(node, friend))?.vouchedBy).toEqual({ peerId: hubId, until: null })
  const status = (): ReturnType<TestNode['repository']['status']> => node.repository.status()
  expect((await status()).absentVouchers).toEqual([])
  const before = Date.now()
  await hub.stop()
  await until(async () => (await feedOf(node, friend))?.vouchedBy?.until !== null)
  const friends = node.network.view.peers().find(({ peerId }) => peerId === friend.identity.peerId)
  expect(friends).toMatchObject({ connected: true, configured: false })
  const { id } = await submitTo(friend, await signed({ version: '1' }))
  await until(() => has(node, id))
  const [absent] = (await status()).absentVouchers ?? []
  const { key = '' } = (await feedOf(node, friend)) ?? {}
  expect(absent?.peerId).toBe(hubId)
  expect(absent?.feeds).toContain(key)
  const end = Date.parse(absent?.until ?? '')
  expect(end).toBeGreaterThanOrEqual(before + DAYS_30)
  expect(end).toBeLessThanOrEqual(Date.now() + DAYS_30)
})

test('what it vouched for stays so when the node starts again while it is dead, and a folder of before has 30 days from then', async () => {
  const { friend, hub, node } = await star()
  await hub.stop()
  await node.stop()
  const again = await openTestNode({ data: node.data, peers: [hub.address], follow: 'vouched' })
  expect(await feedOf(again, friend)).toMatchObject({ why: 'vouched', state: 'following' })
  expect((await feedOf(again, friend))?.vouchedBy?.until).toBeLessThanOrEqual(Date.now() + DAYS_30)
  // as an older version wrote it: in the row of the feed, and nowhere else
  for (const row of await copiedFeeds(again.state)) await putCopiedFeed(again.state, row)
  for (const table of ['vouch!', 'contact!'])
    for await (const { key } of again.state.rows(new TextEncoder().encode(table)))
      await again.state.write([{ key, value: undefined }])
  const { data } = again
  await again.stop()
  const older = await openTestNode({ data, peers: [hub.address], follow: 'vouched' })
  expect(await feedOf(older, friend)).toMatchObject({ why: 'vouched', state: 'following' })
})

test("what a peer has that was only learnt is a stranger's", async () => {
  const hub = await openTestNode({ connections: 6, shareAddress: true })
  const learnt = await openTestNode({ connections: 0, shareAddress: true, peers: [hub.address] })
  const open = await openTestNode({ connections: 6, lookEvery: 100, peers: [hub.address] })
  const listed = await openTestNode({
    connections: 6,
    lookEvery: 100,
    peers: [hub.address],
    follow: 'listed',
  })
  for (const node of [open, listed]) await until(() => isConnected(node, learnt))
  await until(async () => (await feedOf(open, learnt))?.state === 'following')
  expect((await feedOf(open, learnt))?.why).toBe('stranger')
  await until(async () => (await feedOf(listed, learnt))?.state === 'refused')
})
