import type { Stream } from '@libp2p/interface'
import { expect, test } from 'vitest'
import { streamDuplex } from '../../../src/network/replication/stream-duplex.ts'
import { openHost } from '../../support/host.ts'
import { until } from '../../support/until.ts'

const PROTOCOL = '/countersign/test/1'
/** More than a stream's window and its buffers take in together. */
const MUCH = 16 * 1024 * 1024

/** A stream between two hosts, whose far end reads nothing until it is told to. */
async function pausedStream() {
  const [near, far] = [await openHost(), await openHost()]
  const opened = Promise.withResolvers<Stream>()
  await far.handle(PROTOCOL, (stream) => {
    stream.pause()
    opened.resolve(stream)
  })
  const stream = await near.dialProtocol(far.getMultiaddrs(), PROTOCOL)
  return { stream, remote: await opened.promise, far }
}

test('a write that the other side is too slow for goes on when that reads', async () => {
  const { stream, remote } = await pausedStream()
  const duplex = streamDuplex(stream)
  let received = 0
  remote.addEventListener('message', ({ data }) => (received += data.byteLength))
  for (let sent = 0; sent < MUCH; sent += 65_536) duplex.write(Buffer.alloc(65_536))
  await until(() => stream.writableNeedsDrain)
  expect(received).toBe(0)
  remote.resume()
  await until(() => received === MUCH)
})

test('a write that the other side is too slow for ends when that dies', async () => {
  const { stream, far } = await pausedStream()
  const duplex = streamDuplex(stream)
  const closed = new Promise((resolve) => duplex.once('close', () => resolve('closed')))
  duplex.on('error', () => undefined)
  duplex.write(Buffer.alloc(MUCH))
  await until(() => stream.writableNeedsDrain)
  await far.stop()
  expect(await closed).toBe('closed')
})

test('a write that the other side is too slow for does not keep a stream that is ended here', async () => {
  const { stream } = await pausedStream()
  const duplex = streamDuplex(stream)
  duplex.on('error', () => undefined)
  duplex.write(Buffer.alloc(MUCH))
  await until(() => stream.writableNeedsDrain)
  duplex.destroy(new Error('enough'))
  await until(() => stream.status === 'aborted')
})

test('a stream that has closed before is closed', async () => {
  const { stream } = await pausedStream()
  stream.abort(new Error('gone'))
  const duplex = streamDuplex(stream)
  duplex.on('error', () => undefined)
  expect(await new Promise((resolve) => duplex.once('close', () => resolve('closed')))).toBe(
    'closed',
  )
})

test('what has gathered on a paused stream comes whole and in order, a part in each turn', async () => {
  const { stream, remote } = await pausedStream()
  const sent = Buffer.alloc(200_000)
  for (let at = 0; at < sent.length; at += 4) sent.writeUInt32LE(at, at)
  stream.send(sent)
  await until(() => remote.readBufferLength === sent.length)
  const duplex = streamDuplex(remote)
  const turns: number[] = []
  const came: Buffer[] = []
  let isSameTurn = false
  duplex.on('data', (chunk) => {
    if (!(chunk instanceof Buffer)) throw new TypeError('bytes are read')
    came.push(chunk)
    if (isSameTurn) turns.push((turns.pop() ?? 0) + chunk.length)
    else turns.push(chunk.length)
    isSameTurn = true
    setImmediate(() => (isSameTurn = false))
  })
  remote.resume()
  await until(() => came.reduce((sum, { length }) => sum + length, 0) === sent.length)
  expect(Buffer.concat(came).equals(sent)).toBe(true)
  expect(Math.max(...turns)).toBeLessThanOrEqual(65_536)
  expect(turns.length).toBeGreaterThanOrEqual(4)
})
