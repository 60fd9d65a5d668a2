import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { rebuilder } from '../support/rebuilder.ts'
import { areConnected, has, openTestNode } from '../support/network.ts'
import { until } from '../support/until.ts'
import { signed, submitTo } from '../support/submission.ts'

describe('a certification', () => {
  test('that was posted at one node is at every other one, also over a third', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const c = await openTestNode({ peers: [b.address] })
    await areConnected(a, b, c)
    const { id } = await submitTo(a, await signed({ version: '1' }))
    await until(async () => (await has(b, id)) && (await has(c, id)))
    const back = await submitTo(c, await signed({ version: '2' }))
    await until(async () => (await has(b, back.id)) && (await has(a, back.id)))
  })

  test('is at every node with all gossip dropped', async () => {
    const a = await openTestNode({ without: 'gossip' })
    const b = await openTestNode({ peers: [a.address], without: 'gossip' })
    const c = await openTestNode({ peers: [b.address], without: 'gossip' })
    await areConnected(a, b, c)
    const { id } = await submitTo(a, await signed({ version: '1' }))
    await until(async () => (await has(b, id)) && (await has(c, id)))
  })

  test('is at a node that joins when its origin has died, with the head that its origin signed', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const signer = await rebuilder()
    const ids: string[] = []
    for (let at = 0; at < 20; at++)
      ids.push((await submitTo(a, await signed({ version: `1-${at}` }, signer))).id)
    await until(async () => has(b, ids.at(-1) ?? ''))
    const [own] = a.ownFeeds()
    const head = await own?.head()
    await a.stop()
    const c = await openTestNode({ peers: [b.address] })
    for (const id of ids) await until(() => has(c, id))
    const feeds = await c.network.view.feeds()
    expect(feeds.find(({ key }) => key === own?.key)).toMatchObject({
      length: head?.length,
      owner: a.identity.peerId,
    })
    const replica = await c.store.get(own?.key ?? '', 'debian')
    expect(await replica.head()).toEqual(head)
  })

  test('comes to a node without an open port over the connection that it dialled, and goes out by it', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address], listen: [] })
    expect(b.network.view.addresses()).toEqual([])
    await areConnected(a, b)
    const there = await submitTo(a, await signed({ version: '1' }))
    const back = await submitTo(b, await signed({ version: '2' }))
    await until(async () => (await has(b, there.id)) && (await has(a, back.id)))
  })

  test('comes over IPv6 too', async () => {
    const a = await openTestNode({ listen: ['/ip6/::1/tcp/0'] })
    const b = await openTestNode({ peers: [a.address], listen: [] })
    await areConnected(a, b)
    const { id } = await submitTo(a, await signed({ version: '1' }))
    await until(() => has(b, id))
  })
})

describe('two nodes', () => {
  test('go on where they were after a cut, and after one of them was started again', async () => {
    const a = await openTestNode()
    const first = await openTestNode({ peers: [a.address] })
    const one = await submitTo(a, await signed({ version: '1' }))
    await until(() => has(first, one.id))
    await first.stop()
    const two = await submitTo(a, await signed({ version: '2' }))
    const second = await openTestNode({ peers: [a.address], data: first.data })
    await until(() => has(second, two.id))
    expect(await has(second, one.id)).toBe(true)
    const [, twice] = (await second.repository.find({})).items.filter(({ id }) => id === two.id)
    expect(twice).toBeUndefined()
  })

  test('of which one is dialled before it runs find each other when it does', async () => {
    const a = await openTestNode()
    const { address, data } = a
    await a.stop()
    const b = await openTestNode({ peers: [address] })
    await until(() => b.network.view.peers().some(({ failure }) => failure !== null))
    const again = await openTestNode({ data, listen: [address.replace(/\/p2p\/.*/, '')] })
    await areConnected(again, b)
    expect(b.network.view.peers()).toMatchObject([{ connected: true, failure: null }])
  })
})

/** Does a datagram to a multicast group come back to this machine? */
async function hasMulticast(): Promise<boolean> {
  const [group, port] = ['224.0.0.251', 45_353]
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  try {
    const heard = once(socket, 'message', { signal: AbortSignal.timeout(1_000) })
    await new Promise<void>((resolve) => socket.bind(port, resolve))
    socket.addMembership(group)
    socket.send('x', port, group)
    await heard
    return true
  } catch {
    return false
  } finally {
    socket.close()
  }
}

const multicast = await hasMulticast()

test.skipIf(!multicast)(
  `nodes of one local network find each other by mDNS${multicast ? '' : ': skipped, no multicast here'}`,
  async () => {
    const everywhere = { listen: ['/ip4/0.0.0.0/tcp/0'], mdns: true }
    const [a, b] = [await openTestNode(everywhere), await openTestNode(everywhere)]
    const { id } = await submitTo(a, await signed({ version: '1' }))
    await until(() => has(b, id))
  },
)
