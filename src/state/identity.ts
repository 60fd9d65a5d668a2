import { randomBytes } from 'node:crypto'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { Ed25519PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import { bytesField, decodeFields, encodeFields, unreadable } from './row-value.ts'

const KEY = rowKey('identity')

/** Who this node is. Lose it, and its feeds cannot be written any more. */
export interface Identity {
  readonly privateKey: Ed25519PrivateKey
  /** libp2p's base58 form. */
  readonly peerId: string
  /** 32 secret bytes that the key pairs of all own feeds come from. */
  readonly feedSeed: Uint8Array
  /** Ed25519 as the peer: 64 bytes. */
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>
}

/**
 * Reads the identity, or makes one at the first start; it is on disk when this returns.
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openIdentity(state: State): Promise<Identity> {
  const kept = await state.get(KEY)
  const { privateKey, feedSeed } = kept === undefined ? await make(state) : read(kept)
  return {
    privateKey,
    peerId: peerIdFromPrivateKey(privateKey).toString(),
    feedSeed,
    sign: async (bytes) => privateKey.sign(bytes),
  }
}

type Secrets = Pick<Identity, 'privateKey' | 'feedSeed'>

async function make(state: State): Promise<Secrets> {
  const privateKey = await generateKeyPair('Ed25519')
  const feedSeed = new Uint8Array(randomBytes(32))
  const value = encodeFields([privateKeyToProtobuf(privateKey), feedSeed])
  await state.write([{ key: KEY, value }])
  return { privateKey, feedSeed }
}

function read(bytes: Uint8Array): Secrets {
  const [key, feedSeed] = decodeFields(bytes, 2)
  const privateKey = privateKeyFromProtobuf(bytesField(key))
  if (privateKey.type !== 'Ed25519') throw unreadable()
  return { privateKey, feedSeed: bytesField(feedSeed) }
}
