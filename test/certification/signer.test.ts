import * as openpgp from 'openpgp'
import { describe, expect, test } from 'vitest'
import type { Examination } from '../../src/certification/certification.ts'
import { examine } from '../../src/certification/examine.ts'
import { readPublicKeys, type PublicKey } from '../../src/certification/signatures/public-key.ts'
import { stateOf, type State } from '../../src/certification/signatures/state.ts'
import { anyText } from '../support/inputs.ts'
import {
  documentSignature,
  rawSignature,
  written,
  type DocumentOptions,
} from '../support/raw-signature.ts'
import { clearsign, publicKeyOf, rebuilder, type TestRebuilder } from '../support/rebuilder.ts'

const MADE = new Date('2026-01-01T00:00:00Z')
const SIGNED = new Date('2026-06-01T00:00:00Z')
const LATER = new Date('2026-07-01T00:00:00Z')
const NOW = Date.parse('2026-11-23T12:00:00Z')
const { reasonForRevocation, signature: types } = openpgp.enums

async function examineOne(file: string, keys: readonly PublicKey[]): Promise<Examination> {
  const bytes = keys.map((key) => key.bytes)
  const [only, other] = await examine({ bytes: Buffer.from(file) }, anyText, bytes)
  expect(other).toBeUndefined()
  return only!
}

async function stateBy(file: string, key: PublicKey): Promise<State> {
  const examination = await examineOne(file, [key])
  return stateOf(examination.signature === 'good' ? examination.facts : undefined, NOW)
}

const DOCUMENT = new TextEncoder().encode('a=1\n')

async function detachedState(
  { secret, publicKey }: TestRebuilder,
  options: Omit<DocumentOptions, 'document'>,
): Promise<State> {
  const signature = await documentSignature(secret, { ...options, document: DOCUMENT })
  const found = await examine({ bytes: DOCUMENT, signature }, anyText, [publicKey.bytes])
  expect(found.map((each) => each.signature)).toEqual(['good'])
  const [only] = found
  return stateOf(only?.signature === 'good' ? only.facts : undefined, NOW)
}

async function revoked(
  { secret }: TestRebuilder,
  flag: openpgp.enums.reasonForRevocation,
): Promise<PublicKey> {
  const { privateKey } = await openpgp.revokeKey({
    key: secret,
    reasonForRevocation: { flag, string: '' },
    date: LATER,
    format: 'object',
  })
  return publicKeyOf(privateKey)
}

const withSubkey = (): Promise<TestRebuilder> =>
  rebuilder({ subkeys: [{ sign: true }, { sign: false }] })

async function adopting(): Promise<{ alice: TestRebuilder; adopter: PublicKey }> {
  const alice = await withSubkey()
  const mallory = await rebuilder()
  const stolen = alice.secret.toPublic().subkeys[0]!.keyPacket
  const { keyPacket } = mallory.secret
  const binding = await rawSignature(mallory.secret, {
    type: types.subkeyBinding,
    data: { key: keyPacket, bind: stolen },
    date: LATER,
    fields: { keyFlags: Uint8Array.of(2) },
  })
  const octets = Buffer.concat([mallory.secret.toPublic().write(), written([stolen, binding])])
  const [adopter] = await readPublicKeys(octets)
  return { alice, adopter: adopter! }
}

