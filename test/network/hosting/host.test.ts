import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import type { Gate, Host } from '../../../src/network/hosting/host.ts'
import { openHost } from '../../support/host.ts'

const gatedHost = (gate: Gate): Promise<Host> => openHost(undefined, [], gate)

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
