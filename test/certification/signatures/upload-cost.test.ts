import { describe, expect, test } from 'vitest'
import { concat } from '../../../src/certification/signatures/octets.ts'
import { encodePacket, TAG } from '../../../src/certification/signatures/packet.ts'
import { readPublicKeys } from '../../../src/certification/signatures/public-key.ts'
import type { Material } from '../../../src/certification/signatures/key-material.ts'
import {
  secondCost,
  verificationCost,
} from '../../../src/certification/signatures/verification-cost.ts'
import { openVerificationPool } from '../../../src/repository/verification/verification-pool.ts'
import { rawKey, rawPackets, rawStatement } from '../../support/raw-key.ts'
import { processorTime } from '../../support/processor-time.ts'

const MADE_AT = 1_780_000_000
const userId = Uint8Array.of(0x61)

/** A key of 226 octets whose one signature takes openpgp.js 10 ms. */
function slowKey(): Uint8Array {
  const key = rawKey(MADE_AT, 'ed448')
  const certification = rawStatement(key, key, { type: 0x13, at: MADE_AT, userId })
  return concat([encodePacket(TAG.publicKey, key.body), rawPackets({ userId }, certification)])
}

test('the price of a verification is that of the table, whenever it is asked for', () => {
  const prices: readonly (readonly [Material, ours: number, theirs: number])[] = [
    [{ kind: 'rsa', n: new Uint8Array(512).fill(0xff), e: Uint8Array.of(1, 0, 1) }, 132, 732],
    [{ kind: 'ed25519', point: new Uint8Array(32) }, 150, 1000],
    [{ kind: 'ed448', point: new Uint8Array(57) }, 400, 10_000],
    [{ kind: 'other' }, 0, 0],
  ]
  for (let time = 0; time < 1000; time += 1)
    for (const [material, ours, theirs] of prices)
      expect([verificationCost(material), secondCost(material)]).toEqual([ours, theirs])
})

describe('an upload of many keys', () => {
  test('costs no more than half a second, however small each of them is', async () => {
    const pool = openVerificationPool(0)
    const keys = Array.from({ length: 49 }, slowKey)
    const refused = pool.readUpload(concat(keys), 'somebody')
    await expect(refused).rejects.toMatchObject({ code: 'KEY_TOO_COSTLY' })
    await expect(refused).rejects.toThrow('fewer keys at once')
    const { keys: read } = await pool.readUpload(concat(keys.slice(0, 4)), 'somebody')
    expect(read).toHaveLength(4)
    await pool.close()
  })

  test('is not bounded where it is a file of one’s own', async () => {
    const keys = Array.from({ length: 49 }, slowKey)
    expect(await readPublicKeys(concat(keys))).toHaveLength(49)
  })

  test.each([
    ['empty signatures', TAG.signature, 'signatures that cannot be read'],
    ['empty keys', TAG.publicKey, 'too many keys'],
  ])('of half a million %s is refused before it takes a second', async (_, tag, why) => {
    const bytes = new Uint8Array(1_000_000)
    for (let at = 0; at < bytes.length; at += 2) bytes[at] = 0x80 | (tag << 2)
    const begun = processorTime()
    const refused = readPublicKeys(bytes)
    await expect(refused).rejects.toMatchObject({ code: 'TOO_LARGE' })
    await expect(refused).rejects.toThrow(why)
    expect(processorTime() - begun).toBeLessThan(1000)
  })

  test('is verified once: the kept form of each key is known then', async () => {
    const pool = openVerificationPool(0)
    const [kept] = (await pool.readUpload(slowKey(), 'somebody')).keys
    const again = await pool.readUpload(kept!.key.bytes, 'somebody')
    expect(again.keys[0]?.key).toBe(kept!.key)
    await pool.close()
  })
})
