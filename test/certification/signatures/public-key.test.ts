import * as openpgp from 'openpgp'
import { describe, expect, test } from 'vitest'
import { enarmor } from '../../../src/certification/signatures/armor.ts'
import { concat } from '../../../src/certification/signatures/octets.ts'
import { encodePacket, packets, TAG } from '../../../src/certification/signatures/packet.ts'
import {
  armorPublicKey,
  mergePublicKeys,
  readPublicKeys,
  type PublicKey,
} from '../../../src/certification/signatures/public-key.ts'
import { dataBytes, namesIn } from '../../support/inputs.ts'
import { hasGpg, withGpg } from '../../support/gpg.ts'
import { rawSignature, written } from '../../support/raw-signature.ts'
import { rebuilder } from '../../support/rebuilder.ts'
import { processorTime } from '../../support/processor-time.ts'

const BDALE = 'debian/keys/bdale-garbee.asc'
const POISONED = 'debian/keys/bdale-garbee.with-third-party-signatures.asc'
const BUILDERS = namesIn('checksums/builder-keys').map((name) => `checksums/builder-keys/${name}`)
const LATER = new Date('2026-07-01T00:00:00Z')
const { signature: types } = openpgp.enums

async function only(bytes: Uint8Array): Promise<PublicKey> {
  const [key, other] = await readPublicKeys(bytes)
  expect(other).toBeUndefined()
  return key!
}

const tagsOf = (key: PublicKey): readonly number[] =>
  [...packets(key.bytes, 'KEY_SYNTAX')].map(({ tag }) => tag)

describe('a minimised key', () => {
  test('is the same with and without third-party signatures', async () => {
    const [plain, poisoned] = [await only(dataBytes(BDALE)), await only(dataBytes(POISONED))]
    expect(poisoned).toEqual(plain)
    expect(plain.userIds).toEqual([
      'Bdale Garbee <bdale@debian.org>',
      'Bdale Garbee <bdale@gag.com>',
    ])
    expect(tagsOf(plain)).toEqual([
      TAG.publicKey, TAG.userId, TAG.signature, TAG.userId, TAG.signature, TAG.publicSubkey, TAG.signature,
    ]) // prettier-ignore
  })

  test.each([...BUILDERS, 'hello/alice.asc', 'odd/key-revoked.asc'])(
    'of %s is itself when it is read again, and not larger',
    async (path) => {
      const file = dataBytes(path)
      const key = await only(file)
      expect(key.bytes.length).toBeLessThan(Math.min(file.length, 65_536))
      expect(await only(key.bytes)).toEqual(key)
      expect(await only(Buffer.from(armorPublicKey(key.bytes)))).toEqual(key)
    },
  )

  test('keeps every subkey and every user id that openpgp.js finds good', async () => {
    for (const path of BUILDERS) {
      const file = dataBytes(path)
      const text = new TextDecoder('latin1').decode(file)
      const theirs = text.startsWith('-----')
        ? await openpgp.readKey({ armoredKey: text })
        : await openpgp.readKey({ binaryKey: file })
      const key = await only(file)
      const ids = theirs.getKeyIDs().map((id) => id.toHex().toUpperCase())
      expect(key.keyIds.toSorted(), path).toEqual([...new Set(ids)].toSorted())
      const userIds = theirs.getUserIDs()
      expect(userIds, path).toEqual(expect.arrayContaining([...key.userIds]))
    }
  })

  test('drops what others have put on it: user ids, photos, subkeys, signatures', async () => {
    const [alice, mallory] = [await rebuilder(), await rebuilder({ subkeys: [{ sign: true }] })]
    const name = openpgp.UserIDPacket.fromObject({ name: 'Mallory was here' })
    const aliceKey = alice.secret.toPublic().keyPacket
    const foreign = await rawSignature(mallory.secret, {
      type: types.certGeneric,
      data: { key: aliceKey, userID: name },
      date: LATER,
    })
    // Says that it is by alice, and is not.
    const forged = await rawSignature(mallory.secret, {
      type: types.certGeneric,
      data: { key: aliceKey, userID: name },
      date: LATER,
      fields: { issuerKeyID: aliceKey.getKeyID() },
    })
    const parts = [...packets(mallory.publicKey.bytes, 'KEY_SYNTAX')]
    const subkeyAt = parts.find(({ tag }) => tag === TAG.publicSubkey)!.start
    const stuffed = concat([
      alice.publicKey.bytes,
      written([name, foreign, forged]),
      concat([Uint8Array.of(0xd1, 3), Uint8Array.of(1, 2, 3)]),
      mallory.publicKey.bytes.subarray(subkeyAt),
    ])
    expect(await only(stuffed)).toEqual(alice.publicKey)
  })

  test('says of a user id what can be shown, and nothing that hides or turns the rest', async () => {
    const name = `A\u0000\u001b[31m\u202Eevil\u200B ${'x'.repeat(300)}`
    const signer = await rebuilder({ userIDs: [{ name }] })
    expect(signer.publicKey.userIds).toEqual([`A[31mevil ${'x'.repeat(300)}`.slice(0, 256)])
  })

  test.skipIf(!hasGpg)(
    `is imported by gpg${hasGpg ? '' : ': skipped, gpg is not here'}`,
    async () => {
      const keys = await Promise.all(
        [...BUILDERS.slice(0, 8), BDALE, 'odd/key-revoked.asc'].map((path) =>
          only(dataBytes(path)),
        ),
      )
      withGpg((gpg) => {
        for (const key of keys) {
          gpg(['--import'], armorPublicKey(key.bytes))
          const listed = gpg(['--with-colons', '--list-keys', key.fingerprint])
          const [, ...ids] = key.keyIds
          for (const id of ids) expect(listed).toContain(id)
          expect(listed).toMatch(key.revoked ? /^pub:r:/m : /^pub:[^r]/m)
          expect(listed).toContain(`:${key.bits}:${key.algorithm}:`)
        }
      })
    },
  )
})

