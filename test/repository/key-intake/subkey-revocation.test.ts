import { expect, test } from 'vitest'
import { concat } from '../../../src/certification/signatures/octets.ts'
import { encodePacket, TAG } from '../../../src/certification/signatures/packet.ts'
import { keyPartsOf } from '../../../src/certification/signatures/key-part.ts'
import { readPublicKeys } from '../../../src/certification/signatures/public-key.ts'
import { encodeSubpacket } from '../../../src/certification/signatures/subpacket.ts'
import { openTestRepository } from '../../support/open-test-repository.ts'
import { rawKey, rawPackets, rawStatement } from '../../support/raw-key.ts'

const AT = 1_780_000_000
const ADDRESS = '192.0.2.1'
const userId = Uint8Array.of(0x61)
const primary = rawKey(AT)
const subkey = rawKey(AT)
const maySign = encodeSubpacket(27, Uint8Array.of(2))

const without = concat([
  encodePacket(TAG.publicKey, primary.body),
  rawPackets({ userId }, rawStatement(primary, primary, { type: 0x13, at: AT, userId })),
])
const back = rawStatement(primary, subkey, { type: 0x19, at: AT, subkey })
const hashed = [maySign, encodeSubpacket(32, back)]
const whole = concat([
  without,
  rawPackets({ subkey }, rawStatement(primary, primary, { type: 0x18, at: AT, subkey, hashed })),
])
const ofSubkey = rawPackets({}, rawStatement(primary, primary, { type: 0x28, at: AT + 1, subkey }))
const ofKey = rawPackets({}, rawStatement(primary, primary, { type: 0x20, at: AT + 1 }))

const WAITS = {
  what: 'revocation',
  why: 'No subkey of this key that is known here is revoked by it. It is kept for 30 days, and applied when the subkey comes.',
}

test('a revocation of a subkey that is not here yet is said to wait, and revokes it when it comes', async () => {
  const repository = await openTestRepository()
  const [added] = await repository.addKeys(without, ADDRESS)
  const { fingerprint } = added!
  expect(await repository.addKeys(ofSubkey, ADDRESS)).toEqual([
    { fingerprint, added: false, waits: true, released: [], leftOut: [WAITS] },
  ])
  await repository.addKeys(whole, ADDRESS)
  const isRevoked = async (): Promise<boolean> => {
    const [key] = await readPublicKeys(Buffer.from((await repository.key(fingerprint)) ?? ''))
    return keyPartsOf(key!.bytes).some(({ revoked }) => revoked?.kind === 'hard')
  }
  await expect.poll(isRevoked, { timeout: 2000 }).toBe(true)
  // now it says nothing new, and waits for nothing
  expect(await repository.addKeys(ofSubkey, ADDRESS)).toMatchObject([
    { added: false, waits: false, leftOut: [] },
  ])
})

test('one of the key beside it is applied at once, and a wrong one waits for nothing', async () => {
  const repository = await openTestRepository()
  await repository.addKeys(without, ADDRESS)
  const wrong = rawPackets({}, rawStatement(rawKey(AT), primary, { type: 0x20, at: AT + 1 }))
  const [refused] = await repository.addKeys(wrong, ADDRESS)
  expect(refused).toMatchObject({ added: false, waits: false })
  expect(refused?.leftOut?.[0]?.why).toContain('verifies on nothing in this key')
  expect(await repository.addKeys(concat([ofSubkey, ofKey]), ADDRESS)).toMatchObject([
    { added: true, waits: true, leftOut: [WAITS] },
  ])
})
