import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as openpgp from 'openpgp'
import { describe, expect, it } from 'vitest'
import { dearmor, enarmor } from '../../src/certification/signatures/armor.ts'
import { armorPublicKey } from '../../src/certification/signatures/public-key.ts'
import type { Receipt, SubmitOutcome } from '../../src/contract/submission.ts'
import { debianText } from '../support/debian-text.ts'
import { dataBytes } from '../support/inputs.ts'
import { openTestRepository } from '../support/open-test-repository.ts'
import { clearsign, rebuilder, type TestRebuilder } from '../support/rebuilder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const helloOf = (who: string) => dataBytes(`hello/${who}/hello_2.10-3_amd64.buildinfo`)
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const keysOf = ({ publicKey }: TestRebuilder): Uint8Array => bytes(armorPublicKey(publicKey.bytes))

function receipt([outcome]: readonly SubmitOutcome[]): Receipt {
  if (outcome === undefined || !('receipt' in outcome)) throw new Error('no receipt')
  return outcome.receipt
}

describe('a submission', () => {
  it('is taken once, whoever of twenty comes first', async () => {
    const repository = await openTestRepository()
    await repository.addKeys(dataBytes('hello/alice.asc'))
    const submission = { collection: 'debian', bytes: helloOf('alice') }
    const turns = Array.from({ length: 20 }, () => repository.submit(submission))
    const outcomes = (await Promise.all(turns)).flat()
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(1)
    expect(new Set(outcomes.map((one) => JSON.stringify(receipt([one])))).size).toBe(1)
    const [debian] = (await repository.status()).collections
    // the origin, the key and the certification, each of the two with its index block
    expect(debian).toMatchObject({ certifications: 1, length: 5, followed: 5 })
  })

  it('gets the same receipt for the same statement in other clothes', async () => {
    const repository = await openTestRepository()
    await repository.addKeys(dataBytes('hello/bob.asc'))
    const text = new TextDecoder().decode(helloOf('bob'))
    const first = await repository.submit({ collection: 'debian', bytes: helloOf('bob') })
    expect(first[0]?.status).toBe('accepted')
    const clothes = [
      text.replaceAll('\n', '\r\n'),
      `Source: evil\n\n${text}\n\nVersion: 9\n`,
      text.replaceAll(/^(Source: .*)$/gm, '$1 \t'),
      text.replace(
        '-----BEGIN PGP SIGNATURE-----\n',
        '-----BEGIN PGP SIGNATURE-----\nComment: hi\n',
      ),
    ]
    for (const worn of clothes) {
      const again = await repository.submit({ collection: 'debian', bytes: bytes(worn) })
      expect(again[0]?.status).toBe('known')
      expect(receipt(again)).toEqual(receipt(first))
    }
    expect((await repository.status()).collections[0]?.length).toBe(5)
  })

  it('brings its key along, which goes into the feed before it', async () => {
    const repository = await openTestRepository()
    const carol = await rebuilder()
    const outcome = await repository.submit({
      collection: 'debian',
      bytes: bytes(await clearsign(debianText({}), [carol])),
      keys: keysOf(carol),
    })
    expect(receipt(outcome)).toMatchObject({
      state: 'verified',
      rebuilder: carol.publicKey.fingerprint,
      sequence: 3,
    })
    expect(await repository.key(carol.publicKey.fingerprint)).toContain('PUBLIC KEY BLOCK')
  })

  it('by two signers in one armor is two certifications', async () => {
    const repository = await openTestRepository()
    const [carol, dave] = [await rebuilder(), await rebuilder()]
    await repository.addKeys(keysOf(carol))
    await repository.addKeys(keysOf(dave))
    const signed = bytes(await clearsign(debianText({}), [carol, dave]))
    const outcomes = await repository.submit({ collection: 'debian', bytes: signed })
    expect(new Set(outcomes.map((one) => receipt([one]).rebuilder))).toEqual(
      new Set([carol.publicKey.fingerprint, dave.publicKey.fingerprint]),
    )
    const agreement = await repository.agreement('debian', 'hello/2.10-3')
    expect(agreement?.artifacts[0]?.groups[0]?.rebuilders).toHaveLength(2)
  })
})

