import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { addKey, ALICE, BROWSER, data, get, helloOf, JDK, openDoor, submitHello } from '../door.ts'

const FOLDER = '/debian/hello/2.10-3/amd64%20source'
/** Where bob and mallory built no source package. */
const BINARY_ONLY = '/debian/hello/2.10-3/amd64'

const fileOf = async (app: FastifyInstance, id: string): Promise<string> =>
  (await get(app, `/certifications/${id}.json`)).json<{ path: string }>().path

describe('a certification', () => {
  it('is served as its bytes under its path and its id, whatever the client likes to accept', async () => {
    const { app } = await openDoor()
    const { alice = '' } = await submitHello(app)
    const path = await fileOf(app, alice)
    expect(path).toBe(`${FOLDER}/hello_2.10-3_amd64_${alice.slice(0, 16)}.buildinfo`)
    for (const url of [path, `/certifications/${alice}`])
      for (const headers of [{}, JDK, BROWSER, { accept: 'application/json' }]) {
        const answer = await get(app, url, headers)
        expect(answer.statusCode).toBe(200)
        expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
        expect(answer.headers['x-content-type-options']).toBe('nosniff')
        expect(answer.body).toMatch(/^-----BEGIN PGP SIGNED MESSAGE-----/)
        expect(answer.body).toContain('Source: hello\n')
      }
  })

  it('has a strong ETag and a short age, and is not sent again to whoever has it', async () => {
    const { app } = await openDoor()
    const { alice = '', bob = '' } = await submitHello(app)
    const first = await get(app, `/certifications/${alice}`)
    const etag = String(first.headers.etag)
    expect(etag).toMatch(new RegExp(`^"${alice}`))
    expect(first.headers['cache-control']).toContain('max-age=60')
    const known = { 'if-none-match': `W/"other", ${etag}` }
    const again = await get(app, `/certifications/${alice}`, known)
    expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', etag])
    expect((await get(app, `/certifications/${bob}`, known)).statusCode).toBe(200)
  })

  it('is named in a Content-Disposition that nothing can break out of', async () => {
    const { app } = await openDoor()
    const { alice = '' } = await submitHello(app)
    const { headers } = await get(app, `/certifications/${alice}`)
    expect(headers['content-disposition']).toBe(
      `inline; filename="hello_2.10-3_amd64_${alice.slice(0, 16)}.buildinfo"`,
    )
  })

  it('says in JSON and on a page what it says and who signed it', async () => {
    const { app } = await openDoor()
    const { alice = '' } = await submitHello(app)
    const detail = (await get(app, `/certifications/${alice}.json`, BROWSER)).json<
      Record<string, unknown>
    >()
    expect(detail).toMatchObject({
      id: alice,
      rebuilder: ALICE,
      state: 'verified',
      counts: true,
      detached: false,
    })
    const page = await get(app, `/certifications/${alice}.html`)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.body).toContain('hello_2.10-3_amd64.deb')
  })

  it('that is clearsigned has no detached signature', async () => {
    const { app } = await openDoor()
    const { alice = '' } = await submitHello(app)
    const answer = await get(app, `/certifications/${alice}.asc`)
    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toMatchObject({ code: 'SIGNATURE_NOT_FOUND' })
  })

  it('that nobody handed in is not found', async () => {
    const { app } = await openDoor()
    for (const suffix of ['', '.asc', '.json', '.html']) {
      const answer = await get(app, `/certifications/${'0'.repeat(64)}${suffix}`)
      expect(answer.statusCode).toBe(404)
      expect(answer.json()).toMatchObject({ code: 'CERTIFICATION_NOT_FOUND' })
    }
  })
})

