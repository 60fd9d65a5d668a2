import { describe, expect, test } from 'vitest'
import { claimedKeyIds, claimsOf, examine } from '../../src/certification/examine.ts'
import {
  MAXIMUM_BY_ONE_KEY,
  MAXIMUM_CERTIFICATION_BYTES,
  MAXIMUM_SIGNATURE_BYTES,
} from '../../src/certification/signed-message.ts'
import { DIALECTS } from '../../src/certification/dialects/dialects.ts'
import { anyText, dataBytes } from '../support/inputs.ts'
import { clearsign, detachedSignature, rebuilder } from '../support/rebuilder.ts'

const BOB = 'hello/bob/hello_2.10-3_amd64.buildinfo'
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const saying = (words: string): unknown => expect.stringContaining(words)

/** The same signature as if somebody else had made it: where its hashed fingerprint stands, another does. */
function claiming(packet: Uint8Array, fingerprint: string): Uint8Array {
  const octets = Buffer.from(packet)
  // subpacket 33, version 4, 20 octets
  const at = octets.indexOf(Buffer.of(33, 4)) + 2
  Buffer.from(fingerprint, 'hex').copy(octets, at)
  return octets
}

describe('what is handed in', () => {
  test('names the keys that are claimed before anything is hashed', () => {
    expect(claimedKeyIds({ bytes: dataBytes(BOB) })).toEqual(['B971EFF7EC51A767'])
  })

  test('has the state key-unknown without the key', async () => {
    const found = await examine({ bytes: dataBytes(BOB) }, DIALECTS.debian, [])
    expect(found.map((each) => each.signature)).toEqual(['key-unknown'])
  })

  test.each([
    ['nothing', { bytes: new Uint8Array() }, 'BODY_EMPTY'],
    ['no signature', { bytes: bytesOf('a=1\n') }, 'SIGNATURE_MISSING'],
    ['an empty signature', { bytes: bytesOf('a=1\n'), signature: new Uint8Array() }, 'SIGNATURE_MISSING'],
    ['words for a signature', { bytes: bytesOf('a=1\n'), signature: bytesOf('no') }, 'ARMOR_SYNTAX'],
    ['half a packet', { bytes: bytesOf('a=1\n'), signature: Uint8Array.of(0x88, 200, 4) }, 'SIGNATURE_SYNTAX'],
    ['a signature of version 3', { bytes: bytesOf('a=1\n'), signature: Uint8Array.of(0x88, 3, 3, 5, 0) }, 'SIGNATURE_UNSUPPORTED'],
    ['two ways of signing at once', { bytes: dataBytes(BOB), signature: bytesOf('x') }, 'MESSAGES_SEVERAL'],
    ['a large document', { bytes: new Uint8Array(MAXIMUM_CERTIFICATION_BYTES + 1).fill(65) }, 'TOO_LARGE'],
    ['a large signature', { bytes: bytesOf('a'), signature: new Uint8Array(MAXIMUM_SIGNATURE_BYTES + 1) }, 'TOO_LARGE'],
  ])('is refused: %s', async (_, submitted, code) => {
    await expect(examine(submitted, anyText, [])).rejects.toMatchObject({ code })
  }) // prettier-ignore

  test('is refused with a detached signature where the dialect has none', async () => {
    const signer = await rebuilder()
    const bytes = bytesOf('Format: 1.0\n')
    const signature = await detachedSignature(bytes, signer)
    await expect(examine({ bytes, signature }, DIALECTS.debian, [])).rejects.toMatchObject({
      code: 'MESSAGE_NOT_CLEARSIGNED',
    })
  })

  test('is refused if it would be too large as it is kept', async () => {
    const signer = await rebuilder()
    const file = await clearsign(`${'From\n'.repeat(10)}x`, [signer])
    const text = 'From x\n'.repeat(145_000)
    const swollen = file.replace(/\r?\n\r?\n[^]*?(?=\r?\n-----BEGIN PGP SIG)/, `\n\n${text}`)
    expect(swollen.length).toBeLessThan(MAXIMUM_CERTIFICATION_BYTES)
    await expect(examine({ bytes: bytesOf(swollen) }, anyText, [])).rejects.toMatchObject({
      code: 'TOO_LARGE',
    })
  })

  test('is refused with more signatures by one key than anybody needs', async () => {
    const signer = await rebuilder()
    const bytes = bytesOf('a=1\n')
    const packets = await Promise.all(
      Array.from({ length: MAXIMUM_BY_ONE_KEY + 1 }, (_, at) =>
        detachedSignature(bytes, signer, { date: new Date(Date.UTC(2026, 5, 1 + at)) }),
      ),
    )
    const keys = [signer.publicKey.bytes]
    const many = (count: number) => ({ bytes, signature: Buffer.concat(packets.slice(0, count)) })
    expect(await examine(many(MAXIMUM_BY_ONE_KEY), anyText, keys)).toHaveLength(MAXIMUM_BY_ONE_KEY)
    await expect(examine(many(packets.length), anyText, keys)).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: saying('One is enough'),
    })
  })

  test('is refused with more signatures than can be good in so little room', async () => {
    const bytes = bytesOf('a=1\n')
    const signature = Buffer.concat(Array.from({ length: 1025 }, () => Buffer.of(0x88, 3, 3, 5, 0)))
    await expect(examine({ bytes, signature }, anyText, [])).rejects.toMatchObject({
      code: 'TOO_LARGE',
    })
  })

  test('tells each reason why signatures are of no kind that is taken once', async () => {
    const bytes = bytesOf('a=1\n')
    const strange = Buffer.of(0x88, 3, 3, 5, 0, 0x88, 3, 5, 5, 0)
    const good = await detachedSignature(bytes, await rebuilder())
    const { unsupported } = claimsOf({ bytes, signature: Buffer.concat([strange, good, strange]) })
    expect(unsupported.map(({ message }) => message)).toEqual([
      'The signature has version 3, not 4 or 6.',
      'The signature has version 5, not 4 or 6.',
    ])
  })

  test('may hold the same signature again and again, which is one', async () => {
    const signer = await rebuilder()
    const bytes = bytesOf('a=1\n')
    const packet = await detachedSignature(bytes, signer)
    const signature = Buffer.concat(Array.from({ length: 100 }, () => packet))
    expect(await examine({ bytes, signature }, anyText, [signer.publicKey.bytes])).toHaveLength(1)
  })

  test('is refused if with each of its signatures by itself it would be too much to keep', async () => {
    const signers = await Promise.all(Array.from({ length: 17 }, () => rebuilder()))
    const large = new Uint8Array(MAXIMUM_CERTIFICATION_BYTES).fill(65)
    const packet = await detachedSignature(large, signers[0]!)
    const claimed = signers.map(({ publicKey }) => claiming(packet, publicKey.fingerprint))
    const submitted = (count: number) => ({
      bytes: large,
      signature: Buffer.concat(claimed.slice(0, count)),
    })
    expect(claimedKeyIds(submitted(16))).toHaveLength(16)
    expect(() => claimedKeyIds(submitted(17))).toThrow(
      expect.objectContaining({ code: 'TOO_LARGE', message: saying('16 are') }),
    )
  })

  test('is plain data that can cross a thread and stands in arrays of its own', async () => {
    const [only] = await examine({ bytes: dataBytes(BOB) }, DIALECTS.debian, [])
    expect(structuredClone(only)).toEqual(only)
    const { bytes } = only!.certification
    expect(bytes.buffer.byteLength).toBe(bytes.length)
  })

  test('may hold octets that are not UTF-8', async () => {
    const signer = await rebuilder()
    const bytes = Buffer.from('name=caf\xe9\n', 'latin1')
    const signature = await detachedSignature(new Uint8Array(bytes), signer)
    const found = await examine({ bytes, signature }, anyText, [signer.publicKey.bytes])
    expect(found.map((each) => each.signature)).toEqual(['good'])
  })

  test('of a good and an unsupported signature is the good one', async () => {
    const signer = await rebuilder()
    const bytes = bytesOf('a=1\n')
    const packet = await detachedSignature(bytes, signer)
    const strange = Uint8Array.of(0x88, 3, 3, 5, 0)
    const signature = Buffer.concat([strange, packet, strange])
    const found = await examine({ bytes, signature }, anyText, [signer.publicKey.bytes])
    expect(found.map((each) => each.signature)).toEqual(['good'])
  })
})
