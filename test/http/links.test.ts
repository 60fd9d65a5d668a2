import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { check, readSubject } from '../../src/check/check.ts'
import type { Agreement } from '../../src/contract/agreement.ts'
import { keyOfLinks, signLink } from '../support/link.ts'
import { policyOf } from '../check/checking.ts'
import { BROWSER, form, get, post } from './door.ts'
import { INSTANCE, LINK, NAME, openLinkDoor, openRealDoor, PEM } from './link-door.ts'

const DEB = fileURLToPath(new URL(`../data/in-toto/${NAME}.deb`, import.meta.url))

/** Signed by the instance alone, whose key is here. */
const withoutWorker = LINK.toString().replace(/\{"keyid":"70a3[^}]*\},/, '')

describe('a link that is posted', () => {
  test('is taken by the signature whose key is here, and waits for the other', async () => {
    const { app } = await openLinkDoor()
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
    const { app } = await openLinkDoor()
    const waiting = await post(app, '/rebuilderd', LINK)
    expect(waiting.statusCode).toBe(202)
    expect(waiting.body).toContain('in PEM')
    const [added] = (await post(app, '/keys', PEM)).json<{ released: string[] }[]>()
    expect(added?.released).toHaveLength(1)
    const other = await openLinkDoor()
    const body = form([
      { name: 'file', bytes: LINK },
      { name: 'key', bytes: PEM },
    ])
    expect(
      (await other.app.inject({ method: 'POST', url: '/rebuilderd', ...body })).statusCode,
    ).toBe(201)
  })

  test('is served as a link with that one signature, and stands under its package', async () => {
    const { app } = await openRealDoor()
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
    const { app } = await openLinkDoor()
    await post(app, '/keys', PEM)
    const answer = await post(app, '/rebuilderd', text)
    expect(answer.statusCode).toBe(status)
    expect((await get(app, '/certifications')).json()).toEqual([])
  })
})

test('a key of links is served in PEM, and not to whoever asks by HKP', async () => {
  const { app } = await openRealDoor()
  const key = await get(app, `/keys/${INSTANCE}`)
  expect(key.body).toBe(PEM.toString())
  expect(key.headers['content-type']).toContain('pem')
  for (const op of ['get', 'index'])
    expect((await get(app, `/pks/lookup?op=${op}&search=0x${INSTANCE}`)).statusCode).toBe(404)
})

describe('checked by links,', () => {
  test('a real package is reproduced by the instance that made it again', async () => {
    const { app } = await openRealDoor()
    const node = await app.listen({ host: '127.0.0.1', port: 0 })
    const policy = policyOf({ 'reproduce.debian.net': INSTANCE }, 1)
    const { results } = await check([await readSubject(DEB)], { policy, nodes: [node] })
    expect(results).toMatchObject([{ verdict: 'reproduced', agreeing: 1 }])
  })

  test('a package is contradicted by a link that names it with another checksum', async () => {
    const { app } = await openLinkDoor()
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
