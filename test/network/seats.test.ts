import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { openHost, roundTrip } from '../support/host.ts'
import { openStrangers, openTestNode, QUOTAS } from '../support/network.ts'
import { until } from '../support/until.ts'

test('peers of one address that take all seats leave them to who comes from another', async () => {
  const node = await openTestNode({ mostStrangers: 8 })
  const to = multiaddr(node.address)
  const many = await Promise.all(Array.from({ length: 9 }, () => openHost('127.0.0.2')))
  for (const host of many) await host.dial(to).catch(() => undefined)
  const sitting = (): number => many.filter((host) => host.getConnections().length > 0).length
  // half of the seats are the most of a private network
  await until(() => sitting() === 4)
  const others = [await openHost('127.0.0.3'), await openHost('127.0.0.4')]
  for (const host of others) await host.dial(to)
  await until(() => sitting() === 2)
  for (const host of others) expect(await roundTrip(host, to)).toBeGreaterThanOrEqual(0)
  // those who were there first
  expect(many.slice(0, 2).map((host) => host.getConnections().length)).toEqual([1, 1])
})

test('in seats of equals nobody takes turns', async () => {
  const node = await openTestNode({ mostStrangers: 8 })
  const to = multiaddr(node.address)
  const four = await Promise.all([5, 6, 7, 8].map((at) => openHost(`127.0.0.${at}`)))
  for (const host of four) await host.dial(to)
  const late = await openHost('127.0.0.9')
  await late.dial(to).catch(() => undefined)
  await until(() => late.getConnections().length === 0)
  for (const host of four) expect(await roundTrip(host, to)).toBeGreaterThanOrEqual(0)
})

test('feeds of one address that take all seats give one up to a feed from another, and keep what is here of them', async () => {
  const quotas = { ...QUOTAS, strangerFeeds: 8 }
  const node = await openTestNode({ quotas })
  const states = async (): Promise<readonly string[]> =>
    (await node.network.view.feeds())
      .filter(({ why }) => why === 'stranger')
      .map(({ state, reason }) => (reason?.includes('took the place') ? 'retired' : state))
  const count = async (state: string) => (await states()).filter((one) => one === state).length
  await openStrangers(6, node.address, '127.0.0.2')
  await until(async () => (await count('following')) === 4 && (await count('refused')) === 2)
  await openStrangers(1, node.address, '127.0.0.3')
  await until(async () => (await count('following')) === 4 && (await count('retired')) === 1)
  const { data } = node
  await node.stop()
  const again = await openTestNode({ data, quotas: QUOTAS })
  const following = (await again.network.view.feeds()).filter(({ state }) => state === 'following')
  // where there is room again, it has its seat again
  expect(following.filter(({ why }) => why === 'stranger')).toHaveLength(5)
})
