import { generateKeyPair } from '@libp2p/crypto/keys'
import { onTestFinished } from 'vitest'
import { type Host, makeHost } from '../../src/network/host.ts'

/** A libp2p host as a node has it, with nothing on it. */
export async function openHost(): Promise<Host> {
  const host = await makeHost({
    privateKey: await generateKeyPair('Ed25519'),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    anyPort: false,
    announce: [],
    mdns: false,
    topics: [],
    isBanned: () => false,
    isConfigured: () => false,
  })
  await host.start()
  onTestFinished(() => host.stop())
  return host
}
