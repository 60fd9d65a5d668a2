import {
  asVerifiedKeyBytes,
  type VerifiedKeyBytes,
} from '../../src/certification/signatures/verified-key-bytes.ts'
import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { claimedKeyIds, examine } from '../../src/certification/examine.ts'
import { debian } from '../../src/certification/dialects/debian.ts'
import { inToto } from '../../src/certification/dialects/in-toto.ts'
import { jvm } from '../../src/certification/dialects/jvm.ts'
import { canonicalJson } from '../../src/certification/signatures/canonical-json.ts'
import { armorPublicKey, readPublicKeys } from '../../src/certification/signatures/public-key.ts'
import { keyOfLinks, signedOf, signLink } from '../support/link.ts'
import { dataBytes } from '../support/inputs.ts'

const REAL = dataBytes('in-toto/librust-as-slice-dev_0.2.1-1+b2_amd64.in-toto.link')
const INVALID = dataBytes('in-toto/filesystem-2025.10.12-1-any.INVALID.in-toto.link')
const DEBIAN_KEY = dataBytes('in-toto/reproduce-debian-net-amd64.pub')
const ARCH_KEY = dataBytes('in-toto/reproducible-archlinux.pub')
const INSTANCE = '2980AA6249AD89CE0EF0F0F5E6D0896214301B2818AAD33443444CF460DF6ED6'

const keyIn = async (pem: Uint8Array): Promise<VerifiedKeyBytes> =>
  (await readPublicKeys(pem))[0]?.bytes ?? NO_KEY
const NO_KEY = asVerifiedKeyBytes(new Uint8Array())
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

describe('a real link of rebuilderd', () => {
  test('is good by the key of its instance, and waits for that of its worker', async () => {
    expect(claimedKeyIds({ bytes: REAL })).toEqual(['70A3C0FB49AAAE5E', INSTANCE.slice(0, 16)])
    const found = await examine({ bytes: REAL }, inToto, [await keyIn(DEBIAN_KEY)])
    expect(found.map(({ signature }) => signature)).toEqual(['key-unknown', 'good'])
    expect(found[1]).toMatchObject({ facts: { rebuilder: INSTANCE, signedBy: INSTANCE } })
  })

  test('is kept with one signature, in one form, and examined again it is the same', async () => {
    const keys = [await keyIn(DEBIAN_KEY)]
    const found = await examine({ bytes: REAL }, inToto, keys)
    expect(new Set(found.map(({ certification }) => certification.id)).size).toBe(2)
    for (const one of found) {
      const again = await examine({ bytes: one.certification.bytes }, inToto, keys)
      expect(again).toEqual([one])
    }
  })

  test('is the same certification however its JSON is written', async () => {
    const keys = [await keyIn(DEBIAN_KEY)]
    const value: unknown = JSON.parse(textOf(REAL))
    const pretty = bytesOf(`\n${JSON.stringify(value, undefined, 2)}\n`)
    expect(await examine({ bytes: pretty }, inToto, keys)).toEqual(
      await examine({ bytes: REAL }, inToto, keys),
    )
  })

  test.each(['librust', '0.2.1', '32be95', 'rebuild '])(
    'is invalid once %s is changed',
    async (part) => {
      const changed = textOf(REAL).replaceAll(
        part,
        part.replace(/.$/, (last) => (last === '1' ? '2' : '1')),
      )
      const attempt = examine({ bytes: bytesOf(changed) }, inToto, [await keyIn(DEBIAN_KEY)])
      await expect(
        attempt.then(
          (found) => found[1]?.signature,
          (error: Error) => error,
        ),
      ).resolves.not.toBe('good')
    },
  )
})

test('the invalid link of the recorded ones is invalid', async () => {
  const found = await examine({ bytes: INVALID }, inToto, [await keyIn(ARCH_KEY)])
  expect(found.map(({ signature }) => signature)).toEqual(['key-unknown', 'invalid'])
})

test('a key is read from PEM with or without the NULL that OpenSSL refuses, and is written with it', async () => {
  const { publicKey } = generateKeyPairSync('ed25519')
  const standard = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const [key] = await readPublicKeys(bytesOf(standard))
  const written = armorPublicKey(key?.bytes ?? NO_KEY)
  expect(written).not.toBe(standard)
  expect((await readPublicKeys(bytesOf(written)))[0]).toEqual(key)
  expect(armorPublicKey(await keyIn(DEBIAN_KEY))).toBe(textOf(DEBIAN_KEY))
})

test.each([
  [
    'an RSA key',
    generateKeyPairSync('rsa', { modulusLength: 2048 })
      .publicKey.export({ type: 'spki', format: 'pem' })
      .toString(),
    'KEY_UNUSABLE',
  ],
  ['half a key', '-----BEGIN PUBLIC KEY-----\nMCww', 'KEY_SYNTAX'],
])('%s in PEM is refused', async (_, pem, code) => {
  await expect(readPublicKeys(bytesOf(pem))).rejects.toMatchObject({ code })
})

