import { readdir } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { expect, it } from 'vitest'
import { buildServer } from '../../src/http/server.ts'
import { openState } from '../../src/state/database.ts'
import { indexRows } from '../support/index-rows.ts'
import { namesIn } from '../support/inputs.ts'
import { openTestData } from '../support/open-test-repository.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { SETTINGS, addKey, data, helloOf, submitHello } from './door.ts'

/** Opens everything in the folder behind a door, and closes it again. */
async function withDoor(folder: string, use: (app: FastifyInstance) => Promise<void>) {
  const opened = await openTestData(folder)
  const app = buildServer(opened.repository, SETTINGS)
  try {
    await use(app)
  } finally {
    await app.close()
    await opened.close()
  }
}

/** All that a refusal could have moved: rows of indexes and of state, blocks, files. */
async function moved(folder: string) {
  const state = await openState(folder)
  const rows: string[] = []
  try {
    for await (const { key, value } of state.rows(new Uint8Array()))
      rows.push(`${Buffer.from(key).toString('hex')} ${Buffer.from(value).toString('hex')}`)
  } finally {
    await state.close()
  }
  const opened = await openTestData(folder)
  const { collections } = await opened.repository.status()
  await opened.close()
  const files = await readdir(folder, { recursive: true })
  return {
    indexes: await indexRows(folder),
    state: rows,
    lengths: collections.map(({ length }) => length),
    // both databases number their files
    files: [...new Set(files.map((name) => name.replaceAll(/\d+/g, '#')))].toSorted(byName),
  }
}

const byName = (one: string, other: string): number => (one < other ? -1 : 1)
const ACCEPTED = new Set([
  '01-prefix-injected-fields',
  '02-suffix-injected',
  '04-crlf',
  '05-trailing-space',
  '19-md5-only',
  '21-epoch-tilde-plus',
  '24-expired-key-signed-while-valid',
  '25-revoked-key',
])

const odd = namesIn('odd').filter(
  (name) => name.endsWith('.buildinfo') && !ACCEPTED.has(name.replace('.buildinfo', '')),
)

const BAD: readonly InjectOptions[] = [
  ...odd.map((name) => ({ method: 'POST', url: '/debian', payload: data(`odd/${name}`) }) as const),
  ...odd.map((name) => ({ method: 'POST', url: '/maven', payload: data(`odd/${name}`) }) as const),
  { method: 'POST', url: '/debian', payload: '' },
  { method: 'POST', url: '/debian', payload: Buffer.alloc(1024 * 1024 + 1, 'a') },
  {
    method: 'POST',
    url: '/debian',
    payload: gzipSync(Buffer.alloc(64 * 1024 * 1024)),
    headers: { 'content-encoding': 'gzip' },
  },
  { method: 'POST', url: '/debian', payload: Buffer.concat([helloOf('alice'), helloOf('bob')]) },
  { method: 'POST', url: '/nowhere', payload: helloOf('alice') },
  { method: 'DELETE', url: '/debian/hello', payload: helloOf('alice') },
  { method: 'PUT', url: '/debian/..%2f..%2fetc/x.buildinfo', payload: helloOf('alice') },
  { method: 'PUT', url: '/debian/hello%00/x.buildinfo', payload: helloOf('alice') },
  { method: 'PUT', url: '/debian/..%5c..%5cx.buildinfo', payload: helloOf('alice') },
  {
    method: 'PUT',
    url: '/debian/hello/2.10-3/other_2.10-3_amd64.buildinfo',
    payload: helloOf('bob'),
  },
  {
    method: 'PUT',
    url: '/debian/bash/5.1/amd64/hello_2.10-3_amd64.buildinfo',
    payload: helloOf('bob'),
  },
  {
    method: 'PUT',
    url: '/debian/hello/2.10-3/amd64/hello_2.10-3_amd64.deb',
    payload: helloOf('bob'),
  },
  { method: 'POST', url: '/keys', payload: 'no key' },
  { method: 'POST', url: '/keys', payload: data('hello/alice.asc').subarray(0, 400) },
]

it('what is refused moves no row, no block and no file', async () => {
  const folder = await temporaryDirectory()
  await withDoor(folder, async (app) => {
    await submitHello(app)
    await addKey(app, 'odd/key-expired.asc')
  })
  const before = await moved(folder)
  await withDoor(folder, async (app) => {
    for (const request of BAD) {
      const answer = await app.inject(request)
      const what = `${request.method} ${JSON.stringify(request.url)} -> ${answer.statusCode} ${answer.body}`
      expect(answer.statusCode, what).toBeGreaterThanOrEqual(400)
      expect(answer.statusCode, what).toBeLessThan(500)
    }
  })
  expect(await moved(folder)).toEqual(before)
})