describe('what is no public key', () => {
  test.each([
    ['nothing', new Uint8Array(), 'KEY_SYNTAX'],
    ['words', Buffer.from('hello'), 'KEY_SYNTAX'],
    ['a signature', dataBytes('jvm/signed/sbt-0.1_stamina-core_2.12-0.1.6.bob.buildinfo.asc'), 'KEY_SYNTAX'], // prettier-ignore
    ['a length beyond the end', Uint8Array.of(0xc6, 255, 255, 255, 255, 255, 4), 'KEY_SYNTAX'],
    ['too much', new Uint8Array(1_048_577).fill(0x99), 'TOO_LARGE'],
  ] as const)('is refused: %s', async (_, bytes, code) => {
    await expect(readPublicKeys(bytes)).rejects.toMatchObject({ code })
  })

  test('is refused: a private key, armored or not', async () => {
    const { secret } = await rebuilder()
    for (const bytes of [secret.write(), Buffer.from(secret.armor())])
      await expect(readPublicKeys(new Uint8Array(bytes))).rejects.toThrow(/^That is a private key/)
  })

  test('is refused: a key without a signature of its own', async () => {
    const { secret } = await rebuilder()
    const bare = written([secret.toPublic().keyPacket])
    await expect(readPublicKeys(bare)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' })
  })

  test('is answered at once: a flood of user ids, of subkeys, of signatures', async () => {
    const { publicKey } = await rebuilder()
    const [primary] = [...packets(publicKey.bytes, 'KEY_SYNTAX')]
    const signature = [...packets(publicKey.bytes, 'KEY_SYNTAX')].find(
      ({ tag }) => tag === TAG.signature,
    )
    const userIds = concat(
      Array.from({ length: 100_000 }, (_, at) => encodePacket(TAG.userId, Buffer.from(`u${at}`))),
    )
    const begun = processorTime()
    expect(await only(concat([publicKey.bytes, userIds]))).toEqual(publicKey)
    const sameKey = encodePacket(TAG.publicSubkey, primary!.body)
    const subkeys = concat(Array.from({ length: 15_000 }, () => sameKey))
    expect(await only(concat([publicKey.bytes, subkeys]))).toEqual(publicKey)
    const signatures = concat(
      Array.from({ length: 4000 }, () => encodePacket(TAG.signature, signature!.body)),
    )
    await expect(readPublicKeys(concat([publicKey.bytes, signatures]))).rejects.toMatchObject({
      code: 'TOO_LARGE',
    })
    expect(processorTime() - begun).toBeLessThan(5000)
  })

  test('does not take away the usable keys beside it', async () => {
    const [one, two] = [await rebuilder(), await rebuilder()]
    const bare = written([(await rebuilder()).secret.toPublic().keyPacket])
    const keys = await readPublicKeys(concat([one.publicKey.bytes, bare, two.publicKey.bytes]))
    expect(keys).toEqual([one.publicKey, two.publicKey])
    const armored = `${armorPublicKey(one.publicKey.bytes)}words\n${enarmor('PUBLIC KEY BLOCK', two.publicKey.bytes)}`
    expect(await readPublicKeys(Buffer.from(armored))).toEqual(keys)
  })
})

describe('merging two keys', () => {
  test('is refused where they are not the same key', async () => {
    const [one, two] = [await rebuilder(), await rebuilder()]
    await expect((async () => mergePublicKeys(one.publicKey, two.publicKey))()).rejects.toThrow(
      TypeError,
    )
  })
})
