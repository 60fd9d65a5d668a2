import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Multiaddr } from '@multiformats/multiaddr'
import { onTestFinished } from 'vitest'
import { type Gate, type Host, makeHost } from '../../src/network/hosting/host.ts'

const OPEN: Gate = { isBanned: () => false, isBarred: () => false }

/**
 * A libp2p host as a node has it, with nothing on it.
 * @param from address that it dials from
 * @param topics of gossip
 */
export async function openHost(
  from?: string,
  topics: readonly string[] = [],
  gate = OPEN,
): Promise<Host> {
  const host = await makeHost(
    {
      privateKey: await generateKeyPair('Ed25519'),
      listen: ['/ip4/127.0.0.1/tcp/0'],
      anyPort: false,
      announce: [],
      mdns: false,
      topics,
      dialFrom: from,
    },
    { has: () => false, hasAddress: () => false },
    gate,
  )
  await host.start()
  onTestFinished(() => host.stop())
  return host
}

/** Milliseconds of a ping over a connection that is there, or is made. */
export async function roundTrip(host: Host, to: Multiaddr): Promise<number> {
  const stream = await host.dialProtocol(to, '/ipfs/ping/1.0.0')
  const from = performance.now()
  stream.send(new Uint8Array(32))
  await new Promise<void>((resolve, reject) => {
    stream.addEventListener('message', () => resolve(), { once: true })
    stream.addEventListener('close', () => reject(new Error('it hung up')), { once: true })
  })
  await stream.close()
  return performance.now() - from
}
