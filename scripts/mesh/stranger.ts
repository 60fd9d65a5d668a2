import { generateKeyPair } from '@libp2p/crypto/keys'
import { type Host, makeHost } from '../../src/network/hosting/host.ts'

/**
 * Somebody new, with a key of his own, who only dials. Whoever opens him stops him.
 * @param from address that he dials from
 */
export async function openStranger(from: string): Promise<Host> {
  const host = await makeHost(
    {
      privateKey: await generateKeyPair('Ed25519'),
      listen: [],
      anyPort: false,
      announce: [],
      mdns: false,
      topics: [],
      dialFrom: from,
    },
    { has: () => true, hasAddress: () => true },
    { isBanned: () => false, isBarred: () => false },
  )
  await host.start()
  return host
}
