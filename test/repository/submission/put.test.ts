import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { enarmor } from '../../../src/certification/signatures/armor.ts'
import { codeOf } from '../../../src/base/errors.ts'
import { armorPublicKey } from '../../../src/certification/signatures/public-key.ts'
import type { NodeRepository, PutOutcome } from '../../../src/contract/node-repository.ts'
import { openTestRepository } from '../../support/open-test-repository.ts'
import { detachedSignature, rebuilder, type TestRebuilder } from '../../support/rebuilder.ts'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const DIRECTORY = ['org', 'example', 'tool', '1.0']
const NAME = 'tool-1.0-host-1.buildinfo'
const ALICE = '192.0.2.1'
const STRANGER = '198.51.100.7'

/** A document of sbt's kind; `date` makes it another one. */
const document = (date: number): Uint8Array =>
  bytes(
    [
      'buildinfo.version=0.1-SNAPSHOT',
      'group-id=org.example',
      'artifact-id=tool',
      'version=1.0',
      `date=${date}`,
      'outputs.0.filename=tool-1.0.jar',
      'outputs.0.length=1',
      `outputs.0.checksums.sha512=${'a'.repeat(128)}`,
    ].join('\n'),
  )

const signature = async (signed: Uint8Array, who: TestRebuilder): Promise<Uint8Array> =>
  bytes(enarmor('SIGNATURE', await detachedSignature(signed, who)))
const sum = (algorithm: string, of: Uint8Array): Uint8Array =>
  bytes(createHash(algorithm).update(of).digest('hex'))

/** PUT of a file beside or of the document; a refusal is told by its code. */
async function put(
  repository: NodeRepository,
  file: { readonly end: string; readonly bytes: Uint8Array; readonly address?: string },
): Promise<PutOutcome | string> {
  const segments = [...DIRECTORY, `${NAME}${file.end}`]
  return repository
    .put({ collection: 'maven', segments, bytes: file.bytes, address: file.address ?? ALICE })
    .catch((error: unknown) => codeOf(error) ?? String(error))
}

async function withKeys(...people: readonly TestRebuilder[]): Promise<NodeRepository> {
  const repository = await openTestRepository()
  for (const { publicKey } of people)
    await repository.addKeys(bytes(armorPublicKey(publicKey.bytes)))
  return repository
}

const found = async (repository: NodeRepository): Promise<number> =>
  (await repository.find({})).items.length

describe('what a stranger puts first under a name', () => {
  it('as a checksum does not refuse the document', async () => {
    const alice = await rebuilder()
    const repository = await withKeys(alice)
    await put(repository, { end: '.sha1', bytes: bytes('0'.repeat(40)), address: STRANGER })
    await put(repository, { end: '', bytes: document(1) })
    await put(repository, { end: '.asc', bytes: await signature(document(1), alice) })
    expect(await found(repository)).toBe(1)
  })

  it.each(['known', 'unknown'])(
    'as a signature by a key that is %s does not take the document away',
    async (kind) => {
      const [alice, mallory] = [await rebuilder(), await rebuilder()]
      const repository = await withKeys(alice, ...(kind === 'known' ? [mallory] : []))
      const foreign = await signature(bytes('something else'), mallory)
      await put(repository, { end: '.asc', bytes: foreign, address: STRANGER })
      await put(repository, { end: '', bytes: document(1) })
      await put(repository, { end: '.asc', bytes: await signature(document(1), alice) })
      expect(await found(repository)).toBe(1)
    },
  )
})

describe('a second publication under the same name', () => {
  it.each([[['.asc', '']], [['.asc', '.sha1', '']], [['', '.sha1', '.asc']]])(
    'is taken in the order %j',
    async (order) => {
      const [alice, bob] = [await rebuilder(), await rebuilder()]
      const repository = await withKeys(alice, bob)
      await put(repository, { end: '', bytes: document(1) })
      await put(repository, { end: '.asc', bytes: await signature(document(1), bob) })
      const files = new Map([
        ['', document(2)],
        ['.asc', await signature(document(2), alice)],
        ['.sha1', sum('sha1', document(2))],
      ])
      for (const end of order)
        expect(typeof (await put(repository, { end, bytes: files.get(end) ?? bytes('') }))).toBe(
          'object',
        )
      expect(await found(repository)).toBe(2)
    },
  )

  it('of the same document is answered with the receipt it had, and takes no place', async () => {
    const alice = await rebuilder()
    const repository = await withKeys(alice)
    await put(repository, { end: '', bytes: document(1) })
    await put(repository, { end: '.asc', bytes: await signature(document(1), alice) })
    expect(await put(repository, { end: '', bytes: document(1) })).toMatchObject({
      outcomes: [{ status: 'known' }],
    })
    expect((await repository.status()).waiting.items).toBe(0)
  })
})

