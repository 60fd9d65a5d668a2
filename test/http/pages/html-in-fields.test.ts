import { describe, expect, it, onTestFinished } from 'vitest'
import type { FastifyInstance } from 'fastify'
import { signedText } from '../../support/signed-text.ts'
import { keyOfLinks, signLink } from '../../support/link.ts'
import {
  clearsign,
  detachedSignature,
  rebuilder,
  type TestRebuilder,
} from '../../support/rebuilder.ts'
import { openTestRepository } from '../../support/open-test-repository.ts'
import { EVERY_DIALECT } from '../../support/picture-node.ts'
import { BROWSER, form, get, SETTINGS } from '../door.ts'
import { buildServer } from '../../../src/http/server.ts'

/** As a browser would run it, and a word that a grammar without blanks lets pass. */
const EVIL = '"><img src=x onerror=alert(1)>\'&amp;'
const EVIL_WORD = '"><img-x>\'&amp;'
const HTML = /<img/

async function door() {
  const repository = await openTestRepository({ collections: EVERY_DIALECT })
  const app = buildServer(repository, SETTINGS)
  onTestFinished(() => app.close())
  await app.ready()
  return app
}

/** Somebody who calls himself so. */
const evilRebuilder = (): Promise<TestRebuilder> =>
  rebuilder({
    userIDs: [{ name: EVIL.replaceAll(/[<>]/g, ''), email: 'a@rebuilder.example' }, { name: EVIL }],
  })

/** The text with one field after the other changed, by both evils. */
function changed(text: string, field: RegExp): readonly string[] {
  return [...text.matchAll(field)].flatMap(({ index, 0: whole, 1: head = '' }) =>
    [EVIL, EVIL_WORD].map(
      (evil) => `${text.slice(0, index)}${head}${evil}${text.slice(index + whole.length)}`,
    ),
  )
}

async function post(app: FastifyInstance, collection: string, parts: Parameters<typeof form>[0]) {
  const answer = await app.inject({
    method: 'POST',
    url: `/${collection}`,
    ...form(parts.map((part) => ({ filename: part.name, ...part }))),
  })
  expect([answer.statusCode, answer.body]).not.toContain(500)
  return answer.statusCode === 201 ? answer.json<{ id: string }>().id : undefined
}

/** Every page of this node that a browser can reach by links. */
async function crawl(
  app: FastifyInstance,
  from: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const pages = new Map<string, string>()
  const ways = [
    ...from,
    '/',
    '/network',
    '/withheld',
    `/search?q=${encodeURIComponent(EVIL)}`,
    `/${encodeURIComponent(EVIL)}`,
  ]
  for (let url = ways.pop(); url !== undefined; url = ways.pop()) {
    if (pages.has(url)) continue
    const answer = await get(app, url, BROWSER)
    const isPage = String(answer.headers['content-type']).startsWith('text/html')
    pages.set(url, isPage ? answer.body : '')
    if (!isPage) continue
    for (const [, href = ''] of answer.body.matchAll(/href="(\/[^"#]*)"/g))
      ways.push(href.replaceAll('&amp;', '&').replaceAll('&#39;', "'"))
  }
  return pages
}

describe('HTML in every field of a certification', () => {
  it('is text on every page', async () => {
    const app = await door()
    const signer = await evilRebuilder()
    const key = { name: 'key', bytes: Buffer.from(signer.publicKey.bytes) }
    const taken: string[] = []
    const submit = async (collection: string, file: Buffer, signature?: Uint8Array) => {
      const parts = [{ name: 'file', bytes: file }, key]
      if (signature !== undefined) parts.push({ name: 'signature', bytes: Buffer.from(signature) })
      taken.push(...[(await post(app, collection, parts)) ?? []].flat())
    }
    const hello = signedText('hello/bob/hello_2.10-3_amd64.buildinfo').trimEnd()
    const debian = [
      ...changed(hello, /^([A-Z][\w-]*: ).*$/gm),
      ...changed(hello, /^( [0-9a-f]{32} \d+ ).*$/gm),
      ...changed(hello, /^( autoconf )\(.*$/gm),
      ...changed(hello, /^( DEB_BUILD_OPTIONS=").*$/gm),
      hello.replaceAll('hello', EVIL_WORD),
    ]
    for (const text of debian) await submit('debian', Buffer.from(await clearsign(text, [signer])))
    const jvm = signedText('jvm/sample/jackson-databind-2.14.3.buildinfo')
    for (const text of [
      ...changed(jvm, /^([\w.-]+=).*$/gm),
      jvm.replaceAll('jackson', EVIL_WORD),
    ]) {
      const bytes = Buffer.from(text)
      await submit('maven', bytes, await detachedSignature(bytes, signer))
    }
    const sums = Buffer.from(
      `${'ab'.repeat(32)}  bitcoin-29.4-${EVIL}.tar.gz\n${'ab'.repeat(32)}  bitcoin-29.4-${EVIL_WORD}.tar.gz\n`,
    )
    await submit('guix', sums, await detachedSignature(sums, signer))
    const links = keyOfLinks()
    const link = signLink(
      { products: { [`tool${EVIL_WORD}_1.0-1_amd64.deb`]: { sha256: 'ab'.repeat(32) } } },
      links,
    )
    const parts = [
      { name: 'file', bytes: Buffer.from(link) },
      { name: 'key', bytes: Buffer.from(links.pem) },
    ]
    taken.push(...[(await post(app, 'rebuilderd', parts)) ?? []].flat())
    // grammars refuse the rest: names, versions, sizes, checksums
    expect(taken.length).toBeGreaterThan(30)

    const comparisons = taken.slice(1).map((id, at) => `/compare?a=${taken[at] ?? ''}&b=${id}`)
    const pages = await crawl(app, comparisons)
    expect(pages.size).toBeGreaterThan(taken.length)
    for (const [url, body] of pages) {
      expect([url, HTML.exec(body)?.[0]]).toEqual([url, undefined])
      // no value has left its quotes
      const bare = [...body.matchAll(/<[a-z][^>]*>/g)].map(([tag]) =>
        tag.replaceAll(/"[^"]*"/g, ''),
      )
      expect([url, bare.filter((tag) => /img|alert|["'&]/.test(tag))]).toEqual([url, []])
    }
    // it is there, as text
    expect([...pages.values()].filter((body) => body.includes('&lt;img')).length).toBeGreaterThan(
      20,
    )
  })
})
