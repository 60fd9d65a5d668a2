import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { armorPublicKey } from '../../../src/certification/signatures/public-key.ts'
import { detachedSignature, rebuilder } from '../../support/rebuilder.ts'
import { addKey, data, form, get, JDK, kept, openDoor } from '../door.ts'

const STEM = 'jvm/signed/sbt-0.1_stamina-core_2.12-0.1.6'
const DOCUMENT = data(`${STEM}.buildinfo`)
const SIGNATURE = data(`${STEM}.alice.buildinfo.asc`)
const FOLDER = '/maven/com/scalapenos/stamina-core_2.12/0.1.6'
const NAME = 'stamina-core_2.12-0.1.6-myhost.example-1546548168.buildinfo'

interface Recorded {
  readonly m: 'HEAD' | 'PUT'
  readonly raw_path: string
  readonly hdr: Record<string, string>
  readonly code: number
}

const recorded = readFileSync(
  new URL('../../data/jvm/sbt-ivy-requests.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => (JSON.parse as (text: string) => Recorded)(line))

const hex = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('hex')

/** What Ivy sends under each suffix, for the signed document instead of the recorded one. */
const BODIES: Readonly<Record<string, Buffer | string>> = {
  '': DOCUMENT,
  '.sha1': hex('sha1', DOCUMENT),
  '.md5': hex('md5', DOCUMENT),
  '.asc': SIGNATURE,
  '.asc.sha1': hex('sha1', SIGNATURE),
  '.asc.md5': hex('md5', SIGNATURE),
}
const SUFFIXES = Object.keys(BODIES)

async function send(app: FastifyInstance, { m, hdr }: Recorded, suffix: string) {
  const { 'Content-Length': _length, ...headers } = hdr
  const payload = m === 'PUT' ? { payload: BODIES[suffix] ?? '' } : {}
  return app.inject({ method: m, url: `${FOLDER}/${NAME}${suffix}`, headers, ...payload })
}

const suffixOf = (path: string) => path.slice(path.lastIndexOf('.buildinfo') + '.buildinfo'.length)

/** The second recorded sequence: a release, HEAD before each file. */
const release = recorded.slice(6, 14)

describe("sbt's publish through Ivy", () => {
  it('finds nothing by HEAD, puts six files, and then finds what it put', async () => {
    const { app, repository } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const statuses: number[] = []
    for (const request of release)
      statuses.push((await send(app, request, suffixOf(request.raw_path))).statusCode)
    expect(release.map(({ m }) => m).join(' ')).toBe('HEAD PUT PUT PUT HEAD PUT PUT PUT')
    expect(statuses).toEqual([404, 202, 200, 200, 404, 201, 200, 200])
    expect(
      (await repository.status()).collections.find(({ name }) => name === 'maven')?.certifications,
    ).toBe(1)
    const file = await get(app, `${FOLDER}/${NAME}`, JDK)
    expect(file.headers['content-type']).toContain('text/plain')
    expect(file.rawPayload.equals(DOCUMENT)).toBe(true)
    expect(
      (await app.inject({ method: 'HEAD', url: `${FOLDER}/${NAME}`, headers: JDK })).statusCode,
    ).toBe(200)
    expect((await get(app, `${FOLDER}/${NAME}.sha1`)).body).toBe(hex('sha1', DOCUMENT))
    expect((await get(app, `${FOLDER}/${NAME}.asc`)).body).toContain('BEGIN PGP SIGNATURE')
  })

  const orders = [
    ['.asc', '.asc.sha1', '.asc.md5', '', '.sha1', '.md5'],
    ['.md5', '.asc.md5', '.sha1', '.asc', '', '.asc.sha1'],
    SUFFIXES.toReversed(),
  ]
  it.each(orders.map((order) => [order.join(' '), order] as const))(
    'takes the files in the order %s',
    async (_name, order) => {
      const { app, repository } = await openDoor()
      await addKey(app, 'hello/alice.asc')
      const [, put] = release
      if (put === undefined) throw new Error('no PUT was recorded')
      for (const suffix of order)
        expect([200, 201, 202]).toContain((await send(app, put, suffix)).statusCode)
      expect(
        (await repository.status()).collections.find(({ name }) => name === 'maven')
          ?.certifications,
      ).toBe(1)
      expect((await get(app, `${FOLDER}/${NAME}`)).rawPayload.equals(DOCUMENT)).toBe(true)
    },
  )

  it('answers a second publish of the same with success', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const puts = release.filter(({ m }) => m === 'PUT')
    for (const request of [...puts, ...puts])
      expect([200, 201, 202]).toContain(
        (await send(app, request, suffixOf(request.raw_path))).statusCode,
      )
  })

  it('treats %2B and + as the same name', async () => {
    const { app } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    const escaped = `${FOLDER}/stamina-core_2.12-0.1.6%2B5-abc123.buildinfo`
    const literal = escaped.replace('%2B', '+')
    await app.inject({ method: 'PUT', url: `${escaped}.asc`, payload: SIGNATURE })
    expect((await app.inject({ method: 'PUT', url: literal, payload: DOCUMENT })).statusCode).toBe(
      201,
    )
    expect((await get(app, escaped)).rawPayload.equals(DOCUMENT)).toBe(true)
    expect((await get(app, literal)).rawPayload.equals(DOCUMENT)).toBe(true)
  })

  it('refuses a checksum that is not the document’s, and keeps nothing of it', async () => {
    const { app, repository } = await openDoor()
    await addKey(app, 'hello/alice.asc')
    await app.inject({ method: 'PUT', url: `${FOLDER}/${NAME}.asc`, payload: SIGNATURE })
    await app.inject({ method: 'PUT', url: `${FOLDER}/${NAME}`, payload: DOCUMENT })
    const before = await kept(repository)
    const wrong = await app.inject({
      method: 'PUT',
      url: `${FOLDER}/${NAME}.sha1`,
      payload: '0'.repeat(40),
    })
    expect(wrong.statusCode).toBe(400)
    expect(wrong.json()).toMatchObject({ code: 'CHECKSUM_MISMATCH' })
    expect(await kept(repository)).toEqual(before)
  })
})

async function published() {
  const door = await openDoor()
  await addKey(door.app, 'hello/alice.asc')
  await door.app.inject({ method: 'PUT', url: `${FOLDER}/${NAME}.asc`, payload: SIGNATURE })
  await door.app.inject({ method: 'PUT', url: `${FOLDER}/${NAME}`, payload: DOCUMENT })
  return door
}

describe("sbt's check", () => {
  it('of 0.20 to 0.30 gets from the folder each certification once, and none that it cannot parse', async () => {
    const { app } = await published()
    // maven's documents have no date, on which the plugin stumbles
    const undated = Buffer.from(
      DOCUMENT.toString()
        .replace(/^date=.*\n/m, '')
        .replace('=0.1-SNAPSHOT', '=1.0-SNAPSHOT'),
    )
    const carol = await rebuilder()
    const key = Buffer.from(armorPublicKey(carol.publicKey.bytes))
    const parts = [
      { name: 'file', bytes: undated, filename: 'f' },
      {
        name: 'signature',
        bytes: Buffer.from(await detachedSignature(undated, carol)),
        filename: 's',
      },
      { name: 'key', bytes: key, filename: 'k' },
    ]
    const taken = await app.inject({ method: 'POST', url: '/maven', ...form(parts) })
    expect(taken.statusCode, taken.body).toBe(201)
    // what gigahorse sends, and no Accept
    const headers = { 'user-agent': 'Apache-HttpAsyncClient/4.1.5 (Java/17.0.15)' }
    const listing = await get(app, `${FOLDER}/`, headers)
    const names = listing.json<{ name: string }[]>().map(({ name }) => name)
    expect(names).toHaveLength(1)
    for (const name of names)
      expect((await get(app, `${FOLDER}/${name}`, headers)).rawPayload.equals(DOCUMENT)).toBe(true)
    const everybody = await get(app, `${FOLDER}/`)
    expect(everybody.json<unknown[]>()).toHaveLength(3)
    const above = await get(app, FOLDER.replace('/0.1.6', ''), headers)
    expect(above.json()).toMatchObject([{ name: '0.1.6', type: 'collection' }])
  })

  it('of 0.31 and later gets an array where no file is, and each name relative to it; HEAD is 404', async () => {
    const { app } = await published()
    const bare = `${FOLDER}/stamina-core-0.1.6.buildinfo`
    for (const headers of [{}, JDK]) {
      const answer = await get(app, bare, headers)
      expect(answer.statusCode).toBe(200)
      const names = answer.json<{ name: string }[]>().map(({ name }) => name)
      // the canonical name: a submitter's can be claimed by others too
      expect(names).toEqual([
        expect.stringMatching(/^stamina-core_2\.12-0\.1\.6_[0-9a-f]{16}\.buildinfo$/),
      ])
      for (const name of names) {
        const { pathname } = new URL(name, `http://node.example${bare}`)
        expect((await get(app, pathname)).body).toMatch(/^date=\d+$/m)
      }
    }
    expect((await app.inject({ method: 'HEAD', url: bare })).statusCode).toBe(404)
  })
})
