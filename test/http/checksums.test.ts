import { readdirSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { buildServer } from '../../src/http/server.ts'
import type { Agreement } from '../../src/contract/agreement.ts'
import { HELLO } from '../support/program.ts'
import { detachedSignature, rebuilder } from '../support/rebuilder.ts'
import { openTestRepository } from '../support/open-test-repository.ts'
import { BROWSER, data, form, get, SETTINGS } from './door.ts'

const DATA = `${HELLO}/../checksums`

/** What every builder of a version of Bitcoin Core signed, with all builders' keys. */
async function sums(version: string): Promise<FastifyInstance> {
  const repository = await openTestRepository({
    collections: [{ name: 'guix', dialect: 'checksums', admit: 'any' }],
  })
  const app = buildServer(repository, SETTINGS)
  onTestFinished(() => app.close())
  await app.ready()
  for (const key of readdirSync(`${DATA}/builder-keys`))
    await app.inject({
      method: 'POST',
      url: '/keys',
      payload: data(`checksums/builder-keys/${key}`),
    })
  for (const builder of readdirSync(`${DATA}/${version}`)) {
    const file = `checksums/${version}/${builder}/all.SHA256SUMS`
    const body = form([
      { name: 'file', bytes: data(file) },
      { name: 'signature', bytes: data(`${file}.asc`) },
    ])
    const answer = await app.inject({ method: 'POST', url: '/guix', ...body })
    expect([201, 202]).toContain(answer.statusCode)
  }
  return app
}

test("one list with every builder's signature in one file, as Bitcoin Core releases it, is a certification by each", async () => {
  const repository = await openTestRepository({
    collections: [{ name: 'guix', dialect: 'checksums', admit: 'any' }],
  })
  const app = buildServer(repository, SETTINGS)
  onTestFinished(() => app.close())
  for (const key of readdirSync(`${DATA}/builder-keys`))
    await app.inject({
      method: 'POST',
      url: '/keys',
      payload: data(`checksums/builder-keys/${key}`),
    })
  const files = readdirSync(`${DATA}/31.1`).map(
    (builder) => `checksums/31.1/${builder}/all.SHA256SUMS`,
  )
  const list = data(files[0] ?? '')
  const same = files.filter((file) => data(file).equals(list))
  const answer = await app.inject({
    method: 'POST',
    url: '/guix',
    ...form([
      { name: 'file', bytes: list },
      { name: 'signature', bytes: Buffer.concat(same.map((file) => data(`${file}.asc`))) },
    ]),
  })
  expect(answer.statusCode).toBe(201)
  const rebuilders = answer.json<readonly { rebuilder: string | null }[]>()
  expect(new Set(rebuilders.map((one) => one.rebuilder)).size).toBe(same.length)
  expect(same.length).toBeGreaterThan(8)
})

const agreementOf = async (app: FastifyInstance, version: string): Promise<Agreement> =>
  (await get(app, `/agreement/guix/bitcoin/${version}`)).json<Agreement>()

const countsOf = ({ artifacts }: Agreement): readonly number[] => [
  ...new Set(artifacts.map(({ groups }) => groups[0]?.rebuilders.length ?? 0)),
]

/** The list of somebody else, signed by a key of this test. */
async function submitChanged(
  app: FastifyInstance,
  change: (text: string) => string,
  path?: string,
) {
  const bytes = Buffer.from(change(data('checksums/29.4/achow101/all.SHA256SUMS').toString()))
  const signer = await rebuilder()
  const signature = Buffer.from(await detachedSignature(bytes, signer))
  await app.inject({ method: 'POST', url: '/keys', payload: Buffer.from(signer.publicKey.bytes) })
  if (path !== undefined) {
    await app.inject({ method: 'PUT', url: `${path}.asc`, payload: signature })
    return app.inject({ method: 'PUT', url: path, payload: bytes })
  }
  const body = form([
    { name: 'file', bytes, filename: 'SHA256SUMS' },
    { name: 'signature', bytes: signature, filename: 'SHA256SUMS.asc' },
  ])
  return app.inject({ method: 'POST', url: '/guix', ...body })
}

test('every file of Bitcoin Core 31.1 has the same checksum by all builders', async () => {
  const app = await sums('31.1')
  const agreement = await agreementOf(app, '31.1')
  expect(agreement.artifacts.length).toBeGreaterThan(20)
  expect(agreement.artifacts.every(({ groups }) => groups.length === 1)).toBe(true)
  expect(countsOf(agreement)).toHaveLength(1)
})

test('of Bitcoin Core 29.4 one builder of fifteen lists other files than the others, and contradicts nobody', async () => {
  const app = await sums('29.4')
  const agreement = await agreementOf(app, '29.4')
  expect(agreement.artifacts).toHaveLength(30)
  expect(agreement.artifacts.every(({ groups }) => groups.length === 1)).toBe(true)
  expect(countsOf(agreement).toSorted((one, other) => other - one)).toEqual([15, 14, 1])
})

test('that one gives another checksum is seen, on the page too', async () => {
  const app = await sums('29.4')
  const [name] = (await agreementOf(app, '29.4')).artifacts.map((artifact) => artifact.name)
  const answer = await submitChanged(app, (text) =>
    text.replace(new RegExp(`^[0-9a-f]{64}(?=  ${name ?? ''}$)`, 'm'), 'f'.repeat(64)),
  )
  expect(answer.statusCode).toBe(201)
  const { artifacts } = await agreementOf(app, '29.4')
  const [divided, ...others] = artifacts.filter(({ groups }) => groups.length > 1)
  expect(others).toEqual([])
  expect(divided?.name).toBe(name)
  expect(divided?.groups.map(({ rebuilders }) => rebuilders.length)).toEqual([15, 1])
  const { body } = await get(app, '/agreement/guix/bitcoin/29.4', BROWSER)
  expect(body).toContain('1 said in several ways')
  expect(body).toContain('15 say A, 1 says B')
})

const older = (text: string): string =>
  text.replaceAll('29.4', '29.3').replaceAll(/^[0-9a-f]{64}/gm, 'e'.repeat(64))

test('sums of another version that are put under this one change nothing here: their names are signed, the path is not', async () => {
  const app = await sums('29.4')
  const before = await agreementOf(app, '29.4')
  const put = await submitChanged(app, older, '/guix/bitcoin/29.4/all.buildinfo')
  expect(put.statusCode).toBe(400)
  expect((await submitChanged(app, older)).statusCode).toBe(201)
  expect(await agreementOf(app, '29.4')).toEqual(before)
  expect((await agreementOf(app, '29.3')).artifacts).toHaveLength(28)
})
