import type { FastifyInstance } from 'fastify'
import { describe, expect, onTestFinished, test } from 'vitest'
import { buildServer } from '../../../src/http/server.ts'
import { keyOfLinks, signedOf, signLink } from '../../support/link.ts'
import { openTestData } from '../../support/open-test-repository.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { get, post, SETTINGS } from '../door.ts'
import { INSTANCE, LINK, openLinkDoor, openRealDoor, PEM } from '../link-door.ts'

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
    const { app } = await openRealDoor()
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
    const { app } = await openRealDoor()
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
    const { app } = await openRealDoor()
    expect((await recordsOf(app, query)).total).toBe(total)
  })

  test('is served with a tag, and says when it has not changed', async () => {
    const { app } = await openRealDoor()
    const [record] = (await recordsOf(app, '')).records
    const url = `${BELOW}/builds/${record?.build_id}/artifacts/${record?.artifact_id}/attestation`
    const link = await get(app, url)
    expect(link.headers['content-type']).toBe('application/json')
    const again = await get(app, url, { 'if-none-match': String(link.headers['etag']) })
    expect(again.statusCode).toBe(304)
  })

  test('is not made to wait or to leave out by what strangers certify under the same name', async () => {
    const { app } = await openRealDoor()
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
    const { app } = await openLinkDoor()
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
    const { app } = await openRealDoor()
    expect((await get(app, url)).statusCode).toBe(status)
  })
})
