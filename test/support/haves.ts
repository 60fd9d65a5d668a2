import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import {
  type HaveClaims,
  type HaveSigner,
  type HaveStatement,
  signHave,
} from '../../src/network/frames/have-statement.ts'

/** The same for the same number. */
export async function peerOf(number: number): Promise<HaveSigner> {
  const seed = new Uint8Array(32)
  new DataView(seed.buffer).setUint32(0, number)
  const privateKey = await generateKeyPairFromSeed('Ed25519', seed)
  return {
    peerId: peerIdFromPrivateKey(privateKey).toString(),
    sign: async (bytes) => privateKey.sign(bytes),
  }
}

export const FEED = 'fe'.repeat(32)

/** What a peer says of a whole feed of ten blocks, unless it is told otherwise. */
export async function saidBy(
  signer: HaveSigner,
  claims: Partial<HaveClaims> = {},
): Promise<HaveStatement> {
  return signHave(
    { feed: FEED, length: 10, root: 'ab'.repeat(32), lacking: [], time: 0, ...claims },
    signer,
  )
}
