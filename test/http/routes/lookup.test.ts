import { describe, expect, test } from 'vitest'
import { readSubject } from '../../../src/check/check.ts'
import { HONEST } from '../../check/checking.ts'
import { ALICE, type Door, MALLORY, openDoor, submitHello } from '../door.ts'

const ask = ({ app }: Door, body: object | string) =>
  app.inject({ method: 'POST', url: '/artifacts/lookup', payload: body })

describe('POST /artifacts/lookup', () => {
  test('answers for many files at once with what the named rebuilders certified, and with nothing of others', async () => {
    const door = await openDoor()
    const ids = await submitHello(door.app)
    const { checksums } = await readSubject(HONEST)
    const artifacts = [
      { name: 'nothing_1_all' },
      { name: 'x', sha256: checksums.sha256 },
      { name: 'hello_2.10-3_amd64' },
    ]
    const answer = await ask(door, { artifacts, rebuilders: [ALICE, MALLORY.toLowerCase()] })
    expect(answer.statusCode).toBe(200)
    const found = answer.json<{
      answers: { certifications: string[]; truncated: boolean }[]
      certifications: { id: string; dialect: string }[]
    }>()
    expect(found.answers.map(({ certifications }) => new Set(certifications))).toEqual([
      new Set(),
      new Set([ids['alice']]),
      new Set([ids['alice'], ids['mallory']]),
    ])
    expect(found.answers.every(({ truncated }) => !truncated)).toBe(true)
    expect(new Set(found.certifications.map(({ id }) => id))).toEqual(
      new Set([ids['alice'], ids['mallory']]),
    )
  })

  test.each([
    ['no body', ''],
    ['no JSON', 'x'],
    ['nothing to look up', { artifacts: [], rebuilders: [ALICE] }],
    ['nobody to believe', { artifacts: [{ name: 'a' }], rebuilders: [] }],
    ['another key', { artifacts: [{ name: 'a', md5: 'x' }], rebuilders: [ALICE] }],
    [
      'too many',
      { artifacts: Array.from({ length: 129 }, () => ({ name: 'a' })), rebuilders: [ALICE] },
    ],
    ['a name that is a path', { artifacts: [{ name: '../a' }], rebuilders: [ALICE] }],
  ])('refuses %s', async (_, body) => {
    const answer = await ask(await openDoor(), body)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toHaveProperty('code')
  })
})
