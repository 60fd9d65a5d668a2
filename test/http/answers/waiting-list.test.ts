import { expect, test } from 'vitest'
import { openHttpRepository } from '../../../src/client/http-repository.ts'
import type { Waiting } from '../../../src/contract/submission.ts'
import { addKey, BROWSER, data, get, helloOf, openDoor, post } from '../door.ts'

const KEY = data('hello/alice.fpr').toString().trim().slice(-16)
const JACKSON = 'jvm/signed/mvn-1.0-aggregate_jackson-bom-2.18.3'
const FOLDER = 'com/fasterxml/jackson/jackson-bom/2.18.3'

/** One that waits for its key, and one that waits for its signature, both from 192.0.2.77. */
async function waitingDoor() {
  const door = await openDoor()
  const send = (url: string, payload: Buffer) =>
    door.app.inject({ method: 'POST', url, payload, remoteAddress: '192.0.2.77' })
  const hello = await send('/debian', helloOf('alice'))
  expect(hello.statusCode).toBe(202)
  expect((await send('/maven', data(`${JACKSON}.buildinfo`))).statusCode).toBe(202)
  return { ...door, id: hello.json<Waiting>().id ?? '' }
}

test('what waits is listed with what it lacks and since when, and without whose it is', async () => {
  const { app, id } = await waitingDoor()
  const answer = await get(app, '/certifications?state=waiting')
  expect(answer.statusCode).toBe(200)
  expect(answer.body).not.toContain('192.0.2')
  const [hello, jackson, ...others] = answer.json<readonly Waiting[]>()
  expect(others).toEqual([])
  expect(hello).toMatchObject({
    id,
    waitingFor: 'key',
    code: 'key-unknown',
    keyId: KEY,
    collection: 'debian',
    name: 'hello/2.10-3/amd64 source',
  })
  expect(hello?.next).toContain(`gpg --armor --export ${KEY}`)
  expect(jackson).toMatchObject({
    waitingFor: 'signature',
    code: 'signature-missing',
    collection: 'maven',
  })
  expect(jackson?.name?.startsWith(`${FOLDER}/`)).toBe(true)
  for (const { since = '', expires } of [hello, jackson].flatMap((one) => one ?? []))
    expect(Date.parse(expires) - Date.parse(since)).toBe(24 * 3600 * 1000)
  const page = (await get(app, '/certifications?state=waiting', BROWSER)).body
  expect(page).toContain('hello/2.10-3/amd64')
  expect((await get(app, '/status', BROWSER)).body).toContain('/certifications?state=waiting')
})

test('its submitter finds it by name, page by page, and through the client', async () => {
  const { app, id } = await waitingDoor()
  const named = async (question: string) =>
    (await get(app, `/certifications?state=waiting&${question}`)).json<readonly Waiting[]>()
  expect((await named('source=hello/2.10-3')).map((one) => one.id)).toEqual([id])
  expect(await named('source=hell')).toEqual([])
  expect(await named('collection=maven')).toHaveLength(1)
  const first = await get(app, '/certifications?state=waiting&limit=1')
  const next = /<([^>]+)>; rel="next"/.exec(String(first.headers.link))?.[1] ?? ''
  const second = await get(app, next)
  expect([...first.json<Waiting[]>(), ...second.json<Waiting[]>()]).toEqual(await named('limit=2'))
  expect(second.headers.link).toBeUndefined()
  const wrong = await get(app, '/certifications?state=waiting&artifact=hello_2.10-3_amd64.deb')
  expect([wrong.statusCode, wrong.json<{ code: string }>().code]).toEqual([400, 'QUERY_INVALID'])
  const node = openHttpRepository(await app.listen({ port: 0, host: '127.0.0.1' }))
  const { items } = await node.waiting({ limit: 10 })
  expect(items.map(({ code }) => code)).toEqual(['key-unknown', 'signature-missing'])
  expect(await node.certification(id)).toBeUndefined()
})

test('by its id it is said why it is not here yet; when its key comes it is', async () => {
  const { app, id } = await waitingDoor()
  for (const suffix of ['', '.json', '.html']) {
    const answer = await get(app, `/certifications/${id}${suffix}`)
    const problem = answer.json<{ code: string; detail: string }>()
    expect([answer.statusCode, problem.code]).toEqual([404, 'CERTIFICATION_WAITING'])
    expect(problem.detail).toContain(`gpg --armor --export ${KEY}`)
    expect(problem.detail).toMatch(/since 20.*until 20/)
  }
  const never = await get(app, `/certifications/${'0'.repeat(64)}.json`)
  expect(never.json<{ code: string }>().code).toBe('CERTIFICATION_NOT_FOUND')
  await addKey(app, 'hello/alice.asc')
  expect((await get(app, `/certifications/${id}.json`)).statusCode).toBe(200)
  expect((await get(app, '/certifications?state=waiting')).json<Waiting[]>()).toHaveLength(1)
  expect((await post(app, '/debian', helloOf('alice'))).statusCode).toBe(200)
})
