import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { addKey, ALICE, data, form, get, helloOf, kept, openDoor, post } from './door.ts'

const MEBIBYTE = 1024 * 1024

/** A clearsigned file of exactly this size: text around the armor is nobody's, but has a size. */
const padded = (size: number) =>
  Buffer.concat([Buffer.alloc(size - helloOf('alice').length, '\n'), helloOf('alice')])

interface Refused {
  readonly url: string
  readonly body: Buffer
  readonly status: number
  readonly code: string
}

describe('a refusal changes nothing', () => {
  const CASES: readonly (readonly [string, Refused])[] = [
    ['an empty body', { url: '/debian', body: Buffer.alloc(0), status: 400, code: 'BODY_EMPTY' }],
    [
      'a body of 1 MiB and one byte',
      { url: '/debian', body: padded(MEBIBYTE + 1), status: 413, code: 'TOO_LARGE' },
    ],
    [
      'a tampered certification',
      {
        url: '/debian',
        body: data('odd/07-tampered.buildinfo'),
        status: 403,
        code: 'SIGNATURE_INVALID',
      },
    ],
    [
      'an unsigned one',
      {
        url: '/debian',
        body: data('odd/08-unsigned.buildinfo'),
        status: 400,
        code: 'SIGNATURE_MISSING',
      },
    ],
    [
      'path traversal in its source',
      {
        url: '/debian',
        body: data('odd/11-traversal.buildinfo'),
        status: 400,
        code: 'BUILDINFO_FIELD_INVALID',
      },
    ],
    [
      'a slash in its version',
      {
        url: '/debian',
        body: data('odd/12-slash-version.buildinfo'),
        status: 400,
        code: 'BUILDINFO_FIELD_INVALID',
      },
    ],
    [
      'two messages',
      {
        url: '/debian',
        body: Buffer.concat([helloOf('alice'), helloOf('bob')]),
        status: 400,
        code: 'MESSAGES_SEVERAL',
      },
    ],
    [
      'an inline-signed message',
      {
        url: '/debian',
        body: data('odd/27-inline-signed-not-clearsigned.buildinfo'),
        status: 400,
        code: 'MESSAGE_NOT_CLEARSIGNED',
      },
    ],
    [
      'a document of another dialect',
      { url: '/maven', body: helloOf('alice'), status: 400, code: 'BUILDINFO_SYNTAX' },
    ],
    [
      'an unknown collection',
      { url: '/gentoo', body: helloOf('alice'), status: 404, code: 'COLLECTION_UNKNOWN' },
    ],
    [
      'a POST below a collection',
      { url: '/debian/hello', body: helloOf('alice'), status: 405, code: 'METHOD_NOT_ALLOWED' },
    ],
    [
      'a key that is none',
      { url: '/keys', body: Buffer.from('nothing'), status: 400, code: 'KEY_SYNTAX' },
    ],
  ]
  it.each(CASES)('%s', async (_what, { url, body, status, code }) => {
    const { app, repository } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    await addKey(app, 'hello/bob.asc')
    const before = await kept(repository)
    const answer = await post(app, url, body)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    const problem = answer.json<{ status: number; code: string; detail: string }>()
    expect([answer.statusCode, problem.status]).toEqual([status, status])
    expect(problem.code).toBe(code)
    expect(problem.detail.length).toBeGreaterThan(10)
    expect(await kept(repository)).toEqual(before)
  })

  it('takes a body of 1 MiB exactly', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    expect((await post(app, '/debian', padded(MEBIBYTE))).statusCode).toBe(201)
  })

  it('a part of a form that is larger than 1 MiB', async () => {
    const { app, repository } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const before = await kept(repository)
    const large = form([{ name: 'file', bytes: padded(MEBIBYTE + 1), filename: 'x' }])
    const answer = await app.inject({ method: 'POST', url: '/debian', ...large })
    expect(answer.json()).toMatchObject({ code: 'TOO_LARGE', status: 413 })
    expect(await kept(repository)).toEqual(before)
  })

  it('a compressed body, which is never inflated', async () => {
    const { app, repository } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const before = await kept(repository)
    const bomb = gzipSync(Buffer.alloc(64 * MEBIBYTE))
    for (const coding of ['gzip', 'deflate', 'br', 'x-gzip', 'identity, gzip']) {
      const answer = await app.inject({
        method: 'POST',
        url: '/debian',
        payload: bomb,
        headers: { 'content-encoding': coding },
      })
      expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([
        415,
        'ENCODING_REFUSED',
      ])
    }
    const bare = await post(app, '/debian', gzipSync(helloOf('alice')))
    expect(bare.json()).toMatchObject({ code: 'SIGNATURE_MISSING', status: 400 })
    expect(await kept(repository)).toEqual(before)
  })

  it('a name by PUT that is not a buildinfo', async () => {
    const { app, repository } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const before = await kept(repository)
    for (const url of ['/debian/hello_2.10-3_amd64.deb', '/debian/hello/2.10-3/x.dsc']) {
      const answer = await app.inject({ method: 'PUT', url, payload: helloOf('alice') })
      expect(answer.json()).toMatchObject({ code: 'NAME_MISMATCH', status: 400 })
    }
    expect(await kept(repository)).toEqual(before)
  })
})

