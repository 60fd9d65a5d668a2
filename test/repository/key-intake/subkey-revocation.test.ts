import * as openpgp from 'openpgp'
import { expect, test } from 'vitest'
import { concat } from '../../../src/certification/signatures/octets.ts'
import { encodePacket, TAG } from '../../../src/certification/signatures/packet.ts'
import { keyPartsOf } from '../../../src/certification/signatures/key-part.ts'
import { readPublicKeys, readUpload } from '../../../src/certification/signatures/public-key.ts'
import { encodeSubpacket } from '../../../src/certification/signatures/subpacket.ts'
import { openTestRepository } from '../../support/open-test-repository.ts'
import { debianText } from '../../support/debian-text.ts'
import { rawKey, rawPackets, rawStatement } from '../../support/raw-key.ts'
import { rawSignature, written } from '../../support/raw-signature.ts'
import { clearsign, rebuilder } from '../../support/rebuilder.ts'

const AT = 1_780_000_000
const ADDRESS = '192.0.2.1'
const userId = Uint8Array.of(0x61)
const primary = rawKey(AT)
const subkey = rawKey(AT)
const maySign = encodeSubpacket(27, Uint8Array.of(2))

const without = concat([
  encodePacket(TAG.publicKey, primary.body),
  rawPackets({ userId }, rawStatement(primary, primary, { type: 0x13, at: AT, userId })),
])
const back = rawStatement(primary, subkey, { type: 0x19, at: AT, subkey })
const hashed = [maySign, encodeSubpacket(32, back)]
const whole = concat([
  without,
  rawPackets({ subkey }, rawStatement(primary, primary, { type: 0x18, at: AT, subkey, hashed })),
])
const ofSubkey = rawPackets({}, rawStatement(primary, primary, { type: 0x28, at: AT + 1, subkey }))
const ofKey = rawPackets({}, rawStatement(primary, primary, { type: 0x20, at: AT + 1 }))
const stranger = rawKey(AT)
const ofStranger = rawPackets({}, rawStatement(stranger, stranger, { type: 0x20, at: AT }))

const WAITS = {
  what: 'revocation',
  why: 'No subkey of this key that is known here is revoked by it. It is kept for 30 days, and applied when the subkey comes.',
}

test('a revocation of a subkey that is not here yet is said to wait, and revokes it when it comes', async () => {
  const repository = await openTestRepository()
  const [added] = await repository.addKeys(without, ADDRESS)
  const { fingerprint } = added!
  expect(await repository.addKeys(ofSubkey, ADDRESS)).toEqual([
    { fingerprint, added: false, waits: true, released: [], leftOut: [WAITS] },
  ])
  await repository.addKeys(whole, ADDRESS)
  const isRevoked = async (): Promise<boolean> => {
    const [key] = await readPublicKeys(Buffer.from((await repository.key(fingerprint)) ?? ''))
    return keyPartsOf(key!.bytes).some(({ revoked }) => revoked?.kind === 'hard')
  }
  await expect.poll(isRevoked, { timeout: 2000 }).toBe(true)
  // now it says nothing new, and waits for nothing
  expect(await repository.addKeys(ofSubkey, ADDRESS)).toMatchObject([
    { added: false, waits: false, leftOut: [] },
  ])
})

test('one of the key beside it is applied at once, and a wrong one waits for nothing', async () => {
  const repository = await openTestRepository()
  await repository.addKeys(without, ADDRESS)
  const wrong = rawPackets({}, rawStatement(rawKey(AT), primary, { type: 0x20, at: AT + 1 }))
  const [refused] = await repository.addKeys(wrong, ADDRESS)
  expect(refused).toMatchObject({ added: false, waits: false })
  expect(refused?.leftOut?.[0]?.why).toContain('verifies on nothing in this key')
  expect(await repository.addKeys(concat([ofSubkey, ofKey]), ADDRESS)).toMatchObject([
    { added: true, waits: true, leftOut: [WAITS] },
  ])
})

/** Every order of these. */
const ordersOf = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  all.length < 2
    ? [all]
    : all.flatMap((one, at) => ordersOf(all.toSpliced(at, 1)).map((rest) => [one, ...rest]))

test('one that comes in one piece with its key, and without its subkey, revokes the subkey in whatever order they come', async () => {
  const together = concat([without, ofSubkey])
  const forms = new Set<string>()
  for (const uploads of ordersOf([together, whole, without])) {
    const repository = await openTestRepository()
    const answers = []
    for (const bytes of uploads) answers.push(...(await repository.addKeys(bytes, ADDRESS)))
    const { fingerprint } = answers[0]!
    const isLate = uploads.indexOf(together) < uploads.indexOf(whole)
    expect(answers[uploads.indexOf(together)]).toMatchObject({
      fingerprint,
      waits: isLate,
      leftOut: isLate ? [WAITS] : [],
    })
    const form = async () => Buffer.from((await repository.key(fingerprint)) ?? '')
    const isRevoked = async (): Promise<boolean> => {
      const [key] = await readPublicKeys(await form())
      return keyPartsOf(key!.bytes).some(({ revoked }) => revoked?.kind === 'hard')
    }
    await expect.poll(isRevoked, { timeout: 2000 }).toBe(true)
    forms.add((await form()).toString('hex'))
  }
  expect(forms.size).toBe(1)
})

test('one in a key that is sent beside what it signed waits too', async () => {
  const signer = await rebuilder({ subkeys: [{ sign: true }] })
  const { secret } = signer
  const copy = secret.toPublic()
  const [{ keyPacket: bind } = {}] = copy.subkeys
  const revocation = await rawSignature(secret, {
    type: openpgp.enums.signature.subkeyRevocation,
    data: { key: secret.keyPacket, bind },
    date: new Date('2026-07-01T00:00:00Z'),
  })
  copy.subkeys = []
  const signingKeyIDs = [secret.getKeyID()]
  const text = await clearsign(debianText({}), [signer], { signingKeyIDs })
  const repository = await openTestRepository()
  const [outcome] = await repository.submit({
    collection: 'debian',
    bytes: new TextEncoder().encode(text),
    keys: concat([new Uint8Array(copy.write()), written([revocation])]),
  })
  expect(outcome?.status).toBe('accepted')
  const { fingerprint, bytes } = signer.publicKey
  await repository.addKeys(bytes, ADDRESS)
  const isRevoked = async (): Promise<boolean> => {
    const [key] = await readPublicKeys(Buffer.from((await repository.key(fingerprint)) ?? ''))
    return keyPartsOf(key!.bytes).some(({ revoked }) => revoked !== undefined)
  }
  await expect.poll(isRevoked, { timeout: 2000 }).toBe(true)
})

test('of an upload no more wait than revocations that come alone, whosever they are', async () => {
  const many = Array.from({ length: 70 }, (_, at) =>
    rawPackets({}, rawStatement(primary, primary, { type: 0x28, at: AT + at, subkey: rawKey(AT) })),
  )
  const { keys, bare } = await readUpload(concat([ofStranger, without, ...many]))
  expect(bare).toHaveLength(1)
  expect(keys[0]?.unplaced).toHaveLength(63)
})
