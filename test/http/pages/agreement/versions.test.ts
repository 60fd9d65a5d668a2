import type { FastifyInstance } from 'fastify'
import { describe, expect, it, onTestFinished } from 'vitest'
import { enarmor } from '../../../../src/certification/signatures/armor.ts'
import type { VersionTally } from '../../../../src/contract/version-tally.ts'
import { bar } from '../../../../src/http/pages/agreement/bar.ts'
import { html } from '../../../../src/http/pages/elements/html.ts'
import { buildServer } from '../../../../src/http/server.ts'
import { debianText } from '../../../support/debian-text.ts'
import { clearsign, detachedSignature, rebuilder } from '../../../support/rebuilder.ts'
import { openTestRepository } from '../../../support/open-test-repository.ts'
import { namesIn } from '../../../support/inputs.ts'
import { addKey, BROWSER, data, get, openDoor, post, SETTINGS, submitHello } from '../../door.ts'

/** A row of a table of versions, as it is read. */
interface Row {
  readonly version: string
  readonly href: string
  readonly voices: string
  readonly agreement: string
}

const textOf = (markup = ''): string =>
  markup
    .replaceAll(/<svg.*?<\/svg>|<[^>]*>/gs, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

const hrefIn = (markup = ''): string =>
  (/href="([^"]*)"/.exec(markup)?.[1] ?? '').replaceAll('&amp;', '&')

const nextIn = (page: string): string => hrefIn(/<a rel="next"[^>]*>/.exec(page)?.[0])

async function versionsAt(app: FastifyInstance, url: string): Promise<readonly Row[]> {
  const { body } = await get(app, url, BROWSER)
  const cells = [...body.matchAll(/<td data-head="(\w+)">(.*?)<\/td>/gs)]
  const of = (head: string) => cells.filter(([, name]) => name === head).map(([, , cell]) => cell)
  return of('version').map((cell, at) => ({
    version: textOf(cell),
    href: hrefIn(cell),
    voices: textOf(of('rebuilders')[at]),
    agreement: hrefIn(of('agreement')[at]),
  }))
}

const namesAt = async (app: FastifyInstance, url: string): Promise<readonly string[]> =>
  (await versionsAt(app, url)).map(({ version }) => version)

/** One certification of each of these versions of hello, by a rebuilder of its own. */
async function submitVersions(app: FastifyInstance, versions: readonly string[]): Promise<void> {
  const carol = await rebuilder()
  await app.inject({ method: 'POST', url: '/keys', payload: Buffer.from(carol.publicKey.bytes) })
  for (const version of versions) {
    const answer = await post(app, '/debian', await clearsign(debianText({ version }), [carol]))
    expect(answer.statusCode).toBe(201)
  }
}

describe('the page of a Debian package', () => {
  it('has its versions newest first, as Debian compares them', async () => {
    const { app } = await openDoor()
    await submitVersions(app, ['2.9-1', '2.10~rc1-1', '1:1.0-1', '2.10-3+b1', '2.10-10', '2.10-3'])
    const newestFirst = ['1:1.0-1', '2.10-10', '2.10-3+b1', '2.10-3', '2.10~rc1-1', '2.9-1']
    expect(await namesAt(app, '/debian/hello/')).toEqual(newestFirst)
  })

  it('says and shows of each how many rebuilders say what, and leads to it and its agreement', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    await submitVersions(app, ['2.10-4'])
    expect(await versionsAt(app, '/debian/hello/')).toEqual([
      {
        version: '2.10-4',
        href: '/debian/hello/2.10-4/',
        voices: '1 so far, nobody else has built it yet',
        agreement: '/agreement/debian/hello/2.10-4',
      },
      {
        version: '2.10-3',
        href: '/debian/hello/2.10-3/',
        voices: '2 say A, 1 says B',
        agreement: '/agreement/debian/hello/2.10-3',
      },
    ])
    const { body } = await get(app, '/debian/hello/', BROWSER)
    expect([...body.matchAll(/<text[^>]*>(.)<\/text/g)].map(([, sign]) => sign)).toEqual([
      '·',
      'A',
      'B',
    ])
    expect(body).not.toContain('style=')
    expect(body).toContain('<h1><a href="/debian/">debian</a> / hello</h1>')
  })

  it('is cut into pages in that order, on which every version stands once', async () => {
    const { app } = await openDoor()
    const versions = Array.from({ length: 7 }, (_, at) => `2.${at + 5}-1`)
    await submitVersions(app, versions)
    const met: string[] = []
    let url = '/debian/hello/?limit=3'
    while (url !== '') {
      met.push(...(await namesAt(app, url)))
      url = nextIn((await get(app, url, BROWSER)).body)
    }
    expect(met).toEqual(versions.toReversed())
  })

  it('is what it was for a program: names in the order of their bytes', async () => {
    const { app } = await openDoor()
    await submitVersions(app, ['2.10-1', '2.9-1', '2.10~rc1-1'])
    const { body } = await get(app, '/debian/hello/')
    expect(JSON.parse(body)).toEqual(
      ['2.10-1', '2.10~rc1-1', '2.9-1'].map((name) => ({
        path: `debian/hello/${name}`,
        name,
        type: 'collection',
      })),
    )
  })

  it('has no bar where there are no versions: in the collection and below a version', async () => {
    const { app } = await openDoor()
    await submitHello(app)
    for (const url of ['/debian/', '/debian/hello/2.10-3/', '/debian/hello/2.10-3/amd64/'])
      expect(await versionsAt(app, url)).toEqual([])
  })
})

