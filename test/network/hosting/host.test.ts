import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { expect, onTestFinished, test } from 'vitest'
import { type Gate, type Host, makeHost } from '../../../src/network/hosting/host.ts'
import { openHost } from '../../support/host.ts'

async function gatedHost(gate: Gate): Promise<Host> {
  const host = await makeHost(
    {
      privateKey: await generateKeyPair('Ed25519'),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      anyPort: false,
      announce: [],
      mdns: false,
      topics: [],
    },
    { has: () => false, hasAddress: () => false },
    gate,
  )
  await host.start()
  onTestFinished(() => host.stop())
  return host
}

const addressOf = (host: Host) => multiaddr(host.getMultiaddrs()[0]?.toString() ?? '')

test('a peer that is banned while it is dialled is not connected', async () => {
  let isBanned = false
  const host = await gatedHost({
    isBanned: () => isBanned,
    isBarred: () => {
      // the first time it is asked is when the dial begins
      const answer = isBanned
      isBanned = true
      return answer
    },
  })
  const met: unknown[] = []
  host.addEventListener('peer:connect', ({ detail }) => met.push(detail))
  const other = await openHost()
  await expect(host.dial(addressOf(other))).rejects.toThrow('blocked by gater')
  expect([met, host.getPeers()]).toEqual([[], []])
})

test('a peer that is banned while it dials is not connected', async () => {
  let isBanned = false
  const host = await gatedHost({
    isBanned: () => {
      const answer = isBanned
      isBanned = true
      return answer
    },
    isBarred: () => false,
  })
  const met: unknown[] = []
  host.addEventListener('peer:connect', ({ detail }) => met.push(detail))
  const other = await openHost()
  const connection = await other.dial(addressOf(host)).catch(() => undefined)
  if (connection !== undefined && connection.status !== 'closed')
    await new Promise((resolve) => connection.addEventListener('close', resolve, { once: true }))
  expect([met, host.getPeers()]).toEqual([[], []])
})