describe('a signing subkey', () => {
  test('signs for its primary key, which is the rebuilder', async () => {
    const alice = await withSubkey()
    const examination = await examineOne(await clearsign('a', [alice]), [alice.publicKey])
    const subkey = alice.secret.subkeys[0]!.getFingerprint().toUpperCase()
    expect(examination).toMatchObject({
      signature: 'good',
      facts: { rebuilder: alice.publicKey.fingerprint, signedBy: subkey, validFrom: +MADE },
    })
  })

  test('that another key has adopted does not sign for that key', async () => {
    const { alice, adopter } = await adopting()
    const examination = await examineOne(await clearsign('a', [alice]), [adopter])
    expect(examination.signature).toBe('key-unknown')
    expect(adopter.signingKeyIds).toEqual([adopter.keyIds[0]])
  })

  test('that another key has adopted still signs for its own', async () => {
    const { alice, adopter } = await adopting()
    const file = await clearsign('a', [alice])
    for (const keys of [
      [adopter, alice.publicKey],
      [alice.publicKey, adopter],
    ]) {
      const examination = await examineOne(file, keys)
      expect(examination).toMatchObject({
        signature: 'good',
        facts: { rebuilder: alice.publicKey.fingerprint },
      })
    }
  })

  test('that lost its back-signature in the newest binding keeps it from an older copy', async () => {
    const alice = await withSubkey()
    const [subkey] = alice.secret.toPublic().subkeys
    const { keyPacket } = alice.secret
    const stripped = await rawSignature(alice.secret, {
      type: types.subkeyBinding,
      data: { key: keyPacket, bind: subkey!.keyPacket },
      date: LATER,
      fields: { keyFlags: Uint8Array.of(2) },
    })
    const octets = Buffer.concat([
      alice.secret.toPublic().write(),
      written([subkey!.keyPacket, stripped]),
    ])
    const [key] = await readPublicKeys(octets)
    const [again] = await readPublicKeys(key!.bytes)
    expect(again?.digest).toBe(key?.digest)
    expect(await stateBy(await clearsign('a', [alice]), again!)).toBe('verified')
  })

  test.each([
    ['hard', undefined, 'key-revoked'],
    ['soft', reasonForRevocation.keySuperseded, 'key-retired'],
  ] as const)('that is revoked (%s) takes its certifications with it', async (_, flag, state) => {
    const alice = await withSubkey()
    const file = await clearsign('a', [alice])
    const { keyPacket } = alice.secret
    const bind = alice.secret.toPublic().subkeys[0]!.keyPacket
    const revocation = await rawSignature(alice.secret, {
      type: types.subkeyRevocation,
      data: { key: keyPacket, bind },
      date: LATER,
      fields: flag === undefined ? {} : { reasonForRevocationFlag: flag },
    })
    const octets = Buffer.concat([alice.secret.toPublic().write(), written([bind, revocation])])
    const [key] = await readPublicKeys(octets)
    expect(await stateBy(file, key!)).toBe(state)
  })
})

describe('a revoked key', () => {
  test.each([
    ['without a reason', reasonForRevocation.noReason, 'key-revoked'],
    ['as compromised', reasonForRevocation.keyCompromised, 'key-revoked'],
    ['for a reason of user ids', reasonForRevocation.userIDInvalid, 'key-revoked'],
    ['as superseded', reasonForRevocation.keySuperseded, 'key-retired'],
    ['as retired', reasonForRevocation.keyRetired, 'key-retired'],
  ] as const)('%s leaves what it signed before %s', async (_, flag, state) => {
    const signer = await rebuilder()
    const file = await clearsign('a', [signer], { date: SIGNED })
    const key = await revoked(signer, flag)
    expect(key.revoked).toBe(true)
    expect(await stateBy(file, key)).toBe(state)
  })

  test('as retired makes nothing that counts any more', async () => {
    const signer = await rebuilder()
    const after = await clearsign('a', [signer], { date: new Date('2026-08-01T00:00:00Z') })
    const key = await revoked(signer, reasonForRevocation.keyRetired)
    expect(await stateBy(after, key)).toBe('outside-validity')
  })
})

