import { connect } from 'node:net'
import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { addKey, get, helloOf, kept, openDoor, submitHello } from '../door.ts'
import { exchange, listen, run } from '../socket.ts'

const codeOf = (answer: string) => /"code":"([A-Z_]+)"/.exec(answer)?.[1]
const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n'))
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])

// inject() cleans URLs before anybody sees them, so these go over a real socket.
describe('a request target that somebody could read as another path', () => {
  it.each([
    '/debian/../status',
    '/../etc/passwd',
    '/debian/..',
    '/debian/./hello',
    '/debian/%2e%2e/status',
    '/debian/.%2e/x',
    '/debian/..%2f..%2fetc%2fpasswd',
    '/debian/a%2f%2fb',
    '/debian/a/%2fb',
    '/debian/a%2f%2e%2e%2fb',
    '/agreement/debian/..%2fmaven',
    '/nothing/a%2fb',
    '/debian/%2F',
    '/debian/a%5c..%5cb',
    '/debian/a\\b',
    '/debian/..\\x',
    '/debian/%00',
    '/debian/a%0d%0ab',
    '/debian/%7f',
    '//debian/',
    '/debian//hello',
    '/debian/hello//',
    '/debian/%',
    '/debian/%2',
    '/debian/%zz',
    '/debian/%ff',
    '/debian/%c0%ae%c0%ae',
    '/debian/a#b',
    'http://127.0.0.1/debian/',
    'http://evil.example/status',
    '/certifications/..%2fstatus',
    '/keys/..%2f..',
    '/debian%2fhello',
    `/debian/${'x'.repeat(300)}`,
    `/${'a/'.repeat(2100)}`,
    `/debian/${'a/'.repeat(70)}`,
  ])('%s', async (target) => {
    const { app, repository } = await openDoor()
    const port = await listen(app)
    const before = await kept(repository)
    for (const verb of ['GET', 'PUT']) {
      const answer = await exchange(
        port,
        `${verb} ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      )
      expect([statusOf(answer), codeOf(answer)]).toEqual([400, 'PATH_INVALID'])
    }
    expect(await kept(repository)).toEqual(before)
  })
})

describe('an escaped slash, as clients made from openapi.json write it,', () => {
  it.each([
    ['/debian/hello/2.10-3', '/debian/hello%2F2.10-3'],
    ['/debian/hello/2.10-3', '/debian/hello%2f2.10-3%2F'],
    ['/agreement/debian/hello/2.10-3', '/agreement/debian/hello%2F2.10-3'],
  ])('%s is also %s', async (plain, escaped) => {
    const { app } = await openDoor()
    await submitHello(app)
    const port = await listen(app)
    const [one, other] = await Promise.all(
      [plain, escaped].map((target) =>
        exchange(port, `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`),
      ),
    )
    expect(statusOf(one ?? '')).toBe(200)
    expect(bodyOf(other ?? '')).toBe(bodyOf(one ?? ''))
  })

  it('stands in a path that a file is put under', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const path = 'hello%2F2.10-3%2Famd64%2Fhello_2.10-3_amd64.buildinfo'
    const put = await app.inject({
      method: 'PUT',
      url: `/debian/${path}`,
      payload: helloOf('alice'),
    })
    expect(put.statusCode).toBe(201)
    const file = await get(app, `/debian/${decodeURIComponent(path)}`)
    expect(file.rawPayload).toEqual(helloOf('alice'))
  })
})

describe('a client that misbehaves', () => {
  it('with 10,000 headers is refused, and the next one is served', async () => {
    const { app } = await openDoor()
    const port = await listen(app)
    const headers = Array.from({ length: 10_000 }, (_, index) => `x-${index}: y\r\n`).join('')
    const answer = await exchange(port, `GET /debian/ HTTP/1.1\r\nHost: a\r\n${headers}\r\n`)
    expect([statusOf(answer), codeOf(answer)]).toEqual([431, 'TOO_LARGE'])
    expect(
      statusOf(
        await exchange(port, 'GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
      ),
    ).toBe(200)
  })

  it('that speaks no HTTP is told so', async () => {
    const { app } = await openDoor()
    const answer = await exchange(await listen(app), '\x16\x03\x01 hello\r\n\r\n')
    expect([statusOf(answer), codeOf(answer)]).toEqual([400, 'REQUEST_INVALID'])
  })

  it('that trickles its body is cut', async () => {
    const { app, repository } = await openDoor({ requestTimeout: 400 })
    const port = await listen(app)
    const before = await kept(repository)
    const started = Date.now()
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      let said = ''
      socket.write('POST /debian HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n')
      const drip = setInterval(() => socket.write('x'), 50)
      socket.on('data', (chunk) => (said += chunk.toString()))
      socket.on('error', () => undefined)
      socket.on('close', () => {
        clearInterval(drip)
        resolve(said)
      })
    })
    expect(Date.now() - started).toBeLessThan(5000)
    expect([statusOf(answer), codeOf(answer)]).toEqual([408, 'TIMED_OUT'])
    expect(await kept(repository)).toEqual(before)
  })

  it('that goes away in the middle of its body leaves nothing', async () => {
    const { app, repository } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const port = await listen(app)
    const before = await kept(repository)
    const whole = helloOf('alice')
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(`POST /debian HTTP/1.1\r\nHost: a\r\nContent-Length: ${whole.length}\r\n\r\n`)
        socket.write(whole.subarray(0, 1000), () => socket.destroy())
      })
      socket.on('close', () => resolve())
    })
    expect(
      statusOf(
        await exchange(port, 'GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
      ),
    ).toBe(200)
    expect(await kept(repository)).toEqual(before)
  })

  it('that sends a transfer coding other than chunked is refused', async () => {
    const { app } = await openDoor()
    const answer = await exchange(
      await listen(app),
      'POST /debian HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
    )
    expect([statusOf(answer), codeOf(answer)]).toEqual([415, 'ENCODING_REFUSED'])
  })
})

const curl = async (...args: string[]) =>
  (await run('curl', ['-sS', '-o', '/dev/null', '-w', '%{http_code}', ...args])).stdout

describe('a client that behaves', () => {
  it('may ask before it sends a large body', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const body = helloOf('alice')
    const head = `POST /debian HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`
    const answer = await exchange(await listen(app), Buffer.concat([Buffer.from(head), body]))
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /)
  })

  it('may send its body in chunks', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const body = helloOf('alice')
    const head = `POST /debian HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`
    const answer = await exchange(
      await listen(app),
      Buffer.concat([Buffer.from(head), body, Buffer.from('\r\n0\r\n\r\n')]),
    )
    expect(statusOf(answer)).toBe(201)
  })

  it.skipIf(spawnSync('curl', ['--version']).status !== 0)(
    'is curl, with --data-binary, -T and -F (skipped without curl)',
    async () => {
      const { app } = await openDoor()
      await addKey(app, 'hello/alice.asc')
      const base = `http://127.0.0.1:${await listen(app)}`
      const file = new URL('../../data/hello/alice/hello_2.10-3_amd64.buildinfo', import.meta.url)
        .pathname
      expect(await curl('--data-binary', `@${file}`, `${base}/debian`)).toBe('201')
      expect(await curl('-T', file, `${base}/debian/`)).toBe('200')
      expect(await curl('-F', `file=@${file}`, `${base}/debian`)).toBe('200')
      expect(
        await curl('-H', 'Expect: 100-continue', '--data-binary', `@${file}`, `${base}/debian`),
      ).toBe('200')
    },
  )
})

describe('closing', () => {
  it('ends within 5 s though a client never finishes its request', async () => {
    const { app } = await openDoor()
    const port = await listen(app)
    const socket = connect(port, '127.0.0.1')
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
    socket.on('error', () => undefined)
    await new Promise<void>((resolve) =>
      socket.write('POST /debian HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx', () =>
        resolve(),
      ),
    )
    expect(
      statusOf(
        await exchange(port, 'GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
      ),
    ).toBe(200)
    const started = Date.now()
    await app.close()
    await closed
    expect(Date.now() - started).toBeLessThan(5000)
  })
})
