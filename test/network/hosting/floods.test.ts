import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { PING } from '../../../src/network/hosting/ping.ts'
import type { Host } from '../../../src/network/hosting/host.ts'
import { openHost, roundTrip } from '../../support/host.ts'
import { openTestNode } from '../../support/network.ts'
import { until } from '../../support/until.ts'

const [WINDOW_UPDATE, YAMUX_PING] = [1, 2]
const SYN = 1

/** A frame of yamux without data. */
function frame(type: number, streamId: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt8(type, 1)
  bytes.writeUInt16BE(SYN, 2)
  bytes.writeUInt32BE(streamId, 4)
  return bytes
}

/** Sends frames in one piece, past our own side of yamux. */
function sendFrames(host: Host, frames: readonly Buffer[]): void {
  const [connection] = host.getConnections()
  const muxer: unknown = connection && Reflect.get(connection, 'muxer')
  if (typeof muxer !== 'object' || muxer === null || !('send' in muxer)) throw new Error('no muxer')
  // nobody asked for the answers: ours would end the connection for them
  Reflect.set(muxer, 'handlePing', () => undefined)
  if (typeof muxer.send === 'function') muxer.send(Buffer.concat(frames))
}

test.each([
  ['streams', Array.from({ length: 200 }, (_, at) => frame(WINDOW_UPDATE, 10_001 + 2 * at))],
  ['pings of yamux', Array.from({ length: 200 }, () => frame(YAMUX_PING, 0))],
])('a connection on which hundreds of %s are opened at once is ended', async (_says, frames) => {
  const node = await openTestNode()
  const to = multiaddr(node.address)
  const [flood, other] = [await openHost('127.0.0.2'), await openHost('127.0.0.3')]
  await flood.dial(to)
  await other.dial(to)
  sendFrames(flood, frames)
  await until(() => flood.getConnections().length === 0)
  expect(await roundTrip(other, to)).toBeGreaterThanOrEqual(0)
  // it may come again
  expect(await roundTrip(flood, to)).toBeGreaterThanOrEqual(0)
})

test('pings are answered one after the other, and whoever sends hundreds at once is not answered', async () => {
  const node = await openTestNode()
  const to = multiaddr(node.address)
  const host = await openHost()
  const stream = await host.dialProtocol(to, PING)
  for (const mark of [1, 2, 3]) {
    const answer = new Promise<Uint8Array>((resolve) => {
      stream.addEventListener('message', ({ data }) => resolve(data.subarray()), { once: true })
    })
    stream.send(new Uint8Array(32).fill(mark))
    expect([...(await answer)]).toEqual(Array.from({ length: 32 }, () => mark))
  }
  for (let at = 0; at < 500; at += 1) stream.send(new Uint8Array(32))
  await until(() => stream.status === 'reset')
  expect(await roundTrip(host, to)).toBeGreaterThanOrEqual(0)
})
