import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { beforeAll, expect, test } from 'vitest'
import type { SearchAnswer } from '../../../src/contract/listing.ts'
import { buildServer } from '../../../src/http/server.ts'
import type { OpenRepository } from '../../../src/repository/opened-repository.ts'
import { openTestData } from '../../support/open-test-repository.ts'
import { clearsign, rebuilder } from '../../support/rebuilder.ts'
import { addKey, ALICE, BROWSER, data, form, get, SETTINGS, submitHello } from '../door.ts'

const DEB = '3833e140df6c4c6d1503a79981792d0525a7a510d42d5cd0bf71384f5e994164'
const BASE64 = Buffer.from(DEB, 'hex').toString('base64')
const HELLO = '/debian/hello/'
const HELLO_VERSION = '/debian/hello/2.10-3/'
const BITCOIN = '/guix/bitcoin/29.4/'
const CSV = '/maven/org/apache/commons/commons-csv/'
const CSV_VERSION = `${CSV}1.10.0/`
const CAFFEINE_VERSION = '/maven/com/github/ben-manes/caffeine/caffeine/3.2.0/'
const CORE = '/maven/io/quarkus/quarkus-core/'
const DEB_PAGE = '/artifacts?name=hello_2.10-3_amd64.deb'
const BYTES = `/artifacts/sha256/${DEB}`
const PERSON = `/rebuilders/${ALICE}`

const mavenText = (group: string, artifact: string, version: string): string =>
  `buildinfo.version=1.0-SNAPSHOT
name=${artifact}
group-id=${group}
artifact-id=${artifact}
version=${version}
outputs.0.groupId=${group}
outputs.0.filename=${artifact}-${version}.jar
outputs.0.length=3
outputs.0.checksums.sha512=${'a'.repeat(128)}
outputs.1.groupId=${group}
outputs.1.filename=${artifact}-${version}-sources.jar
outputs.1.length=3
outputs.1.checksums.sha512=${'b'.repeat(128)}`

let app: FastifyInstance
let opened: OpenRepository
let alice = ''
let file = ''

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-typed-'))
  opened = await openTestData(directory, {
    collections: [
      { name: 'debian', dialect: 'debian', admit: 'any' },
      { name: 'maven', dialect: 'jvm', admit: 'any' },
      { name: 'guix', dialect: 'checksums', admit: 'any' },
    ],
  })
  app = buildServer(opened.repository, SETTINGS)
  await app.ready()
  alice = (await submitHello(app))['alice'] ?? ''
  const signer = await rebuilder()
  await app.inject({ method: 'POST', url: '/keys', payload: Buffer.from(signer.publicKey.bytes) })
  for (const text of [
    mavenText('org.apache.commons', 'commons-csv', '1.10.0'),
    mavenText('com.github.ben-manes.caffeine', 'caffeine', '3.2.0'),
    data('jvm/sample/quarkus-project-3.39.0.CR1.buildinfo').toString(),
  ]) {
    const payload = await clearsign(text, [signer])
    expect((await app.inject({ method: 'POST', url: '/maven', payload })).statusCode).toBe(201)
  }
  await addKey(app, 'checksums/builder-keys/achow101.gpg')
  const sums = 'checksums/29.4/achow101/all.SHA256SUMS'
  const body = form([
    { name: 'file', bytes: data(sums) },
    { name: 'signature', bytes: data(`${sums}.asc`) },
  ])
  expect((await app.inject({ method: 'POST', url: '/guix', ...body })).statusCode).toBe(201)
  file = `hello_2.10-3_amd64_${alice.slice(0, 16)}.buildinfo`
  return async () => {
    await app.close()
    await opened.close()
    await rm(directory, { recursive: true, force: true })
  }
})

async function asked(query: string): Promise<SearchAnswer> {
  const answer = await get(app, `/search?q=${encodeURIComponent(query)}`)
  expect([query, answer.statusCode]).toEqual([query, 200])
  return answer.json<SearchAnswer>()
}

