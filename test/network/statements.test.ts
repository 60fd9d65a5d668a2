import { expect, test } from 'vitest'
import { openTestNode, type TestNode } from '../support/network.ts'
import { signed, submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'

/** What a node knows of what peers say that they have of a feed. */
async function knownOf(node: TestNode, feed: string) {
  const found = (await node.network.view.feeds()).find(({ key }) => key === feed)
  return found?.statements ?? []
}

test('what peers have of a feed, and when its owner spoke last, is known to nodes that are not connected with them', async () => {
  const owner = await openTestNode()
  const middle = await openTestNode({ peers: [owner.address] })
  const far = await openTestNode({ peers: [middle.address] })
  const { feed } = await submitTo(owner, await signed({ version: '1' }))
  const all = [owner, middle, far].map(({ identity }) => identity.peerId).toSorted()
  for (const node of [owner, middle, far])
    await until(async () => {
      const known = (await knownOf(node, feed)).map(({ peerId }) => peerId)
      return known.toSorted().join() === all.join()
    })
  const said = await far.network.view.ownerStatement(feed)
  expect(said?.why).not.toBe('stranger')
  const byOwner = (await knownOf(far, feed)).find(({ peerId }) => peerId === owner.identity.peerId)
  expect(byOwner).toMatchObject({ lacking: 0, time: said?.time })
  expect(far.network.view.peers().every(({ faults }) => faults === 0)).toBe(true)
})
