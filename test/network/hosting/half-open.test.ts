import { connect, type Socket } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import { expect, onTestFinished, test } from 'vitest'
import { openHost, roundTrip } from '../../support/host.ts'
import { openTestNode, type TestNode } from '../../support/network.ts'
import { until } from '../../support/until.ts'

/** TCP connections that never say who they are. */
function halfOpen(node: TestNode, count: number, from: string): readonly Socket[] {
  const port = Number(/\/tcp\/(\d+)/.exec(node.address)?.[1])
  return Array.from({ length: count }, () => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from })
    socket.on('error', () => undefined)
    onTestFinished(() => void socket.destroy())
    return socket
  })
}

const areOpen = (sockets: readonly Socket[]): number =>
  sockets.filter(({ readyState }) => readyState === 'open').length

const isAnswered = (): boolean => true
const isRefused = (): boolean => false

test.each([
  ['from another address', ['127.0.0.2']],
  ['from the same address', ['127.0.0.1']],
  ['from many addresses', Array.from({ length: 20 }, (_, at) => `127.0.${at}.3`)],
])('300 connections that say nothing, %s, keep nobody out', async (_, addresses) => {
  const node = await openTestNode()
  const sockets = addresses.flatMap((from) => halfOpen(node, 300 / addresses.length, from))
  await until(() => sockets.every(({ connecting }) => !connecting))
  for (let at = 0; at < 5; at += 1) {
    const host = await openHost()
    const dial = () => roundTrip(host, multiaddr(node.address))
    // whoever opens a hundred connections within a second from one address has others of that address try again
    if (addresses.includes('127.0.0.1')) await until(() => dial().then(isAnswered, isRefused))
    else expect(await dial()).toBeGreaterThanOrEqual(0)
  }
  expect(areOpen(sockets)).toBeLessThanOrEqual(128)
})

test('of one address 16 wait, and who says nothing is sent away after two seconds', async () => {
  const node = await openTestNode()
  const sockets = halfOpen(node, 30, '127.0.0.2')
  await until(() => areOpen(sockets) === 16)
  const from = performance.now()
  await until(() => areOpen(sockets) === 0)
  expect(performance.now() - from).toBeLessThan(5_000)
})
