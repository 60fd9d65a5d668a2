import { describe, expect, it, onTestFinished } from 'vitest'
import { buildServer } from '../../../src/http/server.ts'
import { addKey, BROWSER, get, openDoor, SETTINGS, submitHello } from '../door.ts'

const cursorIn = (body: string): string | undefined => /<body data-after="([^"]+)"/.exec(body)?.[1]

describe('a page or an answer that somebody has already', () => {
  it('is not sent again, until it says something else', async () => {
    const { app } = await openDoor()
    for (const headers of [BROWSER, {}])
      for (const url of ['/', '/certifications', '/style.css', '/live.js', '/openapi.json']) {
        const first = await get(app, url, headers)
        const { etag = '' } = first.headers
        expect([url, etag]).toEqual([url, expect.stringMatching(/^W\/"[\w-]{22}"$/)])
        expect(first.headers['cache-control']).toBe('no-cache')
        const again = await get(app, url, { ...headers, 'if-none-match': `"x", ${etag}` })
        expect([url, again.statusCode, again.body]).toEqual([url, 304, ''])
        expect(again.headers.etag).toBe(etag)
        const head = await app.inject({ method: 'HEAD', url, headers })
        expect([head.statusCode, head.headers.etag]).toEqual([200, etag])
      }
    const before = (await get(app, '/', BROWSER)).headers.etag
    await submitHello(app)
    const after = await get(app, '/', { ...BROWSER, 'if-none-match': String(before) })
    expect(after.statusCode).toBe(200)
  })

  it('has one tag for JSON and another for a page', async () => {
    const { app } = await openDoor()
    const page = await get(app, '/certifications', BROWSER)
    const json = await get(app, '/certifications', { 'if-none-match': String(page.headers.etag) })
    expect([json.statusCode, json.headers['vary']]).toEqual([200, 'Accept'])
  })

  it('is told apart from what is never kept, and from failures', async () => {
    const { app } = await openDoor()
    for (const url of ['/peers', '/health', '/nothing', '/certifications?limit=x']) {
      const answer = await get(app, url, { ...BROWSER, 'if-none-match': '*' })
      expect([url, answer.headers.etag, answer.headers['cache-control']]).toEqual([
        url,
        undefined,
        'no-store',
      ])
      expect(answer.statusCode).not.toBe(304)
    }
  })

  it('is a page with the cursor behind which events are new to it, which is no part of the tag', async () => {
    const { app, repository } = await openDoor()
    const start = cursorIn((await get(app, '/withheld', BROWSER)).body)
    expect(start).toBe(repository.cursor())
    const { etag } = (await get(app, '/withheld', BROWSER)).headers
    await submitHello(app)
    const later = await get(app, '/withheld', BROWSER)
    expect(later.headers.etag).toBe(etag)
    expect(cursorIn(later.body)).not.toBe(start)
  })
})

describe('a page that was made a moment ago', () => {
  it('is answered again as it was, headers and all, and anew as soon as anything was written', async () => {
    const { app, repository } = await openDoor()
    let made = 0
    const agreement: typeof repository.agreement = async (...question) => {
      made += 1
      return repository.agreement(...question)
    }
    const counting = buildServer({ ...repository, agreement }, SETTINGS)
    onTestFinished(() => counting.close())
    await submitHello(app)
    const url = '/agreement/debian/hello/2.10-3'
    const first = await get(counting, url, BROWSER)
    const again = await get(counting, url, BROWSER)
    expect([made, again.body === first.body]).toEqual([1, true])
    for (const name of ['content-type', 'vary', 'etag', 'cache-control', 'content-security-policy'])
      expect([name, again.headers[name]]).toEqual([name, first.headers[name]])
    // programs, other questions and other hosts are not answered with it
    await get(counting, url)
    await get(counting, `${url}?after=x`, BROWSER)
    await get(counting, url, { ...BROWSER, host: 'another.example' })
    expect(made).toBe(4)
    await addKey(app, 'odd/key-expired.asc')
    await get(counting, url, BROWSER)
    expect(made).toBe(5)
  })

  it('is not kept if something was written while it was made', async () => {
    const { app, repository } = await openDoor()
    await submitHello(app)
    let made = 0
    const agreement: typeof repository.agreement = async (...question) => {
      made += 1
      const answer = await repository.agreement(...question)
      if (made === 1) await addKey(app, 'odd/key-expired.asc')
      return answer
    }
    const counting = buildServer({ ...repository, agreement }, SETTINGS)
    onTestFinished(() => counting.close())
    for (let turn = 0; turn < 3; turn++) await get(counting, '/agreement/debian/hello', BROWSER)
    expect(made).toBe(2)
  })

  it('is nobody else’s page, whatever host somebody says', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    const path = '/debian/hello/2.10-3/'
    const plain = await get(app, path, BROWSER)
    const evil = { ...BROWSER, host: 'localhost:80/debian/hello' }
    await get(app, '/2.10-3/', evil)
    await get(app, '/', { ...BROWSER, host: 'localhost:80/debian/hello/2.10-3' })
    expect((await get(app, path, BROWSER)).body).toBe(plain.body)
  })

  it('says with 304 what else it would say', async () => {
    const { app } = await openDoor()
    for (let turn = 0; turn < 2; turn++) {
      const { etag = '' } = (await get(app, '/certifications', BROWSER)).headers
      const headers = { ...BROWSER, 'if-none-match': etag }
      const same = await get(app, '/certifications', headers)
      expect([same.statusCode, same.headers['vary'], same.headers['content-type']]).toEqual([
        304,
        'Accept',
        undefined,
      ])
    }
  })
})
