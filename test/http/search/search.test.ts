import type { FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import type { SearchAnswer } from '../../../src/contract/listing.ts'
import { buildServer } from '../../../src/http/server.ts'
import { ALICE, BROWSER, data, form, get, openDoor, SETTINGS, submitHello } from '../door.ts'

const DEB = '3833e140df6c4c6d1503a79981792d0525a7a510d42d5cd0bf71384f5e994164'

async function helloDoor() {
  const { app } = await openDoor()
  const ids = await submitHello(app)
  const name = 'jvm/signed/mvn-1.0-aggregate_jackson-bom-2.18.3'
  const parts = [
    { name: 'file', bytes: data(`${name}.buildinfo`) },
    { name: 'signature', bytes: data(`${name}.alice.buildinfo.asc`) },
  ]
  await app.inject({ method: 'POST', url: '/maven', ...form(parts) })
  return { app, ids }
}

const found = async (app: FastifyInstance, query: string): Promise<SearchAnswer> =>
  (await get(app, `/search?q=${encodeURIComponent(query)}`)).json<SearchAnswer>()

test('one box finds whatever one thing can be called', async () => {
  const { app, ids } = await helloDoor()
  const alice = ids['alice'] ?? ''
  for (const [query, url] of [
    ['hello', '/debian/hello/'],
    ['hello 2.10-3', '/debian/hello/2.10-3/'],
    [' hello/2.10-3/ ', '/debian/hello/2.10-3/'],
    ['hello_2.10-3_amd64.deb', '/artifacts?name=hello_2.10-3_amd64.deb'],
    ['hello_2.10-3_amd64', '/artifacts?name=hello_2.10-3_amd64'],
    [DEB, `/artifacts/sha256/${DEB}`],
    [DEB.toUpperCase(), `/artifacts/sha256/${DEB}`],
    ['3eff17c2115f6e493c90b5f56f1870ef', '/artifacts/md5/3eff17c2115f6e493c90b5f56f1870ef'],
    [`sha256:${DEB}`, `/artifacts/sha256/${DEB}`],
    [`${DEB}  hello_2.10-3_amd64.deb`, `/artifacts/sha256/${DEB}`],
    [DEB.slice(0, 12), `/artifacts/sha256/${DEB}`],
    [`${DEB.slice(0, 13)}…`, `/artifacts/sha256/${DEB}`],
    [alice.slice(0, 16), `/certifications/${alice}.html`],
    [alice, `/certifications/${alice}.html`],
    ['Alice Throwaway', `/rebuilders/${ALICE}`],
    ['alice@rebuilder.example', `/rebuilders/${ALICE}`],
    ['debian', '/debian/'],
    [ALICE, `/rebuilders/${ALICE}`],
    [`0x${ALICE.slice(-16)}`, `/rebuilders/${ALICE}`],
    [ALICE.replaceAll(/(.{4})/g, '$1 ').toLowerCase(), `/rebuilders/${ALICE}`],
    [
      'com.fasterxml.jackson:jackson-bom:2.18.3',
      '/maven/com/fasterxml/jackson/jackson-bom/2.18.3/',
    ],
    ['com.fasterxml.jackson', '/maven/com/fasterxml/jackson/'],
    ['2.10-3', '/debian/hello/2.10-3/'],
    ['jackson-bom', '/maven/com/fasterxml/jackson/jackson-bom/'],
  ] as const) {
    const { hits } = await found(app, query)
    expect([query, hits.map((hit) => hit.url)]).toEqual([query, [url]])
    expect((await get(app, url)).statusCode).toBe(200)
  }
})

test('a version finds every source that has it', async () => {
  const { app } = await helloDoor()
  const { hits } = await found(app, '2.18.3')
  expect(hits.map(({ name }) => name)).toEqual([
    'maven / com / fasterxml / jackson / jackson-bom / 2.18.3',
    'maven / com / fasterxml / jackson / jackson-base / 2.18.3',
  ])
})

test('a browser is sent straight to what alone is meant, and told what is near otherwise', async () => {
  const { app } = await helloDoor()
  const straight = await get(app, '/search?q=hello+2.10-3', BROWSER)
  expect(straight.statusCode).toBe(302)
  expect(straight.headers.location).toBe('/debian/hello/2.10-3/')
  const near = await get(app, '/search?q=helo', BROWSER)
  expect(near.body).toContain('<a href="/debian/hello/">debian / hello</a>')
  const nothing = await get(app, '/search?q=%3Cb%3Ezzz', BROWSER)
  expect(nothing.body).toContain('Nothing of that name here')
  expect(nothing.body).toContain('value="&lt;b&gt;zzz"')
})

test('what is no question is no hit', async () => {
  const { app } = await helloDoor()
  for (const query of ['', ' ', '../..', '::', '/', 'a'.repeat(512), '\u0000', '%'])
    expect([query, await found(app, query)]).toEqual([query, { hits: [], near: [] }])
  expect((await get(app, '/search')).statusCode).toBe(400)
  expect((await get(app, `/search?q=${'a'.repeat(600)}`)).statusCode).toBe(400)
})

test('a path that leads nowhere is nobody’s name, so that nobody is looked for', async () => {
  const { app, repository } = await openDoor()
  await submitHello(app)
  let looked = 0
  const keyListings: typeof repository.keyListings = async (search) => {
    looked += 1
    return repository.keyListings(search)
  }
  const counting = buildServer({ ...repository, keyListings }, SETTINGS)
  onTestFinished(() => counting.close())
  await get(counting, '/debian/Throwaway/b/c/d/e', BROWSER)
  expect(looked).toBe(0)
  expect((await found(counting, 'Throwaway')).hits).toHaveLength(3)
  expect(looked).toBe(1)
})