describe('a certification without its key', () => {
  it('waits, and is taken by itself when the key comes', async () => {
    const repository = await openTestRepository()
    const [outcome] = await repository.submit({ collection: 'debian', bytes: helloOf('alice') })
    expect(outcome).toMatchObject({ status: 'waiting', waiting: { waitingFor: 'key' } })
    expect((await repository.status()).waiting.items).toBe(1)
    expect((await repository.find({})).items).toEqual([])
    const [added] = await repository.addKeys(dataBytes('hello/alice.asc'))
    expect(added).toMatchObject({ added: true })
    expect(added?.released).toHaveLength(1)
    expect((await repository.find({})).items).toMatchObject([{ state: 'verified' }])
    expect((await repository.status()).waiting.items).toBe(0)
  })

  it('enters the feed at once where the collection takes unverified ones, and is verified later', async () => {
    const collections = [{ name: 'debian', dialect: 'debian', admit: 'unverified' }] as const
    const repository = await openTestRepository({ collections })
    const [outcome] = await repository.submit({ collection: 'debian', bytes: helloOf('alice') })
    expect(outcome).toMatchObject({
      status: 'accepted',
      receipt: { state: 'key-unknown', rebuilder: null },
    })
    const { length } = (await repository.status()).collections[0]!
    await repository.addKeys(dataBytes('hello/alice.asc'))
    expect((await repository.find({})).items).toMatchObject([{ state: 'verified', counts: true }])
    const again = await repository.submit({ collection: 'debian', bytes: helloOf('alice') })
    expect(again[0]).toMatchObject({ status: 'known', receipt: { state: 'verified' } })
    // its key has joined it in the feed, with the index block
    expect((await repository.status()).collections[0]?.length).toBe(length + 2)
  })

  it('is not blocked by a bogus variant with the same id', async () => {
    const collections = [{ name: 'debian', dialect: 'debian', admit: 'unverified' }] as const
    const repository = await openTestRepository({ collections })
    const good = new TextDecoder().decode(helloOf('bob'))
    const bogus = tamperedSignature(good, 1)
    const first = await repository.submit({ collection: 'debian', bytes: bytes(bogus) })
    const second = await repository.submit({ collection: 'debian', bytes: bytes(good) })
    expect(receipt(first).id).toBe(receipt(second).id)
    expect(second[0]?.status).toBe('accepted')
    await repository.addKeys(dataBytes('hello/bob.asc'))
    expect((await repository.find({})).items).toMatchObject([{ state: 'verified' }])
    await expect(
      repository.submit({ collection: 'debian', bytes: bytes(bogus) }),
    ).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
    const served = await repository.served(receipt(second).id)
    expect(new TextDecoder().decode(served?.bytes)).toBe(good)
  })
})

describe('a statement of which many bogus variants are sent', () => {
  it('fills no feed with them, and still takes the good one', async () => {
    const collections = [{ name: 'debian', dialect: 'debian', admit: 'unverified' }] as const
    const repository = await openTestRepository({ collections })
    const good = new TextDecoder().decode(helloOf('bob'))
    const statuses: string[] = []
    for (let flip = 1; flip <= 10; flip += 1) {
      const bogus = { collection: 'debian', bytes: bytes(tamperedSignature(good, flip)) }
      for (const { status } of await repository.submit(bogus)) statuses.push(status)
    }
    expect(statuses.filter((status) => status === 'accepted')).toHaveLength(8)
    expect(statuses.slice(8)).toEqual(['waiting', 'waiting'])
    const [late] = await repository.submit({ collection: 'debian', bytes: bytes(good) })
    expect(late?.status).toBe('waiting')
    const [added] = await repository.addKeys(dataBytes('hello/bob.asc'))
    expect(added?.released).toHaveLength(1)
    expect((await repository.find({})).items).toMatchObject([{ state: 'verified' }])
  })
})