const JACKSON = 'jvm/signed/mvn-1.0-aggregate_jackson-bom-2.18.3'
const BOM = '/maven/com/fasterxml/jackson/jackson-bom/'

interface Coordinates {
  readonly group: string
  readonly artifact: string
  readonly version: string
}

/** A document with so many files. */
const mavenText = (of: Coordinates, outputs = 1): string =>
  [
    `buildinfo.version=1.0-SNAPSHOT\ngroup-id=${of.group}`,
    `artifact-id=${of.artifact}\nversion=${of.version}`,
    ...Array.from({ length: outputs }, (_, at) => {
      const sum = String(at % 10).repeat(128)
      return `outputs.${at}.filename=${of.artifact}-${at}.jar\noutputs.${at}.length=1\noutputs.${at}.checksums.sha512=${sum}`
    }),
  ].join('\n')

async function openMaven() {
  const { app, repository } = await openDoor()
  const carol = await rebuilder()
  await repository.addKeys(carol.publicKey.bytes)
  const submit = async (document: string, alias?: readonly string[]) => {
    const bytes = Buffer.from(document)
    const armored = enarmor('SIGNATURE', await detachedSignature(bytes, carol))
    const signature = Buffer.from(armored)
    const [outcome] = await repository.submit({ collection: 'maven', bytes, signature, alias })
    expect(outcome?.status).toBe('accepted')
  }
  return { app, repository, submit }
}

describe('the page of a Maven artifact', () => {
  it('has its versions newest first, as Maven compares them, each with its bar', async () => {
    const { app, repository, submit } = await openMaven()
    for (const who of ['alice', 'bob']) {
      await addKey(app, `hello/${who}.asc`)
      await repository.submit({
        collection: 'maven',
        bytes: data(`${JACKSON}.buildinfo`),
        signature: data(`${JACKSON}.${who}.buildinfo.asc`),
      })
    }
    for (const version of ['2.9.0', '2.19.0-rc2', '2.19.0', '2.18.3.1', '2.19.0-SNAPSHOT'])
      await submit(mavenText({ group: 'com.fasterxml.jackson', artifact: 'jackson-bom', version }))
    const rows = await versionsAt(app, BOM)
    expect(rows.map(({ version, voices }) => `${version}: ${voices}`)).toEqual([
      '2.19.0: 1 so far, nobody else has built it yet',
      '2.19.0-SNAPSHOT: 1 so far, nobody else has built it yet',
      '2.19.0-rc2: 1 so far, nobody else has built it yet',
      '2.18.3.1: 1 so far, nobody else has built it yet',
      '2.18.3: 2 say the same',
      '2.9.0: 1 so far, nobody else has built it yet',
    ])
    expect(rows[4]?.href).toBe(`${BOM}2.18.3/`)
    expect(rows[4]?.agreement).toBe('/agreement/maven/com/fasterxml/jackson/jackson-bom/2.18.3')
    expect(await namesAt(app, '/maven/com.fasterxml.jackson/jackson-bom/')).toHaveLength(6)
  })

  it('shows what else is in that folder behind the versions, and no folder of a group as a version', async () => {
    const { app, submit } = await openMaven()
    await submit(mavenText({ group: 'org.example', artifact: 'tool', version: '1.0' }))
    await submit(mavenText({ group: 'org.example', artifact: 'tool', version: '2.0' }))
    await submit(mavenText({ group: 'org.example.tool', artifact: '1.5', version: '1' }))
    for (const url of ['/maven/', '/maven/org/', '/maven/org/example/'])
      expect(await versionsAt(app, url)).toEqual([])
    expect(await namesAt(app, '/maven/org/example/tool/')).toEqual(['2.0', '1.0'])
    expect(await namesAt(app, '/maven/org/example/tool/1.5/')).toEqual(['1'])
    const first = await get(app, '/maven/org/example/tool/?limit=2', BROWSER)
    expect(first.body).not.toContain('1.5/')
    const second = await get(app, nextIn(first.body), BROWSER)
    expect(second.body).toContain('<a href="/maven/org/example/tool/1.5/">1.5/</a>')
    expect(second.body).not.toContain('data-head="version"')
  })

  it('takes no folder for a version because a submitter says so', async () => {
    const { app, submit } = await openMaven()
    const document = mavenText({ group: 'org.example', artifact: 'tool', version: '1' })
    await submit(document, ['org', 'example', 'tool_2.13', '1', 'tool-1-mine.buildinfo'])
    const { body } = await get(app, '/maven/org/example/tool_2.13/', BROWSER)
    expect(body).toContain('<a href="/maven/org/example/tool_2.13/1/">1/</a>')
    expect(body).not.toContain('data-head="version"')
  })

  it('compares what it can, however much somebody puts under one of the versions', async () => {
    const { app, submit } = await openMaven()
    const tool = { group: 'org.example', artifact: 'tool' }
    await submit(mavenText({ ...tool, version: '1.0' }))
    await submit(mavenText({ ...tool, version: '3.0' }))
    for (let at = 0; at < 4; at++) await submit(mavenText({ ...tool, version: '2.0' }, 3000 + at))
    const rows = await versionsAt(app, '/maven/org/example/tool/')
    expect(rows.map(({ version, voices }) => `${version}: ${voices}`)).toEqual([
      '3.0: 1 so far, nobody else has built it yet',
      '2.0: 1 so far, nobody else has built it yet',
      '1.0: 1 so far, nobody else has built it yet',
    ])
  })
})

