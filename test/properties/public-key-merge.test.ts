import fc from 'fast-check'
import * as openpgp from 'openpgp'
import { describe, expect, test } from 'vitest'
import { concat } from '../../src/certification/signatures/octets.ts'
import {
  mergePublicKeys,
  readPublicKeys,
  type PublicKey,
} from '../../src/certification/signatures/public-key.ts'
import { rawSignature, written } from '../support/raw-signature.ts'
import { rebuilder } from '../support/rebuilder.ts'

const { signature: types } = openpgp.enums

/** Pieces that each say one thing of one key, all signed by its owner, enough to pass every limit. */
async function piecesOf(): Promise<{ primary: Uint8Array; pieces: readonly Uint8Array[] }> {
  const { secret } = await rebuilder()
  const key = secret.keyPacket as openpgp.SecretKeyPacket
  const primary = written([secret.toPublic().keyPacket])
  const date = (day: number): Date => new Date(Date.UTC(2026, 1, 1 + day))
  const pieces: Uint8Array[] = []
  for (let at = 0; at < 90; at++) {
    const userID = openpgp.UserIDPacket.fromObject({ name: `name ${at} ${'y'.repeat(400)}` })
    for (const day of [at % 7, at % 5]) {
      const type = at % 11 === 0 && day === at % 5 ? types.certRevocation : types.certGeneric
      const data = { key, userID }
      const fields = { keyNeverExpires: false, keyExpirationTime: 10_000_000 + at }
      const signature = await rawSignature(key, { type, data, date: date(day), fields })
      pieces.push(written([userID, signature]))
    }
  }
  for (const reason of [0, 1, 1, 2, 3, 3]) {
    const fields = { reasonForRevocationFlag: reason, reasonForRevocationString: '' }
    const wanted = { type: types.keyRevocation, data: { key }, date: date(pieces.length % 13) }
    pieces.push(written([await rawSignature(key, { ...wanted, fields })]))
  }
  for (const subkey of (await rebuilder({ subkeys: [{}, { sign: true }] })).secret.subkeys) {
    const bind = subkey.keyPacket
    for (const type of [types.subkeyBinding, types.subkeyBinding, types.subkeyRevocation]) {
      const when = date(pieces.length % 17)
      const signature = await rawSignature(key, { type, data: { key, bind }, date: when })
      pieces.push(written([publicOf(subkey), signature]))
    }
  }
  return { primary, pieces }
}

const publicOf = (subkey: openpgp.Subkey): openpgp.PublicSubkeyPacket => {
  const packet = new openpgp.PublicSubkeyPacket()
  Reflect.apply(Reflect.get(packet, 'read') as () => void, packet, [
    (subkey.keyPacket as openpgp.SecretSubkeyPacket & { writePublicKey: () => Uint8Array }).writePublicKey(), // prettier-ignore
  ])
  return packet
}

describe('merging copies of a key', () => {
  test('gives the same octets in whatever order, how often, and however grouped', async () => {
    const { primary, pieces } = await piecesOf()
    const copy = async (chosen: readonly number[]): Promise<PublicKey> => {
      const [read] = await readPublicKeys(concat([primary, ...chosen.map((at) => pieces[at]!)]))
      return read!
    }
    const some = fc.uniqueArray(fc.nat(pieces.length - 1), { minLength: 1, maxLength: 80 })
    await fc.assert(
      fc.asyncProperty(some, some, some, async (x, y, z) => {
        const [a, b, c] = [await copy(x), await copy(y), await copy(z)]
        const ab = await mergePublicKeys(a, b)
        expect((await mergePublicKeys(b, a)).digest).toBe(ab.digest)
        expect((await mergePublicKeys(ab, a)).digest).toBe(ab.digest)
        const left = await mergePublicKeys(ab, c)
        const right = await mergePublicKeys(a, await mergePublicKeys(b, c))
        expect(right.digest).toBe(left.digest)
        expect((await copy([...new Set([...x, ...y, ...z])])).digest).toBe(left.digest)
        expect(left.bytes.length).toBeLessThan(65_536)
      }),
      { numRuns: 10 },
    )
  })

  test('of more than fits keeps what its owner signed last', async () => {
    const { primary, pieces } = await piecesOf()
    const [all] = await readPublicKeys(concat([primary, ...pieces]))
    expect(all!.userIds.length).toBeGreaterThan(20)
    expect(all!.userIds.length).toBeLessThan(90)
    expect(all!.revoked).toBe(true)
  })
})
