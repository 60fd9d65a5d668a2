import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { usableAddresses } from '../../../src/network/hosting/listen-addresses.ts'

/** A port that somebody listens at until the test has finished. */
async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('it listens nowhere')
  return address.port
}

test('addresses that can be had stay as they are', async () => {
  const free = ['/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.2/tcp/0']
  expect(await usableAddresses(free)).toEqual(free)
})

test('where one port is taken every address gets any free one', async () => {
  const port = await takenPort()
  expect(await usableAddresses([`/ip4/127.0.0.1/tcp/${port}`, '/ip4/127.0.0.2/tcp/1025'])).toEqual([
    '/ip4/127.0.0.1/tcp/0',
    '/ip4/127.0.0.2/tcp/0',
  ])
})

test('an address that this machine has not is left out, and no port is given up for it', async () => {
  const here = `/ip4/127.0.0.2/tcp/${await takenPort()}`
  expect(await usableAddresses(['/ip4/203.0.113.7/tcp/8001', here])).toEqual([here])
})
