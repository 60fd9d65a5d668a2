import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { check, readSubject } from '../../src/check/check.ts'
import { buildServer } from '../../src/http/server.ts'
import type { NodeRepository } from '../../src/contract/node-repository.ts'
import type { Agreement } from '../../src/contract/agreement.ts'
import { keyOfLinks, signedOf, signLink } from '../support/link.ts'
import { openTestData, openTestRepository } from '../support/open-test-repository.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { policyOf } from '../check/checking.ts'
import { BROWSER, data, form, get, post, SETTINGS } from './door.ts'

const NAME = 'librust-as-slice-dev_0.2.1-1+b2_amd64'
const DEB = fileURLToPath(new URL(`../data/in-toto/${NAME}.deb`, import.meta.url))
const LINK = data(`in-toto/${NAME}.in-toto.link`)
const PEM = data('in-toto/reproduce-debian-net-amd64.pub')
const INSTANCE = '2980AA6249AD89CE0EF0F0F5E6D0896214301B2818AAD33443444CF460DF6ED6'

/** Signed by the instance alone, whose key is here. */
const withoutWorker = LINK.toString().replace(/\{"keyid":"70a3[^}]*\},/, '')

interface Node {
  readonly app: FastifyInstance
  readonly repository: NodeRepository
}

async function linkNode(): Promise<Node> {
  const repository = await openTestRepository({
    collections: [{ name: 'rebuilderd', dialect: 'in-toto', admit: 'any' }],
  })
  const app = buildServer(repository, SETTINGS)
  onTestFinished(() => app.close())
  await app.ready()
  return { app, repository }
}

/** With the real link, and the key of the instance that signed it. */
async function realNode(): Promise<Node> {
  const node = await linkNode()
  await post(node.app, '/keys', PEM)
  await post(node.app, '/rebuilderd', LINK)
  return node
}

describe('a link that is posted', () => {
  test('is taken by the signature whose key is here, and waits for the other', async () => {
    const { app } = await linkNode()
    expect((await post(app, '/keys', PEM)).json()).toEqual([
      { fingerprint: INSTANCE, added: true, released: [], waits: false, leftOut: [] },
    ])
    const answer = await post(app, '/rebuilderd', LINK)
    expect(answer.statusCode).toBe(201)
    expect((await get(app, '/certifications')).json()).toMatchObject([
      { state: 'verified', rebuilder: INSTANCE, signedAt: null, dialect: 'in-toto' },
    ])
  })

  test('waits for its key, which may come later, also beside the link', async () => {
    const { app } = await linkNode()
    const waiting = await post(app, '/rebuilderd', LINK)
    expect(waiting.statusCode).toBe(202)
    expect(waiting.body).toContain('in PEM')
    const [added] = (await post(app, '/keys', PEM)).json<{ released: string[] }[]>()
    expect(added?.released).toHaveLength(1)
    const other = await linkNode()
    const body = form([
      { name: 'file', bytes: LINK },
      { name: 'key', bytes: PEM },
    ])
    expect(
      (await other.app.inject({ method: 'POST', url: '/rebuilderd', ...body })).statusCode,
    ).toBe(201)
  })

  test('is served as a link with that one signature, and stands under its package', async () => {
    const { app } = await realNode()
    const [item] = (await get(app, '/certifications')).json<{ id: string; path: string }[]>()
    expect(item?.path).toBe(
      `/rebuilderd/librust-as-slice-dev/0.2.1-1+b2/${NAME}_${item?.id.slice(0, 16) ?? ''}.buildinfo`,
    )
    const served = (await get(app, item?.path ?? '')).json<{ signatures: { keyid: string }[] }>()
    expect(served.signatures.map(({ keyid }) => keyid)).toEqual([INSTANCE.toLowerCase()])
    expect((await get(app, `/certifications/${item?.id ?? ''}.asc`)).statusCode).toBe(404)
    for (const page of [
      item?.path ?? '',
      `/certifications/${item?.id ?? ''}.html`,
      `/rebuilders/${INSTANCE}`,
    ])
      expect((await get(app, page, BROWSER)).statusCode).toBe(200)
    const agreement = await get(app, '/agreement/rebuilderd/librust-as-slice-dev/0.2.1-1+b2')
    expect(agreement.json<Agreement>().artifacts).toMatchObject([
      { name: `${NAME}.deb`, groups: [{ rebuilders: [{ fingerprint: INSTANCE }] }] },
    ])
  })

  test.each([
    [
      'changed, and has a signature by a key that nobody knows too',
      LINK.toString().replaceAll('32be', '32bf'),
      403,
    ],
    ['changed', withoutWorker.replaceAll('32be', '32bf'), 403],
    ['of no rebuild', LINK.toString().replace('"rebuild ', '"sign '), 400],
    ['without signatures', LINK.toString().replace(/"signatures":\[.*?\]/, '"signatures":[]'), 400],
    ['no JSON', '{"signatures', 400],
  ])('is refused if it is %s', async (_, text, status) => {
    const { app } = await linkNode()
    await post(app, '/keys', PEM)
    const answer = await post(app, '/rebuilderd', text)
    expect(answer.statusCode).toBe(status)
    expect((await get(app, '/certifications')).json()).toEqual([])
  })
})

test('a key of links is served in PEM, and not to whoever asks by HKP', async () => {
  const { app } = await realNode()
  const key = await get(app, `/keys/${INSTANCE}`)
  expect(key.body).toBe(PEM.toString())
  expect(key.headers['content-type']).toContain('pem')
  for (const op of ['get', 'index'])
    expect((await get(app, `/pks/lookup?op=${op}&search=0x${INSTANCE}`)).statusCode).toBe(404)
})

describe('checked by links,', () => {
  test('a real package is reproduced by the instance that made it again', async () => {
    const { app } = await realNode()
    const node = await app.listen({ host: '127.0.0.1', port: 0 })
    const policy = policyOf({ 'reproduce.debian.net': INSTANCE }, 1)
    const { results } = await check([await readSubject(DEB)], { policy, nodes: [node] })
    expect(results).toMatchObject([{ verdict: 'reproduced', agreeing: 1 }])
  })

  test('a package is contradicted by a link that names it with another checksum', async () => {
    const { app } = await linkNode()
    const key = keyOfLinks()
    await post(app, '/keys', key.pem)
    const link = { products: { [`${NAME}.deb`]: { sha256: 'a'.repeat(64) } } }
    expect((await post(app, '/rebuilderd', signLink(link, key))).statusCode).toBe(201)
    const node = await app.listen({ host: '127.0.0.1', port: 0 })
    const policy = policyOf({ other: key.fingerprint }, 1)
    const { results } = await check([await readSubject(DEB)], { policy, nodes: [node] })
    expect(results).toMatchObject([{ verdict: 'contradicted' }])
  })
})

describe("rebuilderd's API of one rebuilder", () => {
  const BELOW = `/rebuilders/${INSTANCE.toLowerCase()}/api/v1`
  const QUERY = 'name=librust-as-slice-dev&version=0.2.1-1%2Bb2&architecture=amd64'
  interface Records {
    readonly total: number
    readonly records: readonly { build_id: number; artifact_id: number; name: string }[]
  }
  const recordsOf = async (app: FastifyInstance, query: string): Promise<Records> =>
    (await get(app, `${BELOW}/packages/binary?${query}`)).json<Records>()

  test('finds a package, its link and the key', async () => {
    const { app } = await realNode()
    const { records } = await recordsOf(app, QUERY)
    expect(records).toMatchObject([
      {
        name: 'librust-as-slice-dev',
        version: '0.2.1-1+b2',
        architecture: 'amd64',
        distribution: 'debian',
        status: 'GOOD',
      },
    ])
    const [record] = records
    if (record === undefined) throw new Error('no record')
    const { build_id, artifact_id } = record
    for (const id of [build_id, artifact_id]) expect(id).toBeLessThan(2 ** 31)
    const link = await get(app, `${BELOW}/builds/${build_id}/artifacts/${artifact_id}/attestation`)
    expect(link.json<{ signed: unknown }>().signed).toEqual(signedOf(LINK))
    expect((await get(app, `${BELOW}/meta/public-keys`)).json()).toEqual({
      current: [PEM.toString()],
    })
  })

  test('also by the name of the host', async () => {
    const { app } = await realNode()
    const host = `${INSTANCE.slice(0, 32)}.${INSTANCE.slice(32)}.node.example`.toLowerCase()
    const answer = await get(app, `/api/v1/packages/binary?${QUERY}`, { host })
    expect(answer.json<Records>().total).toBe(1)
    expect((await get(app, '/api/v1/meta/public-keys', { host: 'node.example' })).statusCode).toBe(
      400,
    )
  })

  test.each([
    ['another version', 'name=librust-as-slice-dev&version=1', 0],
    [
      'a version with an epoch, which the name of a file has not',
      'name=librust-as-slice-dev&version=3:0.2.1-1%2Bb2',
      1,
    ],
    ['another architecture', 'name=librust-as-slice-dev&architecture=arm64', 0],
    ['everything', '', 1],
    ['what a distribution has', 'distribution=debian', 1],
    ['a release, of which links say nothing', 'release=sid', 0],
    ['what another distribution has', 'distribution=archlinux', 0],
    ['nothing at all', 'limit=0', 0],
    ['what nobody has', 'name=..', 0],
  ])('asked for %s', async (_, query, total) => {
    const { app } = await realNode()
    expect((await recordsOf(app, query)).total).toBe(total)
  })

  test('is served with a tag, and says when it has not changed', async () => {
    const { app } = await realNode()
    const [record] = (await recordsOf(app, '')).records
    const url = `${BELOW}/builds/${record?.build_id}/artifacts/${record?.artifact_id}/attestation`
    const link = await get(app, url)
    expect(link.headers['content-type']).toBe('application/json')
    const again = await get(app, url, { 'if-none-match': String(link.headers['etag']) })
    expect(again.statusCode).toBe(304)
  })

  test('is not made to wait or to leave out by what strangers certify under the same name', async () => {
    const { app } = await realNode()
    const stranger = keyOfLinks()
    await post(app, '/keys', stranger.pem)
    const products = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, at) => [
        `librust-as-slice-dev_0.${at}-1_amd64.deb`,
        { sha256: 'a'.repeat(64) },
      ]),
    )
    expect((await post(app, '/rebuilderd', signLink({ products }, stranger))).statusCode).toBe(201)
    expect((await recordsOf(app, QUERY)).total).toBe(1)
  })

  test('has no link that was withheld', async () => {
    const opened = await openTestData(await temporaryDirectory())
    onTestFinished(() => opened.close())
    const app = buildServer(opened.repository, SETTINGS)
    onTestFinished(() => app.close())
    await app.ready()
    await post(app, '/keys', PEM)
    await post(app, '/rebuilderd', LINK)
    const ids = (await opened.repository.find({})).items.map(({ id }) => id)
    const [record] = (await recordsOf(app, '')).records
    await opened.withhold({ ids }, { reason: 'a test', code: 'spam' })
    expect((await recordsOf(app, QUERY)).total).toBe(0)
    const url = `${BELOW}/builds/${record?.build_id}/artifacts/${record?.artifact_id}/attestation`
    expect((await get(app, url)).statusCode).toBe(404)
  })

  test('pages through many, each once', async () => {
    const { app } = await linkNode()
    const key = keyOfLinks()
    await post(app, '/keys', key.pem)
    const names = Array.from({ length: 25 }, (_, at) => `p${at}_1_all.deb`)
    for (const name of names)
      await post(
        app,
        '/rebuilderd',
        signLink({ products: { [name]: { sha256: 'a'.repeat(64) } } }, key),
      )
    const seen: string[] = []
    let after = ''
    for (;;) {
      const url = `/rebuilders/${key.fingerprint}/api/v1/packages/binary?limit=10${after}`
      const { records } = (await get(app, url)).json<Records>()
      seen.push(...records.map(({ name }) => name))
      if (records.length === 0) break
      after = `&after=${records.at(-1)?.build_id ?? 0}`
    }
    expect(seen.toSorted()).toEqual(names.map((name) => name.replace('_1_all.deb', '')).toSorted())
  })

  test.each([
    [`${BELOW}/packages/binary?limit=x`, 400],
    [`${BELOW}/packages/binary?name=a&name=b`, 400],
    [`${BELOW}/packages/binary?sort=name`, 400],
    [`${BELOW}/packages/binary?before=3`, 400],
    [`/rebuilders/${INSTANCE.slice(0, 16)}${'0'.repeat(48)}/api/v1/meta/public-keys`, 404],
    [`${BELOW}/builds/1/artifacts/1/attestation`, 404],
    [`${BELOW}/builds/99999999999/artifacts/x/attestation`, 404],
    ['/rebuilders/nobody/api/v1/packages/binary', 400],
    [`/rebuilders/${'0'.repeat(40)}/api/v1/meta/public-keys`, 400],
  ])('%s answers %d', async (url, status) => {
    const { app } = await realNode()
    expect((await get(app, url)).statusCode).toBe(status)
  })
})
