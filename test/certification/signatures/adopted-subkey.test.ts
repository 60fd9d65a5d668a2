import { expect, test } from 'vitest'
import { concat } from '../../../src/certification/signatures/octets.ts'
import { encodePacket, TAG } from '../../../src/certification/signatures/packet.ts'
import {
  readPublicKeys,
  verifiedKeysOf,
  verifiedPublicKey,
} from '../../../src/certification/signatures/public-key.ts'
import { signingKeysOf } from '../../../src/certification/signatures/signing-key.ts'
import { encodeSubpacket } from '../../../src/certification/signatures/subpacket.ts'
import { rawKey, rawPackets, rawStatement, type RawStatement } from '../../support/raw-key.ts'

const AT = 1_780_000_000
const userId = Uint8Array.of(0x61)
const primary = rawKey(AT)
const subkey = rawKey(AT)
const maySign = encodeSubpacket(27, Uint8Array.of(2))

const agreementBy = (maker: typeof primary, at: number): Uint8Array =>
  encodeSubpacket(32, rawStatement(primary, maker, { type: 0x19, at, subkey }))
const piece = (wanted: RawStatement): Uint8Array =>
  rawPackets(wanted, rawStatement(primary, primary, wanted))
const keyWith = (...bindings: readonly (readonly Uint8Array[])[]): Uint8Array =>
  concat([
    encodePacket(TAG.publicKey, primary.body),
    piece({ type: 0x13, at: AT, userId }),
    ...bindings.map((hashed, at) => piece({ type: 0x18, at: AT + at, subkey, hashed })),
  ])

/** What may sign for a key as it is kept, by its key id. */
async function signingOf(bytes: Uint8Array): Promise<readonly string[]> {
  const [key] = await readPublicKeys(bytes)
  const [kept] = verifiedKeysOf(key!.bytes)
  expect(verifiedPublicKey(key!.bytes)).toEqual(key)
  return key!.keyIds.filter((id) => signingKeysOf(kept!, id).length > 0)
}

test('a subkey whose agreement another made signs for nobody, also not by what is kept of that key', async () => {
  const agreed = [maySign, agreementBy(subkey, AT)]
  expect(await signingOf(keyWith(agreed))).toHaveLength(2)
  const forged = [maySign, agreementBy(primary, AT + 9)]
  expect(await signingOf(keyWith(forged))).toHaveLength(1)
  expect(await signingOf(keyWith([maySign, ...agreed.slice(1), ...forged.slice(1)]))).toHaveLength(
    1,
  )
  // an older binding that is sound still is
  expect(await signingOf(keyWith(agreed, forged))).toHaveLength(2)
})
