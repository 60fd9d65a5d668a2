import { expect, test } from 'vitest'
import { enarmor } from '../../../src/certification/signatures/armor.ts'
import { debianText } from '../../support/debian-text.ts'
import { openTestRepository } from '../../support/open-test-repository.ts'
import { clearsign, detachedSignature, rebuilder } from '../../support/rebuilder.ts'
import type { TestRebuilder } from '../../support/rebuilder.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A document of an aggregate, signed. */
async function aggregate(modules: number, version: string, who: TestRebuilder) {
  const document = bytes(
    [
      `buildinfo.version=1.0-SNAPSHOT\ngroup-id=a\nartifact-id=b\nversion=${version}`,
      `outputs.0.0.filename=x\noutputs.0.0.length=1\noutputs.0.0.checksums.md5=${'a'.repeat(32)}`,
      ...Array.from({ length: modules }, (_, at) => `outputs.${at}.coordinates=a:m${at}`),
    ].join('\n'),
  )
  const signature = bytes(enarmor('SIGNATURE', await detachedSignature(document, who)))
  return { collection: 'maven', bytes: document, signature }
}

test('a source lists an aggregate once, however many modules and pages', async () => {
  const repository = await openTestRepository()
  const alice = await rebuilder()
  await repository.addKeys(alice.publicKey.bytes)
  const ids: string[] = []
  for (const version of ['1', '2', '3']) {
    const [outcome] = await repository.submit(await aggregate(40, version, alice))
    if (outcome?.status === 'accepted') ids.push(outcome.receipt.id)
  }
  const found: string[] = []
  let after: string | undefined
  do {
    const page = await repository.find({ source: 'a', limit: 1, ...(after && { after }) })
    found.push(...page.items.map(({ id }) => id))
    after = page.next
  } while (after !== undefined)
  expect(ids).toHaveLength(3)
  expect(found.toSorted()).toEqual(ids.toSorted())
  expect((await repository.find({ source: 'a' })).items).toHaveLength(3)
})

test('a document of more than 5,000 modules is refused', async () => {
  const repository = await openTestRepository()
  const alice = await rebuilder()
  await repository.addKeys(alice.publicKey.bytes)
  await expect(repository.submit(await aggregate(5001, '1', alice))).rejects.toMatchObject({
    code: 'BUILDINFO_FIELD_INVALID',
  })
})

test('a hundred certifications by one rebuilder take nobody out of an agreement', async () => {
  const repository = await openTestRepository()
  const [alice, mallory] = [await rebuilder(), await rebuilder()]
  await repository.addKeys(alice.publicKey.bytes)
  await repository.addKeys(mallory.publicKey.bytes)
  await repository.submit({
    collection: 'debian',
    bytes: bytes(await clearsign(debianText({}), [alice])),
  })
  expect(await repository.agreement('debian', 'hello/2.10-3')).toMatchObject({ truncated: false })
  const newest = new Set<string>()
  for (let at = 0; at < 140; at++) {
    const date = new Date(Date.parse('2026-03-01T00:00:00Z') + at * 1000)
    const [outcome] = await repository.submit({
      collection: 'debian',
      bytes: bytes(await clearsign(debianText({}), [mallory], { date })),
    })
    if (at >= 140 - 64 && outcome?.status === 'accepted') newest.add(outcome.receipt.id)
  }
  const agreement = await repository.agreement('debian', 'hello/2.10-3')
  expect(agreement?.truncated).toBe(true)
  const [group] = agreement?.artifacts[0]?.groups ?? []
  const said = new Map(group?.rebuilders.map((one) => [one.fingerprint, one.certifications]))
  expect(said.get(alice.publicKey.fingerprint)).toHaveLength(1)
  expect(new Set(said.get(mallory.publicKey.fingerprint))).toEqual(newest)
  const { items } = await repository.rebuilders({ limit: 10 })
  expect(items.map(({ certifications }) => certifications).toSorted((a, b) => a - b)).toEqual([
    1, 140,
  ])
})