describe('the files of one publication', () => {
  it('find each other when they come at once', async () => {
    const alice = await rebuilder()
    const repository = await withKeys(alice)
    const signed = await signature(document(1), alice)
    await Promise.all([
      put(repository, { end: '', bytes: document(1) }),
      put(repository, { end: '.asc', bytes: signed }),
    ])
    expect(await found(repository)).toBe(1)
    expect((await repository.status()).waiting.items).toBe(0)
  })

  it('leave nothing behind when the checksums come first', async () => {
    const alice = await rebuilder()
    const repository = await withKeys(alice)
    const signed = await signature(document(1), alice)
    for (const [end, of] of [
      ['.sha1', document(1)],
      ['.asc.sha1', signed],
    ] as const)
      await put(repository, { end, bytes: sum('sha1', of) })
    for (const [end, of] of [
      ['.md5', document(1)],
      ['.asc.md5', signed],
    ] as const)
      await put(repository, { end, bytes: sum('md5', of) })
    await put(repository, { end: '.asc', bytes: signed })
    await put(repository, { end: '', bytes: document(1) })
    expect(await found(repository)).toBe(1)
    expect((await repository.status()).waiting.items).toBe(0)
  })

  it('that do not fit each other are refused to the one who sent both', async () => {
    const [alice, bob] = [await rebuilder(), await rebuilder()]
    const repository = await withKeys(alice, bob)
    await put(repository, { end: '', bytes: document(1) })
    expect(await put(repository, { end: '.sha1', bytes: bytes('0'.repeat(40)) })).toBe(
      'CHECKSUM_MISMATCH',
    )
    const wrong = await signature(document(2), alice)
    expect(await put(repository, { end: '.asc', bytes: wrong })).toBe('SIGNATURE_INVALID')
    expect(await found(repository)).toBe(0)
  })
})

const array = async (repository: NodeRepository): Promise<readonly string[]> =>
  (await repository.sbtListing('maven', DIRECTORY)).map(({ name }) => name)

describe("sbt's array", () => {
  it('names a certification once, canonically, though two claim its name', async () => {
    const [alice, bob] = [await rebuilder(), await rebuilder()]
    const repository = await withKeys(alice, bob)
    for (const [who, date] of [
      [alice, 1],
      [bob, 2],
    ] as const) {
      await put(repository, { end: '', bytes: document(date) })
      await put(repository, { end: '.asc', bytes: await signature(document(date), who) })
    }
    const names = await array(repository)
    expect(names).toHaveLength(2)
    for (const name of names)
      expect(await repository.resolve('maven', [...DIRECTORY, name])).toMatchObject({
        kind: 'file',
      })
    expect(await repository.resolve('maven', [...DIRECTORY, NAME])).toMatchObject({
      kind: 'several',
    })
  })

  it('never names the bare name by which it is asked for', async () => {
    const alice = await rebuilder()
    const repository = await withKeys(alice)
    const signed = await signature(document(1), alice)
    const alias = [...DIRECTORY, 'tool-1.0.buildinfo']
    await repository.submit({
      collection: 'maven',
      bytes: document(1),
      signature: signed,
      alias,
    })
    expect(await array(repository)).toEqual([expect.stringMatching(/_[0-9a-f]{16}\.buildinfo$/)])
    expect(await repository.resolve('maven', alias)).toEqual({ kind: 'sbt' })
    const beside = [...DIRECTORY, 'tool-1.0.buildinfo.asc']
    expect(await repository.resolve('maven', beside)).toBeUndefined()
  })
})