describe('the wrong verb', () => {
  it('is answered with those there are', async () => {
    const { app } = await openDoor()
    const cases = [
      ['DELETE', '/debian/hello', 'GET, HEAD, PUT, OPTIONS'],
      ['PUT', '/debian', 'GET, HEAD, POST, OPTIONS'],
      ['PUT', '/debian/', 'GET, HEAD, POST, OPTIONS'],
      ['POST', '/certifications', 'GET, HEAD, OPTIONS'],
      ['POST', '/api/submit', 'PUT, OPTIONS'],
      ['GET', '/api/submit', 'PUT, OPTIONS'],
      ['GET', '/keys', 'POST, OPTIONS'],
      ['PATCH', '/', 'GET, HEAD, OPTIONS'],
    ] as const
    for (const [method, url, allow] of cases) {
      const answer = await app.inject({ method, url })
      expect([url, answer.statusCode, answer.headers.allow]).toEqual([url, 405, allow])
      expect(answer.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' })
    }
  })

  it('OPTIONS tells them, and lets any page read', async () => {
    const { app } = await openDoor()
    const read = await app.inject({ method: 'OPTIONS', url: '/debian/hello' })
    expect([read.statusCode, read.headers.allow]).toEqual([204, 'GET, HEAD, PUT, OPTIONS'])
    expect(read.headers['access-control-allow-origin']).toBe('*')
    expect(read.headers['access-control-allow-methods']).toBe('GET, HEAD')
    expect(
      (await app.inject({ method: 'OPTIONS', url: '/keys' })).headers[
        'access-control-allow-origin'
      ],
    ).toBeUndefined()
  })
})

describe('submissions of one address', () => {
  it('are limited together, and told when to come again; reads are not', async () => {
    const { app } = await openDoor({ submissionsPerMinute: 3 })
    const statuses: number[] = []
    for (const url of ['/keys', '/debian', '/maven', '/pks/add'])
      statuses.push((await post(app, url, 'x')).statusCode)
    expect(statuses.slice(0, 3)).toEqual([400, 400, expect.any(Number)])
    expect(statuses[3]).toBe(429)
    const refused = await app.inject({ method: 'PUT', url: '/debian/x.buildinfo', payload: 'x' })
    expect(refused.json()).toMatchObject({ code: 'RATE_EXCEEDED', status: 429 })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect((await get(app, '/debian/')).statusCode).toBe(200)
  })

  it('are not lookups: a question changes nothing, however it is sent', async () => {
    const { app } = await openDoor({ submissionsPerMinute: 1 })
    const question = { artifacts: [{ name: 'hello_2.10-3_amd64' }], rebuilders: [ALICE] }
    const lookUp = async () =>
      (await app.inject({ method: 'POST', url: '/artifacts/lookup', payload: question })).statusCode
    expect([await lookUp(), await lookUp(), await lookUp()]).toEqual([200, 200, 200])
    expect((await post(app, '/keys', 'x')).statusCode).toBe(400)
    expect((await post(app, '/keys', 'x')).statusCode).toBe(429)
    expect(await lookUp()).toBe(200)
  })

  it('count a whole IPv6 /64 as one, and believe X-Forwarded-For only from a trusted proxy', async () => {
    const { app } = await openDoor({ submissionsPerMinute: 1, trustProxy: ['10.0.0.0/8'] })
    const from = async (remoteAddress: string, forwarded?: string) => {
      const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
      return (
        await app.inject({ method: 'POST', url: '/keys', payload: 'x', remoteAddress, headers })
      ).statusCode
    }
    expect(await from('2001:db8:1:2::1')).toBe(400)
    expect(await from('2001:db8:1:2:ffff::9')).toBe(429)
    expect(await from('2001:db8:1:3::1')).toBe(400)
    expect(await from('192.0.2.1', '198.51.100.1')).toBe(400)
    expect(await from('192.0.2.1', '198.51.100.2')).toBe(429)
    expect(await from('10.1.1.1', '198.51.100.3')).toBe(400)
    expect(await from('10.1.1.1', '198.51.100.4')).toBe(400)
    expect(await from('10.9.9.9', '198.51.100.3')).toBe(429)
    expect(await from('::ffff:192.0.2.1')).toBe(429)
  })
})
