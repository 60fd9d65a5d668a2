import { describe, expect, test } from 'vitest'
import type { Agreement } from '../../../src/contract/agreement.ts'
import type { Status } from '../../../src/contract/status.ts'
import { data, openDoor, post, submitHello } from '../door.ts'

const KEEP = [{ collection: 'debian', architectures: ['all', 'amd64'] }]
const HEADER = '"debian";architectures="all amd64"'

describe('a node that does not keep everything', () => {
  test.each(['/', '/status', '/debian/', '/nowhere', '/rebuilders', '/style.css'])(
    'says so in the header of its answer to %s',
    async (url) => {
      const { app } = await openDoor({}, { keep: KEEP })
      expect((await app.inject(url)).headers['countersign-scope']).toBe(HEADER)
    },
  )

  test('says so in what it answers about agreement, lookups and itself', async () => {
    const { app } = await openDoor({}, { keep: KEEP })
    await submitHello(app)
    const scope = { rules: KEEP }
    const agreement = await app.inject('/agreement/debian/hello/2.10-3')
    expect(agreement.json<Agreement>().scope).toEqual(scope)
    expect((await app.inject('/status')).json<Status>().scope).toEqual(scope)
    const question = {
      artifacts: [{ name: 'hello_2.10-3_amd64' }],
      rebuilders: [data('hello/alice.fpr').toString().trim()],
    }
    const found = await post(app, '/artifacts/lookup', JSON.stringify(question))
    expect(found.json<{ scope: unknown }>().scope).toEqual(scope)
  })

  test('says so on every page, and a browser that has the page of a node that keeps more gets it anew', async () => {
    const [whole, part] = [await openDoor(), await openDoor({}, { keep: KEEP })]
    const page = async ({ app }: typeof whole, etag = '') =>
      app.inject({ url: '/', headers: { accept: 'text/html', 'if-none-match': etag } })
    const [first, kept] = [await page(whole), await page(part)]
    expect(kept.body).toContain('this node keeps only debian (all, amd64)')
    expect(first.body).not.toContain('keeps only')
    expect((await page(part, String(kept.headers.etag))).statusCode).toBe(304)
    expect((await page(part, String(first.headers.etag))).statusCode).toBe(200)
    const status = await part.app.inject({ url: '/status', headers: { accept: 'text/html' } })
    expect(status.body).toMatch(/0 blocks are\s+left out/)
  })
})

test('a node that keeps everything says nothing of a scope', async () => {
  const { app } = await openDoor()
  const answer = await app.inject('/status')
  expect(answer.headers['countersign-scope']).toBeUndefined()
  expect(answer.json<Status>().scope).toBeUndefined()
})
