import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { concat, uint16, uint32 } from '../../../src/certification/signatures/octets.ts'
import { encodePacket, TAG } from '../../../src/certification/signatures/packet.ts'
import { readPublicKeys } from '../../../src/certification/signatures/public-key.ts'
import { openVerificationPool } from '../../../src/repository/verification-pool.ts'

const MADE_AT = uint32(1_780_000_000)
const USER_ID = Uint8Array.of(0x61)

/** A key of 226 octets whose one signature takes openpgp.js 10 ms. */
function slowKey(): Uint8Array {
  const { publicKey, privateKey } = generateKeyPairSync('ed448')
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-57)
  const body = concat([Uint8Array.of(4), MADE_AT, Uint8Array.of(28), point])
  const framed = concat([Uint8Array.of(0x99), uint16(body.length), body])
  const fingerprint = createHash('sha1').update(framed).digest()
  const hashed = concat([
    Uint8Array.of(5, 2),
    MADE_AT,
    Uint8Array.of(2, 27, 2, 22, 33, 4),
    fingerprint,
  ])
  const hashedPart = concat([Uint8Array.of(4, 0x13, 28, 10), uint16(hashed.length), hashed])
  const named = concat([Uint8Array.of(0xb4), uint32(USER_ID.length), USER_ID])
  const trailer = concat([Uint8Array.of(4, 0xff), uint32(hashedPart.length)])
  const digest = createHash('sha512')
    .update(concat([framed, named, hashedPart, trailer]))
    .digest()
  return concat([
    encodePacket(TAG.publicKey, body),
    encodePacket(TAG.userId, USER_ID),
    encodePacket(
      TAG.signature,
      concat([
        hashedPart,
        uint16(0),
        digest.subarray(0, 2),
        new Uint8Array(sign(null, digest, privateKey)),
      ]),
    ),
  ])
}

describe('an upload of many keys', () => {
  test('costs no more than half a second, however small each of them is', async () => {
    const pool = openVerificationPool(0)
    const keys = Array.from({ length: 49 }, slowKey)
    await expect(pool.readUpload(concat(keys), 'somebody')).rejects.toMatchObject({
      code: 'KEY_TOO_COSTLY',
      message: expect.stringContaining('fewer keys at once'),
    })
    const { keys: read } = await pool.readUpload(concat(keys.slice(0, 4)), 'somebody')
    expect(read).toHaveLength(4)
    await pool.close()
  })

  test('is not bounded where it is a file of one’s own', async () => {
    const keys = Array.from({ length: 49 }, slowKey)
    expect(await readPublicKeys(concat(keys))).toHaveLength(49)
  })

  test('is verified once: the kept form of each key is known then', async () => {
    const pool = openVerificationPool(0)
    const [kept] = (await pool.readUpload(slowKey(), 'somebody')).keys
    const again = await pool.readUpload(kept!.key.bytes, 'somebody')
    expect(again.keys[0]?.key).toBe(kept!.key)
    await pool.close()
  })
})
