import { describe, expect, it } from 'vitest'
import { enarmor } from '../../../src/certification/signatures/armor.ts'
import type { SubmitOutcome } from '../../../src/contract/submission.ts'
import { openTestRepository } from '../../support/open-test-repository.ts'
import { detachedSignature, rebuilder } from '../../support/rebuilder.ts'

const OWNER = '192.0.2.1'
const STRANGER = '198.51.100.7'
const PATH = ['org', 'example', 'tool', '1.0', 'tool-1.0-alice.buildinfo']

const document = (version: string): Uint8Array =>
  new TextEncoder().encode(
    [
      'buildinfo.version=1.0-SNAPSHOT',
      'group-id=org.example',
      'artifact-id=tool',
      version,
      'outputs.0.filename=tool-1.0.jar',
      'outputs.0.length=1',
      `outputs.0.checksums.sha512=${'a'.repeat(128)}`,
      '',
    ].join('\n'),
  )

async function signed(text: string) {
  const repository = await openTestRepository()
  const alice = await rebuilder()
  await repository.addKeys(alice.publicKey.bytes)
  const bytes = document(text)
  const armored = enarmor('SIGNATURE', await detachedSignature(bytes, alice))
  return { repository, bytes, signature: new TextEncoder().encode(armored) }
}

const receipt = (outcome: SubmitOutcome | undefined) => {
  if (outcome === undefined || !('receipt' in outcome)) throw new Error('no receipt')
  return outcome.receipt
}

describe('a certification', () => {
  it('that comes under six names at once is accepted once, with one receipt', async () => {
    const { repository, bytes, signature } = await signed('version=1.0')
    const turns = Array.from({ length: 6 }, (_, at) => {
      const alias = [...PATH.slice(0, -1), `tool-${at}.buildinfo`]
      return repository.submit({ collection: 'maven', bytes, signature, alias })
    })
    const outcomes = (await Promise.all(turns)).flat()
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(1)
    expect(new Set(outcomes.map((one) => receipt(one).sequence)).size).toBe(1)
    const { id } = receipt(outcomes[0])
    expect((await repository.certification(id))?.aliases).toHaveLength(4)
  })

  it('that a stranger has given many names still answers under its own', async () => {
    const { repository, bytes, signature } = await signed('version=1.0')
    for (let at = 0; at < 6; at += 1) {
      const alias = [...PATH.slice(0, -1), `tool-junk${at}.buildinfo`]
      await repository.submit({ collection: 'maven', bytes, signature, alias, address: STRANGER })
    }
    const own = { collection: 'maven', address: OWNER }
    await repository.put({ ...own, segments: PATH, bytes })
    await repository.put({
      ...own,
      segments: [...PATH.slice(0, -1), `${PATH.at(-1)}.asc`],
      bytes: signature,
    })
    expect(await repository.resolve('maven', PATH)).toMatchObject({ kind: 'file' })
  })

  it('has sixteen names at most, whoever gives them', async () => {
    const { repository, bytes, signature } = await signed('version=1.0')
    let id = ''
    for (let at = 0; at < 20; at += 1) {
      const alias = [...PATH.slice(0, -1), `tool-${at}.buildinfo`]
      const address = `192.0.2.${at}`
      const submission = { collection: 'maven', bytes, signature, alias, address }
      const [outcome] = await repository.submit(submission)
      id = receipt(outcome).id
    }
    expect((await repository.certification(id))?.aliases).toHaveLength(16)
  })
})

const placedAt = (version: string): readonly string[] => [
  'org',
  'example',
  'tool',
  version,
  `tool-${version}.x.buildinfo`,
]

describe('a document without a version', () => {
  it('stands in the agreement where it was put, for as long as nobody says otherwise', async () => {
    const { repository, bytes, signature } = await signed('name=tool')
    const own = { collection: 'maven', bytes, signature, address: OWNER }
    await repository.submit({ ...own, alias: placedAt('1.0') })
    expect(await repository.agreement('maven', 'org/example/tool/1.0')).toBeDefined()
    for (const version of ['6', '7', '8', '9'])
      await repository.submit({ ...own, alias: placedAt(version), address: STRANGER })
    for (const version of ['1.0', '9'])
      expect(await repository.agreement('maven', `org/example/tool/${version}`)).toBeUndefined()
    expect(await repository.resolve('maven', placedAt('1.0'))).toMatchObject({ kind: 'file' })
  })

  it('takes its own place beside four wrong ones that a stranger gave', async () => {
    const { repository, bytes, signature } = await signed('name=tool')
    const own = { collection: 'maven', bytes, signature }
    for (const version of ['6', '7', '8', '9'])
      await repository.submit({ ...own, alias: placedAt(version), address: STRANGER })
    await repository.submit({ ...own, alias: placedAt('1.0'), address: OWNER })
    expect(await repository.resolve('maven', placedAt('1.0'))).toMatchObject({ kind: 'file' })
  })
})