describe('the time of a signature', () => {
  test.each([
    ['before its key was made', { date: SIGNED }, 'outside-validity'],
    ['in the future', { date: new Date(NOW + 3_600_000) }, 'outside-validity'],
    ['a little ahead of the clock', { date: new Date(NOW + 300_000) }, 'verified'],
  ] as const)('%s: %s gives %s', async (_, options, state) => {
    const signer = await rebuilder({ date: LATER })
    expect(await detachedState(signer, options)).toBe(state)
  })

  test('after the end that the signature gives itself comes the state key-expired', async () => {
    const signer = await rebuilder()
    const fields = { signatureExpirationTime: 86_400, signatureNeverExpires: false }
    expect(await detachedState(signer, { date: SIGNED, fields })).toBe('key-expired')
  })

  test('before its key expired makes it key-expired, after it outside its validity', async () => {
    const seconds = (Date.parse('2026-09-01T00:00:00Z') - +MADE) / 1000
    const signer = await rebuilder({ keyExpirationTime: seconds })
    expect(signer.publicKey.expiresAt).toBe(Date.parse('2026-09-01T00:00:00Z'))
    expect(await detachedState(signer, { date: SIGNED })).toBe('key-expired')
    expect(await detachedState(signer, { date: new Date('2026-10-01T00:00:00Z') })).toBe(
      'outside-validity',
    )
  })

  test('may be before the newest self-signature of its key', async () => {
    const signer = await rebuilder({ keyExpirationTime: 86_400 * 200 })
    const file = await clearsign('a', [signer], { date: SIGNED })
    const { privateKey } = await openpgp.reformatKey({
      privateKey: signer.secret,
      userIDs: [{ name: 'Test', email: 'test@rebuilder.example' }],
      date: new Date('2026-11-01T00:00:00Z'),
      keyExpirationTime: 0,
      format: 'object',
    })
    const refreshed = await publicKeyOf(privateKey)
    expect(await stateBy(file, signer.publicKey)).toBe('key-expired')
    expect(await stateBy(file, refreshed)).toBe('verified')
  })
})

describe('a body', () => {
  test('with two signers is two certifications, each with its own signature', async () => {
    const [alice, bob] = [await rebuilder(), await rebuilder({ type: 'rsa', rsaBits: 2048 })]
    const both = await clearsign('a', [alice, bob])
    const keys = [alice.publicKey.bytes, bob.publicKey.bytes]
    const found = await examine({ bytes: Buffer.from(both) }, anyText, keys)
    expect(found.map((each) => each.signature)).toEqual(['good', 'good'])
    expect(new Set(found.map((each) => each.certification.id)).size).toBe(2)
    for (const { certification } of found) {
      const again = await examine({ bytes: certification.bytes }, anyText, keys)
      expect(again.map((each) => each.certification.id)).toEqual([certification.id])
    }
  })

  test('with two messages is refused', async () => {
    const alice = await rebuilder()
    const file = await clearsign('a', [alice])
    await expect(
      examine({ bytes: Buffer.from(`${file}\n${file}`) }, anyText, []),
    ).rejects.toMatchObject({ code: 'MESSAGES_SEVERAL' })
  })

  test.each([
    ['MD5', openpgp.enums.hash.md5],
    ['SHA-1', openpgp.enums.hash.sha1],
    ['RIPEMD-160', openpgp.enums.hash.ripemd],
  ])('signed over %s is good, and weak', async (_, hashAlgorithm) => {
    const signer = await rebuilder({ type: 'rsa', rsaBits: 2048 })
    const state = await detachedState(signer, { date: SIGNED, fields: { hashAlgorithm } })
    expect(state).toBe('weak-digest')
  })

  test('signed by a signature of another type, or with a critical subpacket not known, is refused', async () => {
    const signer = await rebuilder()
    const standalone = { date: SIGNED, type: types.standalone }
    await expect(detachedState(signer, standalone)).rejects.toMatchObject({
      code: 'SIGNATURE_UNSUPPORTED',
    })
    const rawNotations = [
      { name: 'x@y.example', value: new Uint8Array(), humanReadable: true, critical: true },
    ]
    await expect(
      detachedState(signer, { date: SIGNED, fields: { rawNotations } }),
    ).rejects.toMatchObject({ code: 'SIGNATURE_UNSUPPORTED' })
  })
})
