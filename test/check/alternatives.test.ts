import { expect, test } from 'vitest'
import { readPublicKeys } from '../../src/certification/signatures/public-key.ts'
import { binaryKeyring } from '../../src/certification/signatures/keyring-file.ts'
import type { Agreement } from '../../src/contract/agreement.ts'
import { checkOne, listening, policyOf } from './checking.ts'
import { BROWSER, data, get, openDoor, post } from '../http/door.ts'

const TWICE = 'jvm/twice'
const PATH = '/agreement/maven/org/example/case/case-parent/17.1'
const NAMED = { name: 'case-17.1-shaded.jar', group: 'org.example.case' }

/** Two rebuilders of a build in which two modules make a file of one name: their lists are equal. */
async function twiceDoor() {
  const door = await openDoor()
  await post(door.app, '/keys', data(`${TWICE}/keys.asc`))
  for (const who of ['a', 'b']) {
    const bytes = data(`${TWICE}/${who}.buildinfo`)
    const signature = data(`${TWICE}/${who}.buildinfo.asc`)
    const [outcome] = await door.repository.submit({ collection: 'maven', bytes, signature })
    expect(outcome?.status).toBe('accepted')
  }
  const keys = await readPublicKeys(binaryKeyring(data(`${TWICE}/keys.asc`)))
  const [a = '', b = ''] = keys.map(({ fingerprint }) => fingerprint)
  return { ...door, policy: policyOf({ a, b }, 2) }
}

test('two sums of one name in one certification are alternatives: equal lists agree', async () => {
  const { app } = await twiceDoor()
  const found = (await get(app, PATH)).json<Agreement>()
  expect(found.artifacts.every(({ others }) => others.agreeing === 2)).toBe(true)
  const twice = found.artifacts.find(({ name }) => name === NAMED.name)
  expect(twice?.groups.map(({ rebuilders }) => rebuilders.length)).toEqual([2, 2])
  expect(twice?.others).toMatchObject({ agreeing: 2, differing: 0 })
  expect((await get(app, PATH, BROWSER)).body).toContain('2 said alike')
})

test.each(['4dff4ea3', '6ad275d2'])('either of the two files is reproduced: %s…', async (begin) => {
  const door = await twiceDoor()
  const text = data(`${TWICE}/a.buildinfo`).toString()
  const sha512 = new RegExp(`${begin}[0-9a-f]+`).exec(text)?.[0] ?? ''
  const subject = { name: NAMED.name, names: [NAMED], isNamedByUser: true, checksums: { sha512 } }
  const { result } = await checkOne(subject, [await listening(door)], door.policy)
  expect(result).toMatchObject({ verdict: 'reproduced', agreeing: 2 })
  expect(result.votes.map(({ vote }) => vote)).toEqual(['agrees', 'agrees'])
})

test('a file that is none of the alternatives is contradicted', async () => {
  const door = await twiceDoor()
  const sha512 = 'f'.repeat(128)
  const subject = { name: NAMED.name, names: [NAMED], isNamedByUser: true, checksums: { sha512 } }
  const { result } = await checkOne(subject, [await listening(door)], door.policy)
  expect(result).toMatchObject({ verdict: 'contradicted', agreeing: 0 })
  expect(result.votes[0]?.contradictions).toHaveLength(2)
})