describe('a listing', () => {
  it('is a bare JSON array of path, name and type, with or without a slash at the end', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    for (const url of ['/debian', '/debian/'])
      expect((await get(app, url)).json()).toEqual([
        { path: 'debian/hello', name: 'hello', type: 'collection' },
      ])
    const files = (await get(app, BINARY_ONLY)).json<
      { path: string; name: string; type: string; id: string }[]
    >()
    expect((await get(app, `${BINARY_ONLY}/`)).json()).toEqual(files)
    expect(files.filter(({ type }) => type === 'object')).toHaveLength(2)
    for (const { path, id } of files)
      expect((await get(app, `/${encodeURI(path)}`)).body).toBe(
        (await get(app, `/certifications/${id}`)).body,
      )
  })

  it('of an empty collection is empty, and of nothing is not found', async () => {
    const { app } = await openDoor()
    expect((await get(app, '/maven/')).json()).toEqual([])
    expect((await get(app, '/maven/org/')).json()).toMatchObject({
      code: 'PATH_NOT_FOUND',
      status: 404,
    })
    expect((await get(app, '/gentoo/')).json()).toMatchObject({
      code: 'COLLECTION_UNKNOWN',
      status: 404,
    })
  })

  it('comes in pages that together are the whole', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    const names: string[] = []
    let url: string | undefined = `${BINARY_ONLY}/?limit=1`
    while (url !== undefined) {
      const answer = await get(app, url)
      const page = answer.json<{ name: string }[]>()
      expect(page).toHaveLength(1)
      names.push(...page.map(({ name }) => name))
      url = /^<([^>]+)>; rel="next"$/.exec(String(answer.headers.link ?? ''))?.[1]
    }
    const whole = (await get(app, BINARY_ONLY)).json<{ name: string }[]>().map(({ name }) => name)
    expect(names).toEqual(whole)
    expect(names).toHaveLength(2)
  })

  it('is HTML only for whoever likes HTML better than anything else', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    const typeFor = async (accept: string) => {
      const { headers } = await get(app, '/debian/', { accept })
      expect(headers.vary).toBe('Accept')
      return headers['content-type']
    }
    for (const accept of [
      '*/*',
      'application/json',
      'application/json, text/html;q=0.9',
      '',
      'image/png',
      'text/html;q=0',
    ])
      expect(await typeFor(accept)).toContain('application/json')
    for (const accept of ['text/html', BROWSER.accept, JDK.accept])
      expect(await typeFor(accept)).toContain('text/html')
  })
})

describe('an alias', () => {
  it('answers GET as long as it is unique, and then 300 with both', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    await addKey(app, 'hello/bob.asc')
    const alias = '/debian/hello/2.10-3/hello_2.10-3_amd64.buildinfo'
    expect(
      (await app.inject({ method: 'PUT', url: alias, payload: helloOf('alice') })).statusCode,
    ).toBe(201)
    expect((await get(app, alias)).body).toContain('BEGIN PGP SIGNED MESSAGE')
    expect(
      (await app.inject({ method: 'PUT', url: alias, payload: helloOf('bob') })).statusCode,
    ).toBe(201)
    const both = await get(app, alias)
    expect(both.statusCode).toBe(300)
    const links = both.json<{ url: string }[]>()
    expect(links).toHaveLength(2)
    for (const { url } of links) expect((await get(app, url)).statusCode).toBe(200)
  })
})

describe('a detached signature', () => {
  it('stands beside its document, by path and by id', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const folder = '/maven/com/scalapenos/stamina-core_2.12/0.1.6'
    const stem = 'jvm/signed/sbt-0.1_stamina-core_2.12-0.1.6'
    await app.inject({
      method: 'PUT',
      url: `${folder}/stamina-core_2.12-0.1.6-host-1.buildinfo`,
      payload: data(`${stem}.buildinfo`),
    })
    const put = await app.inject({
      method: 'PUT',
      url: `${folder}/stamina-core_2.12-0.1.6-host-1.buildinfo.asc`,
      payload: data(`${stem}.alice.buildinfo.asc`),
    })
    expect(put.statusCode).toBe(201)
    const { id, path } = put.json<{ id: string; path: string }>()
    const byPath = await get(app, `${path}.asc`)
    expect(byPath.body).toMatch(/^-----BEGIN PGP SIGNATURE-----/)
    expect((await get(app, `/certifications/${id}.asc`)).body).toBe(byPath.body)
    expect((await get(app, path)).rawPayload.equals(data(`${stem}.buildinfo`))).toBe(true)
  })
})
