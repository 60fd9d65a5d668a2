import { describe, expect, test } from 'vitest'
import type { VerifiedKeyBytes } from '../../../src/certification/signatures/verified-key-bytes.ts'
import { keyPartsOf } from '../../../src/certification/signatures/key-part.ts'
import { readPublicKeys } from '../../../src/certification/signatures/public-key.ts'
import { dataBytes, namesIn } from '../../support/inputs.ts'
import { keyOfLinks } from '../../support/link.ts'
import { narrowedCopy, revokedCopy } from '../../support/key-changes.ts'
import { rebuilder } from '../../support/rebuilder.ts'

const minimised = async (key: Uint8Array): Promise<VerifiedKeyBytes> => {
  const [read] = await readPublicKeys(key)
  return read!.bytes
}

describe('the parts of a key', () => {
  test('are the primary key and the subkeys that agreed to sign for it', async () => {
    const { publicKey } = await rebuilder({ subkeys: [{ sign: true }, {}] })
    const parts = keyPartsOf(publicKey.bytes)
    expect(parts.map(({ isPrimary, maySign }) => [isPrimary, maySign])).toEqual([
      [true, true],
      [false, true],
    ])
    expect(parts[0]).toEqual({
      fingerprint: publicKey.fingerprint,
      isPrimary: true,
      algorithm: 'Ed25519',
      createdAt: Date.parse('2026-01-01T00:00:00Z'),
      maySign: true,
    })
  })

  test('may not sign any more when their owner says so', async () => {
    const owner = await rebuilder({ subkeys: [{ sign: true }] })
    const [, subkey] = keyPartsOf(await minimised(await narrowedCopy(owner)))
    expect(subkey).toMatchObject({ isPrimary: false, maySign: false })
  })

  test('are all revoked where the primary key is', async () => {
    const owner = await rebuilder({ subkeys: [{ sign: true }] })
    const { bytes } = await revokedCopy(owner)
    const at = Date.parse('2026-07-01T00:00:00Z')
    for (const { revoked } of keyPartsOf(bytes)) expect(revoked).toEqual({ kind: 'hard', at })
  })

  test('of an in-toto key are that key, which has no dates', () => {
    const { bytes, fingerprint } = keyOfLinks()
    expect(keyPartsOf(bytes)).toEqual([
      { fingerprint, isPrimary: true, algorithm: 'Ed25519', maySign: true },
    ])
  })

  test.each(
    ['hello', 'debian/keys', 'checksums/builder-keys'].flatMap((folder) =>
      namesIn(folder)
        .filter((name) => /\.(?:asc|gpg)$/.test(name))
        .map((name) => `${folder}/${name}`),
    ),
  )('of the real key %s have an algorithm that has a name, and one of them signs', async (path) => {
    for (const { bytes, fingerprint } of await readPublicKeys(dataBytes(path))) {
      const parts = keyPartsOf(bytes)
      expect(parts[0]).toMatchObject({ fingerprint, isPrimary: true })
      expect(parts.some(({ maySign }) => maySign)).toBe(true)
      for (const { algorithm } of parts)
        expect(algorithm).toMatch(
          /^(?:RSA, \d{4,5} bits|DSA, \d{4} bits|Ed25519|ECDSA, (?:NIST P-\d{3}|secp256k1|brain\w+))$/,
        )
    }
  })
})