test.each([
  ['is one', `${'0'.repeat(62)}01`.replace(/^(.*)(..)$/, '$2$1')],
  ['is zero', '0'.repeat(64)],
  ['is of order eight', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
  [
    'is of order eight, negative',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  ],
  ['is written in another way', `ee${'f'.repeat(60)}7f`],
  ['is none', 'f'.repeat(64)],
])(
  'a key whose point %s is refused: anybody could sign by it, or it has two names',
  async (_, point) => {
    const info = Buffer.from(`302a300506032b6570032100${point}`, 'hex')
    const pem = `-----BEGIN PUBLIC KEY-----\n${info.toString('base64')}\n-----END PUBLIC KEY-----\n`
    await expect(readPublicKeys(bytesOf(pem))).rejects.toMatchObject({ code: 'KEY_UNUSABLE' })
    await expect(readPublicKeys(info)).rejects.toMatchObject({ code: 'KEY_SYNTAX' })
  },
)

test('a text that quotes a key gives nobody one', async () => {
  const quoting = Buffer.concat([Buffer.from('Use this key:\n'), DEBIAN_KEY])
  await expect(readPublicKeys(quoting)).rejects.toMatchObject({ code: 'KEY_SYNTAX' })
})

test('only the key that a signature names is tried', async () => {
  const [alice, bob] = [keyOfLinks(), keyOfLinks()]
  const link = { products: { 'a_1_all.deb': { sha256: 'a'.repeat(64) } } }
  const forged = signLink(link, alice).replaceAll(
    alice.fingerprint.toLowerCase(),
    bob.fingerprint.toLowerCase(),
  )
  const keys = [alice.bytes, bob.bytes]
  expect(
    (await examine({ bytes: bytesOf(signLink(link, alice)) }, inToto, keys))[0]?.signature,
  ).toBe('good')
  expect((await examine({ bytes: bytesOf(forged) }, inToto, keys))[0]?.signature).toBe('invalid')
})

test('what python signs otherwise than Rust, or JSON says two ways, is not taken', async () => {
  for (const [part, by] of [
    ['"environment":null', '"environment":"a\\u0000b"'],
    ['"environment":null', '"environment":"\\ud800"'],
    ['"environment":null', '"environment":1.5'],
    ['"environment":null', '"environment":"a\\\\nb"'],
    ['"environment":null', `"environment":${'['.repeat(40)}${']'.repeat(40)}`],
    ['{"signatures"', '{"more":1,"signatures"'],
    ['"signed":{', '"signed":['],
  ] as const)
    await expect(
      examine({ bytes: bytesOf(textOf(REAL).replace(part, by)) }, inToto, []),
    ).rejects.toMatchObject({ code: 'BUILDINFO_SYNTAX' })
})

test('names are put in the order of their code points, also beyond 16 bits', () => {
  expect(canonicalJson({ '\uffee': 1, '\u{1f600}': 2, b: [true, null], a: 'x"\\y' })).toBe(
    '{"a":"x\\"\\\\y","b":[true,null],"\uffee":1,"\u{1f600}":2}',
  )
})

test('a link has no place in a collection of OpenPGP, nor the other way round', async () => {
  await expect(examine({ bytes: REAL }, jvm, [])).rejects.toMatchObject({
    code: 'BUILDINFO_SYNTAX',
  })
  const armored = dataBytes('hello/alice/hello_2.10-3_amd64.buildinfo')
  await expect(examine({ bytes: armored }, inToto, [])).rejects.toMatchObject({
    code: 'BUILDINFO_SYNTAX',
  })
})

test('what stands before a clearsigned message makes no link of it', async () => {
  const armored = dataBytes('hello/alice/hello_2.10-3_amd64.buildinfo')
  const prefixed = Buffer.concat([Buffer.from('{"a": 1}\n'), armored])
  expect(claimedKeyIds({ bytes: prefixed })).toEqual(claimedKeyIds({ bytes: armored }))
  expect(await examine({ bytes: prefixed }, debian, [])).toHaveLength(1)
})

test('without signatures, or with none of a known kind, it says so', () => {
  const signed = signedOf(REAL)
  const claimed = (signatures: unknown) => () =>
    claimedKeyIds({ bytes: bytesOf(JSON.stringify({ signatures, signed })) })
  expect(claimed([])).toThrow(expect.objectContaining({ code: 'SIGNATURE_MISSING' }))
  expect(claimed([{ keyid: 'x', sig: 'y' }, null])).toThrow(
    expect.objectContaining({ code: 'SIGNATURE_UNSUPPORTED' }),
  )
})

test('signatures are made over canonical JSON by any other program too', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const [key] = await readPublicKeys(
    bytesOf(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
  )
  const signed = {
    products: { 'a-1.tar': { sha256: 'b'.repeat(64) } },
    name: 'rebuild a-1.tar',
    _type: 'link',
  }
  const sig = sign(null, Buffer.from(canonicalJson(signed)), privateKey).toString('hex')
  const bytes = bytesOf(
    JSON.stringify({ signed, signatures: [{ sig, keyid: key?.fingerprint.toLowerCase() }] }),
  )
  const [found] = await examine({ bytes }, inToto, [key?.bytes ?? NO_KEY])
  expect(found?.signature).toBe('good')
})
