import * as openpgp from 'openpgp'
import { describe, expect, test } from 'vitest'
import { examine } from '../../../src/certification/examine.ts'
import { dearmor } from '../../../src/certification/signatures/armor.ts'
import { readPublicKeys, type PublicKey } from '../../../src/certification/signatures/public-key.ts'
import { stateOf } from '../../../src/certification/signatures/state.ts'
import { anyText, dataBytes, namesIn } from '../../support/inputs.ts'
import { detachedSignature, rebuilder } from '../../support/rebuilder.ts'
import { brokenVariants } from '../../support/variants.ts'

interface Signed {
  readonly path: string
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}

/** Every signed list of checksums of every builder. */
const realSignatures: readonly Signed[] = ['29.4', '31.1'].flatMap((release) =>
  namesIn(`checksums/${release}`).flatMap((builder) =>
    namesIn(`checksums/${release}/${builder}`)
      .filter((name) => name.endsWith('.asc'))
      .map((name) => {
        const path = `checksums/${release}/${builder}/${name}`
        return { path, signature: dataBytes(path), bytes: dataBytes(path.slice(0, -4)) }
      }),
  ),
)

const KEY_FILES = namesIn('checksums/builder-keys').map((name) => `checksums/builder-keys/${name}`)

async function builderKeys(): Promise<readonly PublicKey[]> {
  const read = await Promise.all(KEY_FILES.map((path) => readPublicKeys(dataBytes(path))))
  return read.flat()
}

/** gpg calls the expired ones EXPKEYSIG; they were signed in time. */
const EXPECTED_STATES = { verified: 50, 'key-expired': 8 }

const DAY = Date.parse('2026-11-23T12:00:00Z')

/** What openpgp.js says of the same packet and key packet, with no policy on top. */
async function oracle(
  { bytes, signature }: Omit<Signed, 'path'>,
  keys: readonly openpgp.Key[],
): Promise<boolean> {
  const [packet] = (await openpgp.readSignature({ binarySignature: signature })).packets
  const [literal] = (await openpgp.createMessage({ binary: bytes })).packets
  for (const key of keys)
    for (const { keyPacket } of [key, ...key.subkeys]) {
      if (!keyPacket.getKeyID().equals(packet!.issuerKeyID)) continue
      try {
        await Reflect.apply(packet!.verify.bind(packet), undefined, [
          keyPacket,
          packet!.signatureType,
          literal,
          undefined,
          true,
        ])
        return true
      } catch {
        return false
      }
    }
  return false
}

describe('a real signature', () => {
  test('by any builder whose key is there is good', async () => {
    const keys = await builderKeys()
    const bytesOf = keys.map((key) => key.bytes)
    const states: Record<string, number> = {}
    for (const { path, ...signed } of realSignatures) {
      const [only] = await examine(signed, anyText, bytesOf)
      expect(only?.signature, path).toBe('good')
      const state = stateOf(only?.signature === 'good' ? only.facts : undefined, DAY)
      states[state] = (states[state] ?? 0) + 1
    }
    expect(realSignatures.length).toBeGreaterThan(50)
    expect(states).toEqual(EXPECTED_STATES)
  })

  test('and one whose number was changed are told apart exactly as by openpgp.js', async () => {
    const minimised = (await builderKeys()).map((key) => key.bytes)
    const keys = await Promise.all(minimised.map((binaryKey) => openpgp.readKey({ binaryKey })))
    for (const { path, bytes, signature } of realSignatures) {
      const packet = dearmor('SIGNATURE', signature)!.octets
      const variants: Readonly<Record<string, Uint8Array>> = {
        original: packet,
        ...brokenVariants(packet),
      }
      for (const [name, variant] of Object.entries(variants)) {
        const [ours] = await examine({ bytes, signature: variant }, anyText, minimised)
        const theirs = await oracle({ bytes, signature: variant }, keys)
        expect(ours?.signature === 'good', `${path}: ${name}`).toBe(theirs)
        expect(theirs, `${path}: ${name}`).toBe(name === 'original')
      }
    }
  })

  test('is kept byte for byte, as GnuPG wrote it', async () => {
    for (const { path, ...signed } of realSignatures) {
      const [only] = await examine(signed, anyText, [])
      const kept = new TextDecoder().decode(only?.certification.signature)
      expect(kept, path).toBe(new TextDecoder().decode(signed.signature))
    }
  })
})

const withVersion6 = (options: Partial<openpgp.KeyOptions>): Parameters<typeof rebuilder>[0] => ({
  ...options,
  config: { v6Keys: true },
})
describe('a key', () => {
  const ALGORITHMS: Readonly<Record<string, Partial<openpgp.KeyOptions>>> = {
    'RSA of 2048 bits': { type: 'rsa', rsaBits: 2048 },
    'Ed25519, as GnuPG makes it': { type: 'ecc', curve: 'ed25519Legacy' },
    'NIST P-256': { type: 'ecc', curve: 'nistP256' },
    'NIST P-384': { type: 'ecc', curve: 'nistP384' },
    'NIST P-521': { type: 'ecc', curve: 'nistP521' },
    secp256k1: { type: 'ecc', curve: 'secp256k1' },
    brainpoolP256r1: { type: 'ecc', curve: 'brainpoolP256r1' },
    brainpoolP384r1: { type: 'ecc', curve: 'brainpoolP384r1' },
    brainpoolP512r1: { type: 'ecc', curve: 'brainpoolP512r1' },
    'Ed25519 of RFC 9580, in version 4': { type: 'curve25519' },
    'Ed448 of RFC 9580, in version 4': { type: 'curve448' },
  }
  const KINDS: readonly (readonly [string, Parameters<typeof rebuilder>[0]])[] = [
    ...Object.entries(ALGORITHMS),
    ['Ed25519 in version 6', withVersion6({ type: 'curve25519' })],
    ['RSA in version 6', withVersion6({ type: 'rsa', rsaBits: 2048 })],
  ]

  test.each(KINDS)(
    'of the kind %s signs, and what it did not sign is invalid',
    async (_, options) => {
      const signer = await rebuilder(options)
      const document = new TextEncoder().encode('x=1\n')
      const signature = await detachedSignature(document, signer)
      const found = await examine({ bytes: document, signature }, anyText, [signer.publicKey.bytes])
      expect(found).toMatchObject([
        { signature: 'good', facts: { rebuilder: signer.publicKey.fingerprint } },
      ])
      const [kept] = found
      const again = await examine(kept!.certification, anyText, [signer.publicKey.bytes])
      expect(again).toEqual(found)
      const other = new TextEncoder().encode('x=2\n')
      const changed = await examine({ bytes: other, signature }, anyText, [signer.publicKey.bytes])
      expect(changed).toMatchObject([{ signature: 'invalid', code: 'SIGNATURE_INVALID' }])
    },
  )
})
