import { describe, expect, it } from 'vitest'
import { data, form, helloOf, kept, openDoor } from '../door.ts'
import { exchange, listen } from '../socket.ts'

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
const ask = (port: number, ...hosts: readonly string[]) =>
  exchange(
    port,
    [
      'GET /health HTTP/1.1',
      ...hosts.map((host) => `Host: ${host}`),
      'Connection: close',
      '',
      '',
    ].join('\r\n'),
  )

describe('the host of a request', () => {
  it('is said once', async () => {
    const { app } = await openDoor()
    const port = await listen(app)
    expect(statusOf(await ask(port, 'a', 'a'))).toBe(400)
    expect(statusOf(await ask(port, 'a', 'b'))).toBe(400)
    expect(statusOf(await ask(port, 'a'))).toBe(200)
  })

  it('is this machine, or what the node calls itself, where it listens on this machine alone', async () => {
    const { app } = await openDoor({ isLoopback: true, publicUrl: 'https://Node.example/' })
    const port = await listen(app)
    const own = ['localhost', `LOCALHOST:${port}`, `127.0.0.1:${port}`, '127.9.9.9', '[::1]:80']
    const rebuilder = `${'0'.repeat(32)}.${'f'.repeat(32)}`
    const itsHosts = [`${rebuilder}.node.example`, `${rebuilder}.localhost:${port}`]
    for (const host of [...own, 'node.example', 'node.example:443', ...itsHosts])
      expect([host, statusOf(await ask(port, host))]).toEqual([host, 200])
    const others = [
      `${rebuilder}.evil.example`,
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
    ]
    for (const host of [...others, 'a b', '', '[::2]', 'localhost@evil.example']) {
      const answer = await ask(port, host)
      expect([host, statusOf(answer)]).toEqual([host, 421])
      expect(answer).toContain('Content-Type: application/problem+json'.toLowerCase())
      expect(answer).toContain('HOST_REFUSED')
      if (host.length > 4) expect(answer).not.toContain(host)
    }
    const absolute = `GET http://evil.example/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`
    expect(statusOf(await exchange(port, absolute))).toBe(400)
  })

  it('does not matter behind a proxy whose name nobody told, or where everybody reaches the node', async () => {
    const proxied = await openDoor({ isLoopback: true, trustProxy: ['127.0.0.1'] })
    expect(statusOf(await ask(await listen(proxied.app), 'node.example'))).toBe(200)
    const open = await openDoor({ isLoopback: false })
    expect(statusOf(await ask(await listen(open.app), 'node.example'))).toBe(200)
  })
})

describe('a page of another site', () => {
  const posts = [
    ['POST', '/keys', data('hello/alice.asc')],
    [
      'POST',
      '/pks/add',
      Buffer.from(`keytext=${encodeURIComponent(data('hello/alice.asc').toString())}`),
    ],
    ['POST', '/debian', helloOf('alice')],
    ['PUT', '/api/submit', helloOf('alice')],
    ['PUT', '/debian/hello/2.10-3/amd64/x.buildinfo', helloOf('alice')],
  ] as const
  const foreign = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'http://localhost', 'sec-fetch-site': 'cross-site' },
  ]

  it.each(posts)('changes nothing by %s %s', async (method, url, payload) => {
    const { app, repository } = await openDoor()
    const before = await kept(repository)
    for (const headers of foreign) {
      const answer = await app.inject({
        method,
        url,
        payload,
        headers: { host: 'localhost', 'content-type': 'text/plain', ...headers },
      })
      // buildinfo.debian.net's clients know one refusal
      const status = url === '/api/submit' ? 400 : 403
      expect([headers, answer.statusCode]).toEqual([headers, status])
      expect(answer.body).toContain('A page of another site')
    }
    expect(await kept(repository)).toEqual(before)
  })

  it('changes nothing by a form with a key', async () => {
    const { app, repository } = await openDoor()
    const before = await kept(repository)
    const { headers, payload } = form([
      { name: 'file', bytes: helloOf('alice') },
      { name: 'key', bytes: data('hello/alice.asc') },
    ])
    const answer = await app.inject({
      method: 'POST',
      url: '/debian',
      payload,
      headers: { ...headers, origin: 'https://evil.example' },
    })
    expect(answer.statusCode).toBe(403)
    expect(await kept(repository)).toEqual(before)
  })

  it('may ask whatever only reads, also by POST', async () => {
    const { app } = await openDoor()
    const headers = { origin: 'https://other.example', 'sec-fetch-site': 'cross-site' }
    const read = await app.inject({ method: 'GET', url: '/status', headers })
    const preflight = await app.inject({ method: 'OPTIONS', url: '/artifacts/lookup', headers })
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
    })
    const question = {
      artifacts: [{ name: 'hello_2.10-3_amd64.deb' }],
      rebuilders: ['a'.repeat(40)],
    }
    const lookup = await app.inject({
      method: 'POST',
      url: '/artifacts/lookup',
      payload: question,
      headers,
    })
    for (const answer of [read, lookup]) {
      expect(answer.statusCode).toBe(200)
      expect(answer.headers['access-control-allow-origin']).toBe('*')
    }
  })
})

it('programs and own pages send what they like', async () => {
  const { app } = await openDoor({ publicUrl: 'https://node.example' })
  for (const headers of [
    {},
    { origin: 'http://localhost' },
    { origin: 'https://node.example', host: '127.0.0.1:8000' },
    { origin: 'null', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ]) {
    const answer = await app.inject({
      method: 'POST',
      url: '/keys',
      payload: data('hello/alice.asc'),
      headers: { host: 'localhost', ...headers },
    })
    expect([headers, answer.statusCode]).toEqual([headers, expect.toBeOneOf([200, 201])])
  }
})
