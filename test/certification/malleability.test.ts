import { describe, expect, test } from 'vitest'
import type { PublicKey } from '../../src/certification/signatures/public-key.ts'
import { examine } from '../../src/certification/examine.ts'
import { dearmor, enarmor } from '../../src/certification/signatures/armor.ts'
import { readCleartext, writeCleartext } from '../../src/certification/signatures/cleartext.ts'
import { anyText } from '../support/inputs.ts'
import { clearsign, detachedSignature, rebuilder } from '../support/rebuilder.ts'
import { brokenVariants, goodVariants, withOtherS, withUnhashedKeyId } from '../support/variants.ts'

const TEXT = 'Format: 1.0\n- a dash\nFrom here\n\nlast line'
const DOCUMENT = new TextEncoder().encode('a=1\r\nb=2 \n')

const KINDS = [
  ['ECDSA', { type: 'ecc', curve: 'nistP256' }],
  ['EdDSA', { type: 'ecc', curve: 'ed25519Legacy' }],
  ['RSA', { type: 'rsa', rsaBits: 2048 }],
] as const

async function idAndSignature(
  bytes: Uint8Array,
  key: PublicKey,
  signature?: Uint8Array,
): Promise<readonly [string, string, Uint8Array]> {
  const found = await examine({ bytes, signature }, anyText, [key.bytes])
  expect(found).toHaveLength(1)
  const { certification, signature: kind } = found[0]!
  return [certification.id, kind, certification.signature ?? certification.bytes]
}

describe.each(KINDS)('a signature by %s', (_, options) => {
  test('gives one certification with the same kept bytes, however its packet is changed', async () => {
    const signer = await rebuilder(options)
    const packet = await detachedSignature(DOCUMENT, signer)
    const original = await idAndSignature(DOCUMENT, signer.publicKey, packet)
    expect(original[1]).toBe('good')
    for (const [name, variant] of Object.entries(goodVariants(packet))) {
      const [id, kind, kept] = await idAndSignature(DOCUMENT, signer.publicKey, variant)
      expect([id, kind], name).toEqual([original[0], 'good'])
      expect(Buffer.compare(kept, original[2]), name).toBe(0)
    }
  })

  test('with wrong numbers has the same id, is invalid, and does not hide the good one beside it', async () => {
    const signer = await rebuilder(options)
    const packet = await detachedSignature(DOCUMENT, signer)
    const [id] = await idAndSignature(DOCUMENT, signer.publicKey, packet)
    for (const [name, variant] of Object.entries(brokenVariants(packet))) {
      const alone = await idAndSignature(DOCUMENT, signer.publicKey, variant)
      expect(alone.slice(0, 2), name).toEqual([id, 'invalid'])
      const both = Buffer.concat([variant, packet])
      const beside = await idAndSignature(DOCUMENT, signer.publicKey, both)
      expect(beside.slice(0, 2), name).toEqual([id, 'good'])
    }
  })

  test('is the same whatever key id stands where it is not hashed', async () => {
    const signer = await rebuilder(options)
    const packet = await detachedSignature(DOCUMENT, signer)
    const [id] = await idAndSignature(DOCUMENT, signer.publicKey, packet)
    const other = withUnhashedKeyId(packet, '0123456789ABCDEF')
    expect((await idAndSignature(DOCUMENT, signer.publicKey, other)).slice(0, 2)).toEqual([
      id,
      'good',
    ])
  })
})

test('the other s of an ECDSA signature makes no new certification', async () => {
  const signer = await rebuilder({ type: 'ecc', curve: 'nistP256' })
  const packet = await detachedSignature(DOCUMENT, signer)
  const original = await idAndSignature(DOCUMENT, signer.publicKey, packet)
  const other = await idAndSignature(DOCUMENT, signer.publicKey, withOtherS(packet))
  expect(other.slice(0, 2)).toEqual(original.slice(0, 2))
  expect(Buffer.compare(other[2], original[2])).not.toBe(0)
})

describe('a clearsigned certification', () => {
  const rewritten: Readonly<Record<string, (file: string) => string>> = {
    'text before it': (file) => `Source: evil\n\n${file}`,
    'text after it': (file) => `${file}\nSource: evil\n`,
    CRLF: (file) => file.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n'),
    LF: (file) => file.replaceAll('\r\n', '\n'),
    'trailing blanks': (file) => file.replaceAll(/\r?\n/g, ' \t \r\n'),
    'needless dash escapes': (file) => file.replace('\nFormat', '\n- Format'),
    'no Hash header': (file) => file.replace(/Hash: .*\r?\n/, ''),
    'other headers': (file) => file.replace(/Hash: /, 'Comment: x y\r\nHash: MD5, '),
    'armor headers': (file) =>
      file.replace(/(BEGIN PGP SIGNATURE-----)/, '$1\r\nVersion: 7\r\nComment: a: b'),
    'no checksum in the armor': (file) => file.replace(/\n=[A-Za-z0-9+/]{4}\r?\n/, '\n'),
    'armor of 40 columns': (file) => {
      const armor = dearmor('SIGNATURE', Buffer.from(file))!
      const lines = Buffer.from(armor.octets)
        .toString('base64')
        .match(/.{1,40}/g)!
      const at = file.indexOf('-----BEGIN PGP SIGNATURE')
      return `${file.slice(0, at)}-----BEGIN PGP SIGNATURE-----\n\n\n${lines.join('\n')}\n-----END PGP SIGNATURE-----`
    },
  }

  test.each(Object.entries(rewritten))(
    'is the same, byte for byte as it is kept, with %s',
    async (_, rewrite) => {
      const signer = await rebuilder()
      const file = await clearsign(TEXT, [signer])
      const changed = rewrite(file)
      const original = await idAndSignature(Buffer.from(file), signer.publicKey)
      const variant = await idAndSignature(Buffer.from(changed), signer.publicKey)
      expect(variant.slice(0, 2)).toEqual([original[0], 'good'])
      expect(Buffer.compare(variant[2], original[2])).toBe(0)
    },
  )

  test('is kept in a form that is examined to itself', async () => {
    const signer = await rebuilder()
    const file = await clearsign(TEXT, [signer])
    const [id, , kept] = await idAndSignature(Buffer.from(file), signer.publicKey)
    const again = await idAndSignature(kept, signer.publicKey)
    expect(again.slice(0, 2)).toEqual([id, 'good'])
    expect(Buffer.compare(again[2], kept)).toBe(0)
  })

  test('has another id when its packet is changed where the signature looks', async () => {
    const signer = await rebuilder()
    const file = Buffer.from(await clearsign(TEXT, [signer]))
    const { octets, armor } = readCleartext(file)!
    const packet = Uint8Array.from(dearmor('SIGNATURE', armor)!.octets)
    const created = packet.findIndex((octet, at) => octet === 5 && (packet[at + 1]! & 0x7f) === 2)
    packet[created + 5]! ^= 1
    const changed = writeCleartext(octets, 'SHA512', enarmor('SIGNATURE', packet))
    const [id] = await idAndSignature(file, signer.publicKey)
    const [other] = await examine({ bytes: changed }, anyText, [signer.publicKey.bytes])
    expect(other?.certification.id).not.toBe(id)
    expect(other?.signature).not.toBe('good')
  })
})
