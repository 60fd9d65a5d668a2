import { readFileSync } from 'node:fs'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { onTestFinished } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { buildServer, type HttpSettings } from '../../src/http/server.ts'
import type { NodeRepository } from '../../src/contract/node-repository.ts'
import { holdToDescriptions } from './described.ts'
import { openTestRepository } from '../support/open-test-repository.ts'

export interface Door {
  readonly app: FastifyInstance
  readonly repository: NodeRepository
}

export const SETTINGS: HttpSettings = {
  trustProxy: [],
  submissionsPerMinute: 0,
  logLevel: 'silent',
  requestTimeout: 30_000,
}

/**
 * The HTTP door over a real repository with the default collections, closed when the test ends. No answer in JSON passes that
 * its route does not describe.
 */
export async function openDoor(
  settings: Partial<HttpSettings> = {},
  config: Partial<Config> = {},
): Promise<Door> {
  const repository = await openTestRepository(config)
  const app = buildServer(repository, { ...SETTINGS, ...settings })
  holdToDescriptions(app)
  onTestFinished(() => app.close())
  await app.ready()
  return { app, repository }
}

export function data(path: string): Buffer {
  return readFileSync(new URL(`../data/${encodeURI(path)}`, import.meta.url))
}

export const ALICE = data('hello/alice.fpr').toString().trim()
export const BOB = data('hello/bob.fpr').toString().trim()
export const MALLORY = data('hello/mallory.fpr').toString().trim()
export const REBUILDERS = ['alice', 'bob', 'mallory'] as const

export const helloOf = (who: string) => data(`hello/${who}/hello_2.10-3_amd64.buildinfo`)

export const addKey = async (app: FastifyInstance, path: string) =>
  app.inject({ method: 'POST', url: '/keys', payload: data(path) })

/** The three rebuilders of hello, with their keys. Returns the ids. */
export async function submitHello(app: FastifyInstance): Promise<Record<string, string>> {
  const ids: Record<string, string> = {}
  for (const who of REBUILDERS) {
    await addKey(app, `hello/${who}.asc`)
    const answer = await post(app, '/debian', helloOf(who))
    if (answer.statusCode !== 201) throw new Error(`${answer.statusCode} ${answer.body}`)
    ids[who] = answer.json<{ id: string }>().id
  }
  return ids
}

export const post = async (app: FastifyInstance, url: string, payload: Buffer | string) =>
  app.inject({ method: 'POST', url, payload })

export async function get(
  app: FastifyInstance,
  url: string,
  headers: InjectOptions['headers'] = {},
) {
  return app.inject({ method: 'GET', url, headers })
}

/** What a browser sends. */
export const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
/** What the JDK's HttpURLConnection sends. */
export const JDK = { accept: 'text/html, image/gif, image/jpeg, */*; q=0.2' }

/** A `multipart/form-data` body as curl -F makes it. */
export function form(parts: readonly { name: string; bytes: Buffer; filename?: string }[]) {
  const boundary = '------------------------countersign'
  const chunks = parts.flatMap(({ name, bytes, filename }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${
        filename === undefined
          ? ''
          : `; filename="${filename}"\r\nContent-Type: application/octet-stream`
      }\r\n\r\n`,
    ),
    bytes,
    Buffer.from('\r\n'),
  ])
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
  }
}

/** What must not move when something is refused: feeds, index rows, keys. */
export async function kept(repository: NodeRepository) {
  const { collections, keys, rebuilders } = await repository.status()
  return { collections, keys, rebuilders }
}