/** Where each leads: to that page alone, and a browser is sent there. */
const ALONE = (): readonly (readonly [string, string])[] => [
  // package URLs
  ['pkg:deb/debian/hello@2.10-3', HELLO_VERSION],
  ['pkg:deb/debian/hello@2.10-3?arch=amd64', HELLO_VERSION],
  ['pkg:deb/debian/hello', HELLO],
  ['pkg:maven/org.apache.commons/commons-csv@1.10.0', CSV_VERSION],
  ['pkg:maven/org.apache.commons/commons-csv@1.10.0?type=jar&classifier=sources', CSV_VERSION],
  ['pkg:alpm/arch/hello@2.10-3?arch=x86_64', HELLO_VERSION],
  ['pkg:github/bitcoin/bitcoin@v29.4', BITCOIN],
  ['pkg:generic/bitcoin@29.4', BITCOIN],
  // name and version, however they are put together
  ['hello@2.10-3', HELLO_VERSION],
  ['hello 2.10-3', HELLO_VERSION],
  ['hello-2.10-3', HELLO_VERSION],
  ['hello=2.10-3', HELLO_VERSION],
  ['hello:amd64=2.10-3', HELLO_VERSION],
  ['hello (2.10-3)', HELLO_VERSION],
  ['hello (>= 2.10-3)', HELLO_VERSION],
  ['hello 2.10', HELLO_VERSION],
  ['ii  hello  2.10-3  amd64  example package based on GNU hello', HELLO_VERSION],
  ['bitcoin-29.4', BITCOIN],
  ['v29.4', BITCOIN],
  ['29.4', BITCOIN],
  ['bitcoin 29.4', BITCOIN],
  ['bitcoin v29.4', BITCOIN],
  ['Bitcoin-29.4', BITCOIN],
  ['caffeine 3.2.0', CAFFEINE_VERSION],
  ['commons csv 1.10.0', CSV_VERSION],
  // files
  ['hello_2.10-3_amd64.deb', DEB_PAGE],
  ['HELLO_2.10-3_AMD64.DEB', DEB_PAGE],
  ['hello_2.10-3.dsc', '/artifacts?name=hello_2.10-3.dsc'],
  ['hello_2.10-3.changes', HELLO_VERSION],
  ['hello_2.10.orig.tar.gz', HELLO_VERSION],
  ['hello_2.10-3_amd64.buildinfo', HELLO_VERSION],
  ['hello_2.10', HELLO_VERSION],
  ['commons-csv-1.10.0.pom', CSV_VERSION],
  ['bitcoin-29.4-x86_64', BITCOIN],
  [file, `/certifications/${alice}.html`],
  [`${file}.asc`, `/certifications/${alice}.html`],
  // coordinates
  ['org.apache.commons:commons-csv', CSV],
  ['org.apache.commons:commons-csv:1.10.0', CSV_VERSION],
  ['org.apache.commons:commons-csv:jar:1.10.0:compile', CSV_VERSION],
  [
    'org.apache.commons:commons-csv:1.10.0:sources@jar',
    '/artifacts?name=org.apache.commons%3Acommons-csv%3A1.10.0%3Asources%40jar',
  ],
  ["implementation 'org.apache.commons:commons-csv:1.10.0'", CSV_VERSION],
  ['implementation("org.apache.commons:commons-csv:1.10.0")', CSV_VERSION],
  ['"org.apache.commons" % "commons-csv" % "1.10.0"', CSV_VERSION],
  [
    '<dependency> <groupId>org.apache.commons</groupId> <artifactId>commons-csv</artifactId> <version>1.10.0</version> </dependency>',
    CSV_VERSION,
  ],
  ['org/apache/commons/commons-csv/1.10.0', CSV_VERSION],
  ['org.apache.commons/commons-csv', CSV],
  // addresses
  ['https://node.example/debian/hello/2.10-3/', HELLO_VERSION],
  ['http://127.0.0.1:8000/debian/hello', HELLO],
  ['https://node.example/countersign/certifications/ALICE.html', 'alice'],
  [`https://node.example${PERSON}`, PERSON],
  [`https://node.example${BYTES}`, BYTES],
  ['https://node.example/search?q=hello+2.10-3', HELLO_VERSION],
  [`https://node.example${DEB_PAGE}`, DEB_PAGE],
  ['https://node.example/agreement/debian/hello/2.10-3', '/agreement/debian/hello/2.10-3'],
  ['node.example/maven/org/apache/commons/commons-csv/1.10.0/', CSV_VERSION],
  [
    'https://repo1.maven.org/maven2/org/apache/commons/commons-csv/1.10.0/commons-csv-1.10.0.pom',
    CSV_VERSION,
  ],
  ['https://repo1.maven.org/maven2/org/apache/commons/commons-csv/1.10.0/', CSV_VERSION],
  ['https://repo1.maven.org/maven2/org/apache/commons/commons-csv/', CSV],
  ['https://central.sonatype.com/artifact/org.apache.commons/commons-csv/1.10.0', CSV_VERSION],
  ['https://search.maven.org/artifact/org.apache.commons/commons-csv/1.10.0/jar', CSV_VERSION],
  ['https://mvnrepository.com/artifact/org.apache.commons/commons-csv', CSV],
  ['pool/main/h/hello/hello_2.10-3_amd64.deb', DEB_PAGE],
  ['https://ftp.de.debian.org/debian/pool/main/h/hello/hello_2.10-3_amd64.deb', DEB_PAGE],
  ['http://ftp.debian.org/debian/pool/main/h/hello/hello_2.10-3.debian.tar.xz', HELLO_VERSION],
  ['https://snapshot.debian.org/package/hello/2.10-3/', HELLO_VERSION],
  ['https://tracker.debian.org/pkg/hello', HELLO],
  ['https://packages.debian.org/trixie/hello', HELLO],
  ['https://sources.debian.org/src/hello/2.10-3/', HELLO_VERSION],
  ['https://tests.reproducible-builds.org/debian/rb-pkg/unstable/amd64/hello.html', HELLO],
  ['https://github.com/bitcoin/bitcoin/releases/tag/v29.4', BITCOIN],
  [
    'https://bitcoincore.org/bin/bitcoin-core-29.4/bitcoin-29.4.tar.gz',
    '/artifacts?name=bitcoin-29.4.tar.gz',
  ],
  // as it is said
  ['commons csv', CSV],
  ['Commons CSV', CSV],
  ['commonscsv', CSV],
  ['HELLO', HELLO],
  ['ORG.APACHE.COMMONS:COMMONS-CSV', CSV],
  ['quarkus-core', CORE],
  ['quarkus core', CORE],
  ['  hello  ', HELLO],
  ['"hello"', HELLO],
  ['“hello”,', HELLO],
  ['csv', CSV],
  ['commons-c', CSV],
  // checksums
  [`sha256:${DEB}`, BYTES],
  [`SHA256:${DEB.toUpperCase()}`, BYTES],
  [`SHA256 (hello_2.10-3_amd64.deb) = ${DEB}`, BYTES],
  [`SHA2-256(hello_2.10-3_amd64.deb)= ${DEB}`, BYTES],
  [`${DEB} *hello_2.10-3_amd64.deb`, BYTES],
  [`sha256-${BASE64}`, BYTES],
  [BASE64, BYTES],
  [`hello_2.10-3_amd64.deb: ${DEB.toUpperCase().replaceAll(/(.{8})/g, '$1 ')}`, BYTES],
  [DEB.replaceAll(/(..)(?=.)/g, '$1:'), BYTES],
  ['MD5: 3eff17c2115f6e493c90b5f56f1870ef', '/artifacts/md5/3eff17c2115f6e493c90b5f56f1870ef'],
  [`${DEB.slice(0, 16)}…`, BYTES],
  // who
  [ALICE.replaceAll(/(.{4})/g, '$1 '), PERSON],
  [
    `Key fingerprint = ${ALICE.slice(0, 20).replaceAll(/(.{4})/g, '$1 ')} ${ALICE.slice(20).replaceAll(/(.{4})/g, '$1 ')}`,
    PERSON,
  ],
  [ALICE.replaceAll(/(..)(?=.)/g, '$1:'), PERSON],
  [ALICE.toLowerCase(), PERSON],
  [`0x${ALICE}`, PERSON],
  [`0x${ALICE.slice(-16).toLowerCase()}`, PERSON],
  [`pub   ed25519/0x${ALICE.slice(-16)} 2026-01-01`, PERSON],
  [`openpgp4fpr:${ALICE}`, PERSON],
  ['alice@rebuilder.example', PERSON],
  ['<alice@rebuilder.example>', PERSON],
  ['Alice Throwaway <alice@rebuilder.example>', PERSON],
  ['throwaway, alice', PERSON],
  // ids
  [alice, `/certifications/${alice}.html`],
  [alice.slice(0, 12), `/certifications/${alice}.html`],
  [`${alice.slice(0, 16)}...`, `/certifications/${alice}.html`],
]

