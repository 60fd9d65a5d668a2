import { generateKeyPair, publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey, peerIdFromPublicKey } from '@libp2p/peer-id'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyOfPeerId, peerIdOfKey } from '../../../src/feeds/format/peer-id.ts'

test('a peer id is that of libp2p, both ways, whatever the key', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      const peerId = peerIdFromPublicKey(publicKeyFromRaw(key)).toString()
      expect(peerIdOfKey(key)).toBe(peerId)
      expect(keyOfPeerId(peerId)).toEqual(new Uint8Array(key))
    }),
  )
})

test('what is no peer id of an Ed25519 key has none', async () => {
  const other = peerIdFromPrivateKey(await generateKeyPair('secp256k1')).toString()
  const good = peerIdOfKey(new Uint8Array(32))
  const wrong = [
    '',
    other,
    good.slice(1),
    `1${good}`,
    `${good}1`,
    `2${good.slice(1)}`,
    `0${good.slice(1)}`,
    `1z${good.slice(2)}`,
    '1'.repeat(52),
    'z'.repeat(52),
  ]
  for (const text of wrong) expect(keyOfPeerId(text), text).toBeUndefined()
})
