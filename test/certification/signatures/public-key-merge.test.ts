import { assert, asyncProperty, nat, uniqueArray } from 'fast-check'
import * as openpgp from 'openpgp'
import { describe, expect, test } from 'vitest'
import { concat } from '../../../src/certification/signatures/octets.ts'
import {
  mergePublicKeys,
  readPublicKeys,
  type PublicKey,
} from '../../../src/certification/signatures/public-key.ts'
import { rawSignature, written } from '../../support/raw-signature.ts'
import { rebuilder } from '../../support/rebuilder.ts'

const { reasonForRevocation: reasons, signature: types } = openpgp.enums

const date = (day: number): Date => new Date(Date.UTC(2026, 1, 1 + day))

/** Pieces that each say one thing of one key, all signed by its owner, enough to pass every limit. */
async function piecesOf(): Promise<{ primary: Uint8Array; pieces: readonly Uint8Array[] }> {
  const { secret } = await rebuilder()
  const key = secret.keyPacket
  const primary = written([secret.toPublic().keyPacket])
  const pieces: Uint8Array[] = []
  for (let at = 0; at < 90; at++) {
    const userID = openpgp.UserIDPacket.fromObject({ name: `name ${at} ${'y'.repeat(400)}` })
    for (const day of [at % 7, at % 5]) {
      const type = at % 11 === 0 && day === at % 5 ? types.certRevocation : types.certGeneric
      const data = { key, userID }
      const fields = { keyNeverExpires: false, keyExpirationTime: 10_000_000 + at }
      const signature = await rawSignature(secret, { type, data, date: date(day), fields })
      pieces.push(written([userID, signature]))
    }
  }
  const { noReason, keySuperseded, keyCompromised, keyRetired } = reasons
  for (const reason of [keySuperseded, keySuperseded, noReason, keyCompromised, keyRetired]) {
    const fields = { reasonForRevocationFlag: reason, reasonForRevocationString: '' }
    const wanted = { type: types.keyRevocation, data: { key }, date: date(pieces.length % 13) }
    pieces.push(written([await rawSignature(secret, { ...wanted, fields })]))
  }
  for (const subkey of (await rebuilder({ subkeys: [{}, { sign: true }] })).secret.toPublic()
    .subkeys) {
    const bind = subkey.keyPacket
    for (const type of [types.subkeyBinding, types.subkeyBinding, types.subkeyRevocation]) {
      const when = date(pieces.length % 17)
      const signature = await rawSignature(secret, { type, data: { key, bind }, date: when })
      pieces.push(written([bind, signature]))
    }
  }
  return { primary, pieces }
}

/** Each piece after the primary key again, so that what is said of that key stands where it must. */
const together = (primary: Uint8Array, pieces: readonly Uint8Array[]): Uint8Array =>
  concat(pieces.flatMap((piece) => [primary, piece]))

describe('merging copies of a key', () => {
  test('gives the same octets in whatever order, how often, and however grouped', async () => {
    const { primary, pieces } = await piecesOf()
    const copy = async (chosen: readonly number[]): Promise<PublicKey> => {
      const [read] = await readPublicKeys(
        together(
          primary,
          chosen.map((at) => pieces[at]!),
        ),
      )
      return read!
    }
    const some = uniqueArray(nat(pieces.length - 1), { minLength: 1, maxLength: 80, size: 'max' })
    await assert(
      asyncProperty(some, some, some, async (x, y, z) => {
        const [a, b, c] = [await copy(x), await copy(y), await copy(z)]
        const ab = mergePublicKeys(a, b)
        expect(mergePublicKeys(b, a).digest).toBe(ab.digest)
        expect(mergePublicKeys(ab, a).digest).toBe(ab.digest)
        const left = mergePublicKeys(ab, c)
        const right = mergePublicKeys(a, mergePublicKeys(b, c))
        expect(right.digest).toBe(left.digest)
        expect((await copy([...new Set([...x, ...y, ...z])])).digest).toBe(left.digest)
        expect(left.bytes.length).toBeLessThan(65_536)
      }),
      { numRuns: 15, endOnFailure: true },
    )
  })

  test('of more than fits keeps what its owner signed last', async () => {
    const { primary, pieces } = await piecesOf()
    const [all] = await readPublicKeys(together(primary, pieces))
    expect(all!.userIds.length).toBeGreaterThan(20)
    expect(all!.userIds.length).toBeLessThan(90)
    expect(all!.revoked).toBe(true)
  })
})
