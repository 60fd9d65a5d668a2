import { describe, expect, test } from 'vitest'
import { concat } from '../../../src/certification/signatures/octets.ts'
import { encodePacket, packets, TAG } from '../../../src/certification/signatures/packet.ts'
import { verifiedKeysOf, readUpload } from '../../../src/certification/signatures/public-key.ts'
import { confirms, type Authority } from '../../../src/certification/signatures/second-reader.ts'
import {
  canonicalPacket,
  readSignaturePacket,
} from '../../../src/certification/signatures/signature-packet.ts'
import { rawPackets, rawSignOnlyRsaKey, rawStatement } from '../../support/raw-key.ts'
import { dataBytes, namesIn } from '../../support/inputs.ts'
import { rebuilder } from '../../support/rebuilder.ts'
import { brokenVariants } from '../../support/variants.ts'

const FILES = [
  ...namesIn('checksums/builder-keys').map((name) => `checksums/builder-keys/${name}`),
  'debian/keys/bdale-garbee.asc',
  'hello/alice.asc',
]

async function authorityOf(bytes: Uint8Array): Promise<Authority> {
  const [read] = (await readUpload(bytes)).keys
  const [key] = verifiedKeysOf(read!.key.bytes)
  const [named] = key!.userIds
  return {
    signature: named!.certification!,
    primary: key!.primary,
    on: { userId: named!.octets },
  }
}

describe('the second reader', () => {
  test('confirms what gives authority in every real key, so nothing of them is left out for it', async () => {
    for (const path of FILES) {
      const { keys } = await readUpload(dataBytes(path))
      const said = keys.flatMap(({ leftOut }) => leftOut.map(({ why }) => why))
      expect(
        said.filter((why) => why.startsWith('Two readers')),
        path,
      ).toEqual([])
    }
  })

  test('confirms a name that is no UTF-8 as it stands', async () => {
    const { secret } = await rebuilder({ userIDs: [{ name: 'X' }] })
    expect(await confirms(await authorityOf(new Uint8Array(secret.toPublic().write())))).toBe(true)
  })

  test('confirms no signature whose numbers were changed, and none on something else', async () => {
    const authority = await authorityOf(dataBytes('hello/alice.asc'))
    expect(await confirms(authority)).toBe(true)
    for (const [name, variant] of Object.entries(
      brokenVariants(canonicalPacket(authority.signature)),
    )) {
      const [packet] = [...packets(variant, 'SIGNATURE_SYNTAX')]
      const signature = readSignaturePacket(packet!.body)
      expect(await confirms({ ...authority, signature }), name).toBe(false)
    }
    expect(await confirms({ ...authority, on: { userId: Uint8Array.of(65) } })).toBe(false)
  })

  test('takes authority from what our own reader alone finds good', async () => {
    const madeAt = 1_780_000_000
    const key = rawSignOnlyRsaKey(madeAt)
    const userId = Uint8Array.of(0x61)
    const naming = (algorithm: number): Uint8Array =>
      concat([
        encodePacket(TAG.publicKey, key.body),
        rawPackets(
          { userId },
          rawStatement(key, key, { type: 0x13, at: madeAt, userId, algorithm }),
        ),
      ])
    expect((await readUpload(naming(3))).keys).toMatchObject([{ leftOut: [] }])
    // the numbers are right, and to openpgp.js RSA that only signs is another algorithm than RSA
    await expect(readUpload(naming(1))).rejects.toMatchObject({ code: 'KEY_UNUSABLE' })
  })

  test('does not confirm what it cannot read', async () => {
    const authority = await authorityOf(dataBytes('hello/alice.asc'))
    const primary = { ...authority.primary, body: Uint8Array.of(4, 1, 2, 3) }
    expect(await confirms({ ...authority, primary })).toBe(false)
  })
})

test('a key with packets that nobody knows is read without them', async () => {
  const { publicKey } = await rebuilder()
  const odd = concat([publicKey.bytes, encodePacket(TAG.trust, Uint8Array.of(1))])
  expect((await readUpload(odd)).keys[0]?.key).toEqual(publicKey)
})