/** What is called nearly so. */
const NEAR: readonly (readonly [string, string])[] = [
  ['comons-csv', CSV],
  ['commons-cvs', CSV],
  ['commmons csv', CSV],
  ['cafeine', '/maven/com/github/ben-manes/caffeine/caffeine/'],
  ['quarkis-core', CORE],
  ['helo', HELLO],
  ['hallo', HELLO],
  ['bitcion', '/guix/bitcoin/'],
  ['apache commons csv', CSV],
  ['hello 99.1', HELLO],
]

test('whatever people type, paste or remember leads there', async () => {
  const wrong: unknown[] = []
  for (const [given, wanted] of ALONE()) {
    const query = given.replace('ALICE', alice)
    const url = wanted === 'alice' ? `/certifications/${alice}.html` : wanted
    const { hits, near } = await asked(query)
    const urls = hits.map((hit) => hit.url)
    if (urls.length !== 1 || urls[0] !== url) wrong.push({ query, url, urls, near: near.length })
    else if ((await get(app, url)).statusCode !== 200) wrong.push({ query, url, is: 'no page' })
  }
  expect(wrong).toEqual([])
})

test('what is miswritten, or has a word too many, is near', async () => {
  const wrong: unknown[] = []
  for (const [query, url] of NEAR) {
    const { hits, near } = await asked(query)
    if (hits.length > 0 || !near.some((hit) => hit.url === url)) wrong.push({ query, hits, near })
  }
  expect(wrong).toEqual([])
})

test('a word that many names have is a list of them', async () => {
  const { hits } = await asked('quarkus')
  expect(hits.length).toBeGreaterThan(10)
  expect(hits[0]?.url).toBe('/maven/io/quarkus/')
  expect(hits.every(({ name }) => name.includes('quarkus'))).toBe(true)
  expect((await get(app, '/search?q=quarkus', BROWSER)).statusCode).toBe(200)
})

test('a browser is sent straight there', async () => {
  const sent = await get(
    app,
    `/search?q=${encodeURIComponent('pkg:deb/debian/hello@2.10-3')}`,
    BROWSER,
  )
  expect([sent.statusCode, sent.headers.location]).toEqual([302, HELLO_VERSION])
})

test('a blank may be written as +, by browsers and by programs', async () => {
  const { hits } = (await get(app, '/search?q=hello+2.10-3')).json<SearchAnswer>()
  expect(hits.map(({ url }) => url)).toEqual([HELLO_VERSION])
  const sent = await get(app, '/search?q=hello+2.10-3', BROWSER)
  expect(sent.headers.location).toBe(HELLO_VERSION)
})
