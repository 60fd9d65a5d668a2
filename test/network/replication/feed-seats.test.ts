import { expect, test } from 'vitest'
import { openStrangers, openTestNode, QUOTAS } from '../../support/network.ts'
import { until } from '../../support/until.ts'

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