describe('a statement of which only bogus variants are here', () => {
  it('is gone as soon as its key shows that they are', async () => {
    const collections = [{ name: 'debian', dialect: 'debian', admit: 'unverified' }] as const
    const repository = await openTestRepository({ collections })
    const good = new TextDecoder().decode(helloOf('bob'))
    for (const bogus of [tamperedSignature(good, 1), tamperedSignature(good, 2)]) {
      const [outcome] = await repository.submit({ collection: 'debian', bytes: bytes(bogus) })
      expect(outcome?.status).toBe('accepted')
    }
    expect((await repository.find({})).items).toHaveLength(1)
    await repository.addKeys(dataBytes('hello/bob.asc'))
    expect((await repository.find({})).items).toEqual([])
    expect((await repository.find({ artifact: 'hello_2.10-3_amd64.deb' })).items).toEqual([])
    expect(await repository.resolve('debian', ['hello'])).toBeUndefined()
    expect((await repository.status()).collections[0]?.certifications).toBe(0)
  })
})

describe('a key', () => {
  it('that is sent without its revocation does not hide what a keyring file knows', async () => {
    const keyring = join(await temporaryDirectory(), 'revoked.asc')
    await writeFile(keyring, dataBytes('odd/key-revoked.asc'))
    const armoredKey = new TextDecoder().decode(dataBytes('odd/key-revoked.asc'))
    const stripped = await openpgp.readKey({ armoredKey })
    expect(stripped.revocationSignatures).not.toEqual([])
    stripped.revocationSignatures = []
    const submission = {
      collection: 'debian',
      bytes: dataBytes('odd/25-revoked-key.buildinfo'),
      keys: stripped.write(),
    }
    const warned = await openTestRepository({ keyrings: [keyring] })
    expect(receipt(await warned.submit(submission)).state).toBe('key-revoked')
    const trusting = await openTestRepository()
    expect(receipt(await trusting.submit(submission)).state).toBe('verified')
    await trusting.addKeys(dataBytes('odd/key-revoked.asc'))
    expect((await trusting.find({})).items).toMatchObject([{ state: 'key-revoked', counts: false }])
  })
})

describe('a collection', () => {
  it('can take only the keys of its configured keyrings', async () => {
    const keyring = join(await temporaryDirectory(), 'alice.asc')
    await writeFile(keyring, dataBytes('hello/alice.asc'))
    const collections = [{ name: 'debian', dialect: 'debian', admit: 'known-keys' }] as const
    const repository = await openTestRepository({ collections, keyrings: [keyring] })
    const [taken] = await repository.submit({ collection: 'debian', bytes: helloOf('alice') })
    expect(taken?.status).toBe('accepted')
    await repository.addKeys(dataBytes('hello/bob.asc'))
    await expect(
      repository.submit({ collection: 'debian', bytes: helloOf('bob') }),
    ).rejects.toMatchObject({ code: 'REBUILDER_REFUSED' })
    expect((await repository.status()).collections[0]).toMatchObject({ certifications: 1 })
  })

  it('that does not exist is said to be unknown', async () => {
    const repository = await openTestRepository()
    await expect(
      repository.submit({ collection: 'nix', bytes: helloOf('bob') }),
    ).rejects.toMatchObject({ code: 'COLLECTION_UNKNOWN' })
  })
})

/** The same hashed octets, another signature: base64 of the middle of the packet changed. */
function tamperedSignature(armored: string, flip: number): string {
  const at = armored.indexOf('-----BEGIN PGP SIGNATURE-----')
  const read = dearmor('SIGNATURE', bytes(armored.slice(at)))
  if (read === undefined) throw new Error('no signature')
  const octets = Uint8Array.from(read.octets)
  octets[octets.length - 1] = (octets.at(-1) ?? 0) ^ flip
  return `${armored.slice(0, at)}${enarmor('SIGNATURE', octets)}`
}
