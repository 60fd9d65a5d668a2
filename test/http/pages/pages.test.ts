import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { keyserverOf } from '../../../src/http/pages/elements/references.ts'
import type { Comparison } from '../../../src/contract/certification.ts'
import { pageOf } from '../../../src/http/transport/paging.ts'
import { ALICE, BOB, BROWSER, data, form, get, openDoor, submitHello } from '../door.ts'

const DEB = '3833e140df6c4c6d1503a79981792d0525a7a510d42d5cd0bf71384f5e994164'
const AGREEMENT = 'href="/agreement/debian/hello/2.10-3"'

/** The one script that there is: a file, of this node. */
const OWN_SCRIPT = /<script src="\/(?:drop|live)\.js" defer><\/script>/g

/** As it is read. */
const textOf = (page: string): string =>
  page
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ (?=[.,:])/g, '')

/** The letters of one row of the picture, before its checksums. */
const marksIn = (row: string): readonly string[] =>
  [...(row.split('class="sums"')[0] ?? '').matchAll(/<a\s+class="mark[^>]*>([A-Z])</g)].map(
    ([, letter = '']) => letter,
  )

describe('a page', () => {
  it('is served for everything that people look at, and holds no script but our own and no other host', async () => {
    const { app } = await openDoor()
    const { alice = '' } = await submitHello(app)
    const { id: maven } = await submitMaven(app)
    const urls = [
      '/',
      '/debian/',
      '/debian/hello/',
      '/debian/hello/2.10-3/',
      '/debian/hello/2.10-3/amd64%20source/',
      '/maven/com/fasterxml/jackson/jackson-bom/',
      '/maven/com/fasterxml/jackson/jackson-bom/2.18.3/',
      '/agreement/maven/com/fasterxml/jackson/jackson-bom/2.18.3',
      `/certifications/${maven}.html`,
      '/certifications',
      '/certifications?source=hello&state=verified',
      `/artifacts/sha256/${DEB}`,
      `/certifications/${alice}.html`,
      '/artifacts?name=hello_2.10-3_amd64.deb',
      '/agreement/debian/hello/2.10-3',
      '/rebuilders',
      `/rebuilders/${ALICE}`,
      `/compare?a=${alice}&b=${alice}`,
      '/search?q=nothing',
      '/network',
      '/status',
      '/nothing',
      '/certifications?x=1',
    ]
    for (const url of urls) {
      const page = await get(app, url, BROWSER)
      expect([url, page.headers['content-type']]).toEqual([url, 'text/html; charset=utf-8'])
      expect(page.body).toMatch(/^<!doctype html>/)
      expect(page.body.replaceAll(OWN_SCRIPT, '')).not.toMatch(
        /<script|javascript:|style="|\son\w+="|(?:src|href)="(?:https?:)?\/\//i,
      )
      for (const [, href = ''] of page.body.matchAll(/href="([^"]+)"/g)) {
        // without a network there are no feeds to look at
        if (href.startsWith('/feeds/') && !href.includes('/proof/')) continue
        const target = await get(app, href.replaceAll('&amp;', '&'))
        expect([url, href, target.statusCode]).toEqual([url, href, 200])
      }
    }
  })

  it('of a node that has nothing yet says how to begin, and of one that has something what came last', async () => {
    const { app } = await openDoor()
    const empty = await get(app, '/', BROWSER)
    expect(empty.body).toContain('No certification yet')
    expect(empty.body).toContain('Add a certification')
    await submitHello(app)
    const { body } = await get(app, '/', BROWSER)
    const newest = body.slice(body.indexOf('Newest'))
    const places = ['Mallory', 'Bob', 'Alice'].map((name) => newest.indexOf(name))
    expect(places).toEqual(places.toSorted((one, other) => one - other))
    expect(places[0]).toBeGreaterThan(0)
  })

  it('of an agreement shows who contradicts whom, and where that is', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    const { body } = await get(app, '/agreement/debian/hello/2.10-3', BROWSER)
    expect(body).toContain(DEB)
    expect(textOf(body)).toContain('2 say A, 1 says B 2 artifacts: 2 said in several ways.')
    expect(body).toContain('Alice Throwaway')
    expect(body).toContain('<a href="/debian/hello/2.10-3/">2.10-3</a>')
    expect(body).toMatch(/<a[^>]*href="\/artifacts\/sha256\/3833e1[^>]*title="sha256 3833e1/)
    // hello: alice and bob the one, mallory the other
    const [, , hello = ''] = body.split('<th scope="row">')
    expect(marksIn(hello)).toEqual(['A', 'A', 'B'])
  })

  it('of two builds shows what differs between them, and leaves out what is equal', async () => {
    const { app } = await openDoor()
    const { alice = '', mallory = '' } = await submitHello(app)
    const url = `/compare?a=${alice}&b=${mallory}`
    const comparison = (await get(app, url)).json<Comparison>()
    const by = (field: string, item: string) =>
      comparison.differences.find((one) => one.field === field && one.item === item)
    expect(by('environment', 'DEB_BUILD_OPTIONS')).toMatchObject({
      left: '"parallel=2"',
      right: '"noopt parallel=2"',
    })
    expect(by('environment', 'DEB_CFLAGS_SET')).toMatchObject({ left: null })
    expect(by('checksums-sha256', 'hello_2.10-3_amd64.deb')?.left).toMatch(/^3833e1.* 53076$/)
    expect(by('build-path', '')?.left).toBe('/build/hello-alice/hello-2.10')
    expect(by('source', '')).toBeUndefined()
    expect(comparison.equal).toBeGreaterThan(100)
    const { body } = await get(app, url, BROWSER)
    expect(textOf(body)).toContain('environment DEB_BUILD_OPTIONS')
    const same = await get(app, `/compare?a=${alice}&b=${alice}`, BROWSER)
    expect(textOf(same.body)).toContain('They say the same.')
    expect((await get(app, `/compare?a=${alice}&b=${'0'.repeat(64)}`)).statusCode).toBe(404)
    expect((await get(app, `/compare?a=${alice}`)).statusCode).toBe(400)
    const { id: maven } = await submitMaven(app)
    expect((await get(app, `/compare?a=${alice}&b=${maven}`)).statusCode).toBe(400)
  })

  it('of an agreement on which nobody differs says so', async () => {
    const { app } = await openDoor()
    await submitMaven(app, 'alice')
    const url = '/agreement/maven/com/fasterxml/jackson/jackson-bom/2.18.3?whole=true'
    const alone = await get(app, url, BROWSER)
    expect(textOf(alone.body)).toContain('2 artifacts: 2 said by one rebuilder only.')
    await submitMaven(app, 'bob')
    const { body } = await get(app, url, BROWSER)
    expect(textOf(body)).toContain('2 say the same 2 artifacts: 2 said alike.')
    expect(body).not.toContain('several ways')
  })

  it('of a listing says of each certification whose it is and in which state', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    const { body } = await get(app, '/debian/hello/2.10-3/amd64/', BROWSER)
    expect(body).toContain(
      `<a href="/rebuilders/${BOB}">Bob Throwaway &lt;bob@rebuilder.example&gt;</a>`,
    )
    expect(body.match(/>verified</g)).toHaveLength(2)
    expect(body).toContain('2026-11-22')
    expect(body).toContain(AGREEMENT)
    const folder = await get(app, '/debian/hello/', BROWSER)
    expect(folder.body).toContain('<a href="/debian/hello/2.10-3/">2.10-3</a>')
    expect(folder.body).toContain(AGREEMENT)
    const collection = await get(app, '/debian/', BROWSER)
    expect(collection.body).toContain('<a href="/debian/hello/">hello/</a>')
    expect(collection.body).not.toContain('<table')
    expect(collection.body).not.toContain('/agreement/')
  })

  it('of a certification names its rebuilder, says the key id once and leads to the agreement', async () => {
    const { app } = await openDoor()
    const { alice = '' } = await submitHello(app)
    const { body } = await get(app, `/certifications/${alice}.html`, BROWSER)
    expect(body).toContain('Alice Throwaway')
    expect(body.split(`>${ALICE.slice(-16)}<`)).toHaveLength(2)
    expect(body).toContain(
      '<a href="/debian/hello/2.10-3/amd64%20source/">hello 2.10-3 (amd64 source)</a>',
    )
    expect(body).toContain(AGREEMENT)
    expect(body).not.toContain('also as')
  })

  it('of a search says what was asked, and what to try if nothing was found', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    const found = await get(app, `/artifacts/sha256/${DEB}`, BROWSER)
    expect(found.body).toMatch(/<title>[^<]*sha256 3833e140df6c4c6d…/)
    expect(found.body).toContain(DEB)
    const misses = [
      [`/artifacts/sha1/${'0'.repeat(40)}`, /Nobody certified these very bytes/],
      ['/artifacts?name=%3Cb%3E', /Who certified &lt;b&gt;[^]*matched exactly/],
      ['/certifications?source=nothing', /<dd class="hex">nothing<\/dd>[^]*try fewer/],
    ] as const
    for (const [url, expected] of misses) {
      const { body } = await get(app, url, BROWSER)
      expect(body).toMatch(expected)
      expect(body).not.toContain('<table')
    }
  })

  it('has at most a hundred rows, however many are asked for', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    const { body, headers } = await get(app, '/certifications?limit=2', BROWSER)
    expect(body.match(/data-head="certification"/g)).toHaveLength(2)
    expect(headers['link']).toContain('limit=2')
    expect(pageOf({ limit: '1000' }, true).limit).toBe(100)
    expect(pageOf({ limit: '1000' }, false).limit).toBe(1000)
  })
})

