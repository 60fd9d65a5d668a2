import { expect, test } from 'vitest'
import { openTestNode } from '../../support/network.ts'
import { signed, submitTo } from '../../support/submission.ts'

test('what counts of a feed is by rebuilders that are known from another one, and nothing by those that it alone has', async () => {
  const node = await openTestNode()
  await submitTo(node, await signed({ version: '1' }))
  const { feed } = await submitTo(node, await signed({ version: '2' }))
  expect(await node.seconded(feed, new Set([feed]))).toBe(2)
  expect(await node.seconded(feed, new Set(['0'.repeat(64)]))).toBe(0)
  expect(await node.seconded('0'.repeat(64), new Set([feed]))).toBe(0)
})
