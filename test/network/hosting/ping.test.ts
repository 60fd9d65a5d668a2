import type { Stream } from '@libp2p/interface'
import { expect, test } from 'vitest'
import { answerPings, PING } from '../../../src/network/hosting/ping.ts'
import { openHost } from '../../support/host.ts'
import { until } from '../../support/until.ts'

/** A stream to one who answers pings, and its other end. */
async function pinged() {
  const [near, far] = [await openHost(), await openHost()]
  const opened = Promise.withResolvers<Stream>()
  await far.unhandle(PING)
  await far.handle(PING, (stream) => {
    answerPings(stream)
    opened.resolve(stream)
  })
  const stream = await near.dialProtocol(far.getMultiaddrs(), PING)
  const answers: number[] = []
  stream.addEventListener('message', ({ data }) => answers.push(data.byteLength))
  return { stream, remote: await opened.promise, answers }
}

const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0)

test('a ping that comes just before the end of its stream is answered, and then the stream ends', async () => {
  const { stream, remote, answers } = await pinged()
  stream.send(new Uint8Array(32))
  await until(() => remote.readStatus === 'paused')
  stream.send(new Uint8Array(32))
  await stream.close()
  await until(() => sum(answers) === 64)
  await until(() => remote.status === 'closed')
})

test('a ping on a stream that this side has closed for writing is not answered, and does no harm', async () => {
  const { stream, remote, answers } = await pinged()
  await remote.close()
  expect(remote.readStatus).toBe('readable')
  const came = new Promise((resolve) => remote.addEventListener('message', resolve, { once: true }))
  stream.send(new Uint8Array(32))
  await came
  expect(answers).toStrictEqual([])
})

test('a ping on a stream that is being closed is not answered, and does no harm', async () => {
  const { stream, remote } = await pinged()
  stream.send(new Uint8Array(32))
  await until(() => remote.readStatus === 'paused')
  stream.send(new Uint8Array(32))
  await until(() => remote.readBufferLength === 32)
  const closing = remote.close()
  remote.resume()
  await closing
  expect(remote.writeStatus).toBe('closed')
})