describe('the first page', () => {
  it('sends the key beside the file, to this node', async () => {
    const { app } = await openDoor({ publicUrl: 'https://node.example/' })
    const { body } = await get(app, '/', BROWSER)
    expect(body).toContain(
      'curl -F file=@hello_2.10-3_amd64.buildinfo -F key=@my-key.asc https://node.example/debian',
    )
    expect(body).toContain('gpg --keyserver hkps://node.example --recv-keys')
  })

  it.for([
    ['https://node.example', 'hkps://node.example'],
    ['https://node.example:8443', 'hkps://node.example:8443'],
    ['http://node.example', 'hkp://node.example:80'],
    ['http://node.example:80', 'hkp://node.example:80'],
    ['http://127.0.0.1:8000', 'hkp://127.0.0.1:8000'],
    ['http://[::1]:8000', 'hkp://[::1]:8000'],
    ['', 'hkp://HOST'],
  ] as const)('is at %s, which gpg calls %s', ([base, keyserver]) => {
    expect(keyserverOf(base)).toBe(keyserver)
  })
})

const JACKSON = 'jvm/signed/mvn-1.0-aggregate_jackson-bom-2.18.3'

async function submitMaven(app: FastifyInstance, who = 'alice') {
  const { headers, payload } = form([
    { name: 'file', bytes: data(`${JACKSON}.buildinfo`), filename: 'a' },
    { name: 'signature', bytes: data(`${JACKSON}.${who}.buildinfo.asc`), filename: 'b' },
    { name: 'key', bytes: data(`hello/${who}.asc`), filename: 'c' },
  ])
  const answer = await app.inject({ method: 'POST', url: '/maven', headers, payload })
  expect(answer.statusCode).toBe(201)
  return answer.json<{ id: string }>()
}

describe('every answer', () => {
  it('carries a strict policy', async () => {
    const { app } = await openDoor()
    for (const url of [
      '/',
      '/debian/',
      '/health',
      '/nothing',
      '/debian/%ff',
      '/style.css',
      '/certifications?x=1',
    ]) {
      const { headers } = await get(app, url)
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(headers['access-control-allow-origin']).toBe('*')
    }
  })
})
