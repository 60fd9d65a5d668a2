import { expect, test } from 'vitest'
import { areConnected, openTestNode, type TestNode } from '../../support/network.ts'
import { until } from '../../support/until.ts'

const failureOf = ({ network }: TestNode): string | null | undefined =>
  network.view.peers().find(({ configured }) => configured)?.failure

test('a peer that was just connected and is stopped is not said to be full, and one that bans this node is', async () => {
  const stopped = await openTestNode()
  const node = await openTestNode({ peers: [stopped.address] })
  await areConnected(node)
  await stopped.stop()
  const said: unknown[] = []
  await until(() => {
    const failure = failureOf(node)
    if (failure !== null) said.push(failure)
    return failure?.includes('ECONNREFUSED') === true
  })
  expect(said.filter((one) => String(one).includes('at once'))).toEqual([])

  const banning = await openTestNode()
  await banning.network.book.ban(node.identity.peerId)
  await node.network.book.add(banning.address)
  await until(
    () =>
      node.network.view
        .peers()
        .find(({ peerId }) => peerId === banning.identity.peerId)
        ?.failure?.includes('at once') === true,
  )
})
