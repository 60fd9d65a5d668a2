import { createServer } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openLogger } from '../../src/base/logger.ts'
import type { Replica } from '../../src/feeds/format/feed.ts'
import { openData } from '../../src/open-data.ts'
import { listening } from '../support/listening.ts'
import { areConnected, has, openTestNetwork, openTestNode } from '../support/network.ts'
import { testConfig } from '../support/open-test-repository.ts'
import { signed, submitTo } from '../support/submission.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

test('a network whose port is taken leaves nothing open, and is opened again in the same process when it is free', async () => {
  const a = await openTestNode()
  const data = await temporaryDirectory()
  const before = await openTestNode({ data, peers: [a.address] })
  const first = await submitTo(a, await signed({ version: '1' }))
  await until(() => has(before, first.id))
  await before.stop()

  const taken = createServer()
  const { port } = new URL(await listening(taken))
  const opened = await openData(await testConfig(data), openLogger('error'))
  onTestFinished(() => opened.close())
  const replica = await opened.store.get(a.ownFeeds()[0]?.key ?? '', 'debian')
  const listeners = countListeners(replica)
  const [follow, pause] = [vi.spyOn(replica, 'follow'), vi.spyOn(replica, 'pause')]
  const intervals = vi.spyOn(globalThis, 'setInterval')
  const cleared = vi.spyOn(globalThis, 'clearInterval')
  onTestFinished(() => void vi.restoreAllMocks())
  const sockets = openSockets()
  const settings = {
    listen: ['/ip4/127.0.0.1/tcp/0', `/ip4/127.0.0.1/tcp/${port}`],
    peers: [a.address],
  }
  await expect(openTestNetwork(opened, settings)).rejects.toMatchObject({ code: 'LISTEN_FAILED' })

  const ended = new Set(cleared.mock.calls.map(([timer]) => timer))
  const going = intervals.mock.results.filter(({ value }) => !ended.has(value))
  expect(intervals).toHaveBeenCalled()
  expect(going).toEqual([])
  await until(() => openSockets() === sockets)
  expect(follow).toHaveBeenCalled()
  expect(pause.mock.invocationCallOrder.at(-1)).toBeGreaterThan(
    follow.mock.invocationCallOrder.at(-1) ?? Infinity,
  )
  expect(listeners()).toBe(0)

  await new Promise((resolve) => taken.close(resolve))
  const network = await openTestNetwork(opened, settings)
  onTestFinished(() => network.close())
  expect(network.view.addresses()).toHaveLength(2)
  await areConnected(a, { network })
  const second = await submitTo(a, await signed({ version: '2' }))
  await until(() => has(opened, second.id))
})

/** Of its conflicts, to which only a network listens. */
function countListeners(replica: Replica): () => number {
  let count = 0
  const listen = replica.onConflict.bind(replica)
  vi.spyOn(replica, 'onConflict').mockImplementation((callback) => {
    count += 1
    const stop = listen(callback)
    return () => {
      count -= 1
      stop()
    }
  })
  return () => count
}

const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length
