import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { check, readSubject, type Subject } from '../../src/check/check.ts'
import { debianText } from '../support/debian-text.ts'
import { revokedCopy } from '../support/key-changes.ts'
import { clearsign, rebuilder } from '../support/rebuilder.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { checkOne, helloNode, HONEST, listening, POLICY, policyOf, TROJAN } from './checking.ts'
import { ALICE, type Door, MALLORY, openDoor, post } from '../http/door.ts'

describe('checked against a real node,', () => {
  test('what two operators of two certified is reproduced', async () => {
    const { node, ids } = await helloNode()
    const { result, failures } = await checkOne(await readSubject(HONEST), [node])
    expect(result).toMatchObject({ verdict: 'reproduced', agreeing: 2, operators: 2, lacking: [] })
    expect(result.votes.map(({ certifications }) => certifications)).toEqual([
      [ids['alice']],
      [ids['bob']],
    ])
    expect(failures).toEqual([null])
  })

  test('a trojan is contradicted, whatever its file is called, and whoever else certified it', async () => {
    const { node } = await helloNode()
    const renamed = join(await temporaryDirectory(), 'firefox_99_amd64.deb')
    await cp(TROJAN, renamed)
    const { result } = await checkOne(await readSubject(renamed), [node])
    expect(result.subject.name).toBe('hello_2.10-3_amd64')
    expect(result).toMatchObject({ verdict: 'contradicted', agreeing: 0 })
    const trusting = policyOf({ alice: ALICE, mallory: MALLORY }, 1)
    const mixed = await checkOne(await readSubject(TROJAN), [node], trusting)
    expect(mixed.result).toMatchObject({ verdict: 'contradicted', agreeing: 1 })
  })

  test('a key that one node says is revoked has no vote, though another hides that', async () => {
    const [honest, hiding] = [await openDoor(), await openDoor()]
    const signer = await rebuilder()
    const certification = Buffer.from(await clearsign(debianText({ version: '1' }), [signer]))
    for (const { app } of [honest, hiding]) {
      await post(app, '/keys', Buffer.from(signer.publicKey.bytes))
      expect((await post(app, '/debian', certification)).statusCode).toBe(201)
    }
    const page = await honest.repository.find({})
    const detail = await honest.repository.certification(page.items[0]?.id ?? '')
    const [artifact] = detail?.artifacts ?? []
    const sha256 = artifact?.checksums.find(({ algorithm }) => algorithm === 'sha256')?.hex ?? ''
    const name = artifact?.name ?? ''
    const subject = { name, names: [{ name }], size: artifact?.size, checksums: { sha256 } }
    const policy = policyOf({ signer: signer.publicKey.fingerprint }, 1)
    const nodes = [await listening(honest), await listening(hiding)]
    expect((await checkOne(subject, nodes, policy)).result.verdict).toBe('reproduced')
    await post(honest.app, '/keys', Buffer.from((await revokedCopy(signer)).bytes))
    const { result } = await checkOne(subject, nodes, policy)
    expect(result.verdict).toBe('unknown')
    expect(result.votes[0]?.uncounted).toMatchObject([{ state: 'key-revoked' }])
  })

  test('what one node leaves out is said, with the node that has it', async () => {
    const whole = await helloNode()
    const partial = await openDoor()
    await post(partial.app, '/keys', Buffer.from(await keyOf(whole, ALICE)))
    const node = await listening(partial)
    const { result } = await checkOne(await readSubject(HONEST), [node, whole.node])
    expect(result.verdict).toBe('reproduced')
    expect(result.lacking.map((one) => one.node)).toEqual([node])
    expect(new Set(result.lacking[0]?.ids)).toEqual(new Set([whole.ids['alice'], whole.ids['bob']]))
  })
})

const keyOf = async ({ repository }: Door, fingerprint: string): Promise<string> =>
  (await repository.key(fingerprint)) ?? ''

test('a file that has a colon in its name is asked for by its checksums, and keeps no other from its answer', async () => {
  const { node } = await helloNode()
  const path = join(await temporaryDirectory(), 'a:b.txt')
  await cp(TROJAN.replace('.deb', '.buildinfo'), path)
  const { results } = await check([await readSubject(path), await readSubject(HONEST)], {
    policy: POLICY,
    nodes: [node],
  })
  expect(results.map(({ verdict }) => verdict)).toEqual(['unknown', 'reproduced'])
})

const refused = async (subjects: readonly Subject[], nodes: readonly string[]) =>
  expect(check(subjects, { policy: POLICY, nodes })).rejects.toMatchObject({ code: 'USAGE' })

test('mistakes of a program that calls it are refused', async () => {
  const subject = await readSubject(HONEST)
  await refused([subject], [])
  await refused([subject], ['garbage'])
  await refused([subject], ['http://user:secret@127.0.0.1:1/'])
  await refused([{ ...subject, checksums: {} }], ['http://127.0.0.1:1/'])
  await refused([{ ...subject, checksums: { sha256: 'A'.repeat(64) } }], ['http://127.0.0.1:1/'])
})

test('without any node that answers nothing is known, and every one is named', async () => {
  const { results, sources } = await check([await readSubject(HONEST)], {
    policy: POLICY,
    nodes: ['http://127.0.0.1:9/', 'http://127.0.0.1:1'],
  })
  expect(results[0]?.verdict).toBe('unknown')
  expect(sources.every(({ failure }) => failure !== null)).toBe(true)
})
