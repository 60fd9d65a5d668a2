import { describe, expect, it } from 'vitest'
import { buildServer } from '../../src/http/server.ts'
import type { Ready, Status } from '../../src/contract/status.ts'
import { BROWSER, get, SETTINGS } from '../http/door.ts'
import { openTestNode, type TestNode } from '../support/network.ts'
import { tcpRelay } from '../support/tcp-relay.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

const SOON = 200

/** A node on a port that is its own, so that it can come back there. */
async function stopped(): Promise<{ readonly data: string; readonly address: string }> {
  const data = await temporaryDirectory()
  const node = await openTestNode({ data })
  await node.stop()
  return { data, address: node.address }
}

const doorOf = (node: TestNode) => buildServer(node.repository, SETTINGS)
const isolated = (node: TestNode): boolean => node.repository.isolated()
const listenAt = (address: string): readonly string[] => [address.split('/p2p/')[0] ?? '']

describe('a node with peers of which none is connected', () => {
  it('says after a while that it is isolated, at every door, and takes that back when one is there again', async () => {
    const away = await stopped()
    const node = await openTestNode({ peers: [away.address], isolatedAfter: SOON })
    expect(isolated(node)).toBe(false)
    await until(() => isolated(node))
    const app = doorOf(node)
    expect((await get(app, '/status')).json<Status>().isolated).toBe(true)
    const ready = await get(app, '/ready')
    expect([ready.statusCode, ready.json<Ready>().isolated]).toEqual([200, true])
    const page = await get(app, '/rebuilders', BROWSER)
    expect(page.body).toContain('This node is isolated')
    const kept = await get(app, '/rebuilders', BROWSER)
    expect(kept.body).toContain('This node is isolated')

    await openTestNode({ data: away.data, listen: listenAt(away.address) })
    await until(() => !isolated(node))
    const again = await get(app, '/rebuilders', {
      ...BROWSER,
      'if-none-match': String(kept.headers['etag']),
    })
    expect([again.statusCode, again.body.includes('This node is isolated')]).toEqual([200, false])
    await app.close()
  })

  it('is not ready meanwhile if its operator wants that', async () => {
    const away = await stopped()
    const node = await openTestNode({
      peers: [away.address],
      isolatedAfter: SOON,
      readyNeedsPeers: true,
    })
    const app = doorOf(node)
    await until(async () => (await get(app, '/ready')).json<Ready>().isolated)
    const answer = await get(app, '/ready')
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      { ready: false, writable: true, isolated: true },
    ])
    await app.close()
  })

  it('is isolated although a stranger has dialled it', async () => {
    const away = await stopped()
    const node = await openTestNode({ peers: [away.address], isolatedAfter: SOON })
    await openTestNode({ peers: [node.address] })
    await until(() => node.network.view.peers().some(({ connected }) => connected))
    await until(() => isolated(node))
  })

  it('tells everybody who listens to its events', async () => {
    const away = await stopped()
    const node = await openTestNode({ peers: [away.address], isolatedAfter: SOON })
    const stop = new AbortController()
    for await (const { event } of node.repository.events(undefined, stop.signal))
      if (event.kind === 'peers' && event.isolated) stop.abort()
    expect(isolated(node)).toBe(true)
  })

  it('is no longer isolated when the operator removes the last of them', async () => {
    const away = await stopped()
    const node = await openTestNode({ isolatedAfter: SOON })
    await node.network.book.add(away.address)
    await until(() => isolated(node))
    await node.network.book.remove(away.address)
    expect(isolated(node)).toBe(false)
  })

  it('notices within 45 s that the only one has fallen silent', { timeout: 60_000 }, async () => {
    const peer = await openTestNode()
    const relay = await tcpRelay(Number(/\/tcp\/(\d+)/.exec(peer.address)?.[1]))
    const node = await openTestNode({
      peers: [peer.address.replace(/\/tcp\/\d+/, `/tcp/${relay.port}`)],
      isolatedAfter: SOON,
    })
    await until(() => node.network.view.peers().some(({ connected }) => connected))
    const began = performance.now()
    relay.fallSilent()
    await until(() => isolated(node))
    expect(performance.now() - began).toBeLessThan(45_000)
  })
})

describe('a node that has no peer', () => {
  it('is never isolated', async () => {
    const node = await openTestNode({ isolatedAfter: 1 })
    await openTestNode({ peers: [node.address] })
    await until(() => node.network.view.peers().some(({ connected }) => connected))
    expect(isolated(node)).toBe(false)
  })
})
