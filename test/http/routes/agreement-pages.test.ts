import type { FastifyInstance } from 'fastify'
import { expect, test } from 'vitest'
import { openHttpRepository } from '../../../src/client/http-repository.ts'
import type { Agreement } from '../../../src/contract/agreement.ts'
import { clearsign, rebuilder } from '../../support/rebuilder.ts'
import { dataText } from '../../support/signed-text.ts'
import { BROWSER, get, openDoor } from '../door.ts'

const CORE = '/agreement/maven/io/quarkus/quarkus-core/3.39.0.CR1'
const TREE = '/agreement/maven/io/quarkus'

/** Two rebuilders of one large build. */
async function quarkusDoor(): Promise<FastifyInstance> {
  const { app } = await openDoor()
  const text = dataText('jvm/sample/quarkus-project-3.39.0.CR1.buildinfo')
  for (const signer of [await rebuilder(), await rebuilder()]) {
    await app.inject({ method: 'POST', url: '/keys', payload: Buffer.from(signer.publicKey.bytes) })
    const payload = await clearsign(text, [signer])
    expect((await app.inject({ method: 'POST', url: '/maven', payload })).statusCode).toBe(201)
  }
  return app
}

const nextOf = (link: unknown): string | undefined =>
  /^<([^>]+)>; rel="next"$/.exec(String(link))?.[1]

async function pagesOf(app: FastifyInstance, url: string) {
  const pages: { readonly body: Agreement; readonly bytes: number }[] = []
  for (let at: string | undefined = url; at !== undefined;) {
    const answer = await get(app, at)
    expect(answer.statusCode).toBe(200)
    pages.push({ body: answer.json<Agreement>(), bytes: answer.rawPayload.length })
    at = nextOf(answer.headers.link)
  }
  return pages
}

const namesOf = ({ artifacts }: Agreement): readonly string[] =>
  artifacts.map(({ name, group }) => `${group}:${name}`)

test('a module of a large build shows its own artifacts, and where the rest is', async () => {
  const app = await quarkusDoor()
  const core = (await get(app, CORE)).json<Agreement>()
  expect(namesOf(core)).toEqual([
    'io.quarkus:quarkus-core-3.39.0.CR1-sources.jar',
    'io.quarkus:quarkus-core-3.39.0.CR1.jar',
    'io.quarkus:quarkus-core-3.39.0.CR1.pom',
  ])
  expect(core.artifacts.every(({ groups }) => groups[0]?.rebuilders.length === 2)).toBe(true)
  const page = (await get(app, CORE, BROWSER)).body
  expect(page).toContain('3 artifacts')
  expect(page).not.toContain('quarkus-arc')
  const whole = await pagesOf(app, `${CORE}?whole=true`)
  const all = whole.flatMap(({ body }) => namesOf(body))
  expect(all.length).toBeGreaterThan(2_000)
  expect(core.elsewhere).toBe(all.length - 3)
  expect(whole[0]?.body.elsewhere).toBe(0)
  expect(page).toContain(`The whole build, ${all.length.toLocaleString('en')} artifacts`)
  expect(page).toContain(`href="${CORE}?whole=true"`)
  expect((await get(app, `${CORE}?whole=true`, BROWSER)).body).toContain('quarkus-arc')
})

test('an agreement on a whole tree comes in pages of a bounded size, each artifact once and in order', async () => {
  const app = await quarkusDoor()
  const pages = await pagesOf(app, TREE)
  expect(pages.length).toBeGreaterThan(1)
  for (const { bytes } of pages) expect(bytes).toBeLessThan(1.5 * 1024 * 1024)
  const all = pages.flatMap(({ body }) => namesOf(body))
  expect(new Set(all).size).toBe(all.length)
  const small = await pagesOf(app, `${TREE}?limit=700`)
  expect(small.flatMap(({ body }) => namesOf(body))).toEqual(all)
  expect(small.slice(0, -1).map(({ body }) => body.artifacts.length)).toEqual([700, 700, 700])
  expect((await get(app, `${TREE}?limit=0`)).statusCode).toBe(400)
  // a cursor says where, not what: it holds when what it names has gone
  const behind = (
    await get(app, `${TREE}?after=io.quarkus%2Fquarkus-core-3.39.0.CR1.jaq`)
  ).json<Agreement>()
  expect(behind.artifacts[0]?.name).toBe('quarkus-core-3.39.0.CR1.jar')
})

test('a client reads all pages as one agreement', async () => {
  const app = await quarkusDoor()
  const base = await app.listen({ port: 0, host: '127.0.0.1' })
  const all = (await pagesOf(app, TREE)).flatMap(({ body }) => namesOf(body))
  const node = openHttpRepository(base)
  const found = await node.agreement('maven', 'io/quarkus')
  expect(found === undefined ? [] : namesOf(found)).toEqual(all)
  const one = await node.agreement('maven', 'io/quarkus', { limit: 10 })
  expect(one?.artifacts).toHaveLength(10)
  expect(one?.next).toBeDefined()
})