it('a page names its versions, however many ask for comparisons at once', async () => {
  const { app, submit } = await openMaven()
  const tool = { group: 'org.example', artifact: 'tool', version: '2.0' }
  for (let at = 0; at < 2; at++) await submit(mavenText(tool, 3000 + at))
  const pages = await Promise.all(
    Array.from({ length: 90 }, (_, at) =>
      get(app, `/maven/org/example/tool/?limit=${at + 1}`, BROWSER),
    ),
  )
  expect(pages.every(({ statusCode }) => statusCode === 200)).toBe(true)
  expect(pages.every(({ body }) => body.includes('/maven/org/example/tool/2.0/'))).toBe(true)
  const bars = pages.filter(({ body }) =>
    body.includes('1 so far, nobody else has built it yet'),
  ).length
  expect(bars).toBeGreaterThan(60)
})

it('the page of a product has its versions newest first, each with its bar', async () => {
  const repository = await openTestRepository({
    collections: [{ name: 'guix', dialect: 'checksums', admit: 'any' }],
  })
  const app = buildServer(repository, SETTINGS)
  onTestFinished(() => app.close())
  for (const key of namesIn('checksums/builder-keys'))
    await addKey(app, `checksums/builder-keys/${key}`)
  for (const version of ['29.4', '31.1'])
    for (const builder of namesIn(`checksums/${version}`)) {
      const file = `checksums/${version}/${builder}/all.SHA256SUMS`
      const [bytes, signature] = [data(file), data(`${file}.asc`)]
      await repository.submit({ collection: 'guix', bytes, signature })
    }
  const rows = await versionsAt(app, '/guix/bitcoin/')
  expect(rows.map(({ version }) => version)).toEqual(['31.1', '29.4'])
  expect(rows.every(({ voices }) => /^1\d say the same$/.test(voices))).toBe(true)
})

describe('a page with nothing on it', () => {
  it('of a collection says how to send the first certification', async () => {
    const { app } = await openDoor()
    const { body } = await get(app, '/maven/', BROWSER)
    expect(textOf(body)).toContain('Nobody has certified anything in maven yet.')
    expect(body).toContain('<a href="/">The first page</a>')
  })
})

const drawn = (voices: VersionTally | null): string => html`${bar(voices)}`.toString()
const widths = (markup: string): readonly number[] =>
  [...markup.matchAll(/<rect[^>]* width="([\d.]+)"/g)].map(([, width]) => Number(width))

const tally = (agreeing: number, differing: number, alone: number) => ({
  agreeing,
  differing,
  alone,
  sides: differing === 0 ? [] : [agreeing, differing],
})
const NONE = tally(0, 0, 0)

describe('a bar', () => {
  it('has colours for those who are named alone, and says of others who says what', () => {
    const both = drawn({ named: tally(2, 1, 0), others: tally(1, 5, 1) })
    expect(textOf(both)).toBe(
      '2 agree, 1 differs others: 1 says the same, 5 say otherwise, 1 built what nobody else did',
    )
    expect(both.match(/--(?:agree|differ)/g)).toEqual(['--agree', '--differ'])
    const others = drawn({ named: NONE, others: tally(5, 1, 0) })
    expect(textOf(others)).toBe('5 say A, 1 says B')
    expect(others).not.toMatch(/--(?:agree|differ)|class="(?:yes|no)"/)
    expect(textOf(drawn({ named: tally(2, 0, 0), others: null }))).toBe(
      '2 agree others: too many to compare here',
    )
  })

  it('is as wide as there are rebuilders, and no wider than its place, however many there are', () => {
    expect(widths(drawn({ named: tally(2, 1, 1), others: NONE }))).toEqual([24, 12, 12])
    const [most = 0, few = 0] = widths(drawn({ named: NONE, others: tally(100_000, 1, 0) }))
    expect([most, few]).toEqual([120, 12])
  })

  it('is words alone where there is nothing to draw', () => {
    for (const [voices, words] of [
      [null, 'not compared here'],
      [{ named: NONE, others: NONE }, 'nothing that counts'],
      [{ named: NONE, others: null }, 'not compared here'],
    ] as const) {
      expect(textOf(drawn(voices))).toBe(words)
      expect(drawn(voices)).not.toContain('<svg')
    }
  })
})
