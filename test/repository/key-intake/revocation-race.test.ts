import { expect, test } from 'vitest'
import { concat } from '../../../src/certification/signatures/octets.ts'
import { encodePacket, TAG } from '../../../src/certification/signatures/packet.ts'
import { readPublicKeys } from '../../../src/certification/signatures/public-key.ts'
import { openTestRepository } from '../../support/open-test-repository.ts'
import { rawKey, rawPackets, rawStatement } from '../../support/raw-key.ts'

const AT = 1_780_000_000
const userId = Uint8Array.of(0x61)

test('a revocation and its key that come at the same time meet', async () => {
  const repository = await openTestRepository()
  for (let at = 0; at < 15; at++) {
    const key = rawKey(AT)
    const certification = rawStatement(key, key, { type: 0x13, at: AT, userId })
    const whole = concat([
      encodePacket(TAG.publicKey, key.body),
      rawPackets({ userId }, certification),
    ])
    const revocation = rawPackets({}, rawStatement(key, key, { type: 0x20, at: AT + 1 }))
    const [[added]] = await Promise.all([
      repository.addKeys(whole, '192.0.2.1'),
      repository.addKeys(revocation, '192.0.2.2'),
    ])
    const isRevoked = async (): Promise<boolean | undefined> =>
      (await readPublicKeys(Buffer.from((await repository.key(added!.fingerprint))!)))[0]?.revoked
    await expect.poll(isRevoked, { timeout: 2000 }).toBe(true)
  }
})
