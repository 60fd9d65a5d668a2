import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import type { FeedFormat } from '../../src/feeds/format/block.ts'
import { encodeOrigin } from '../../src/feeds/format/origin.ts'

/** Block 0 of a feed of that key, signed as a peer of its own. */
export async function originOf(key: string, format: FeedFormat): Promise<Uint8Array> {
  const privateKey = await generateKeyPair('Ed25519')
  return encodeOrigin(
    key,
    { format, collection: 'debian', dialect: 'debian' },
    {
      peerId: peerIdFromPrivateKey(privateKey).toString(),
      sign: async (bytes) => privateKey.sign(bytes),
    },
  )
}
