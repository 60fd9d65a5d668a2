import { readdirSync, readFileSync } from 'node:fs'
import { buildServer } from '../../src/http/server.ts'
import type { FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import { openTestRepository } from './open-test-repository.ts'
import { HELLO } from './program.ts'

const DATA = `${HELLO}/..`

/** A collection of each dialect. */
export const EVERY_DIALECT = [
  { name: 'debian', dialect: 'debian', admit: 'any' },
  { name: 'maven', dialect: 'jvm', admit: 'any' },
  { name: 'rebuilderd', dialect: 'in-toto', admit: 'any' },
  { name: 'guix', dialect: 'checksums', admit: 'any' },
] as const

/** A node that listens, with hello by three rebuilders, Bitcoin Core 29.4 and 31.1 by all builders, and a link of rebuilderd. */
export async function pictureNode(): Promise<string> {
  const repository = await openTestRepository({ collections: EVERY_DIALECT })
  const app = buildServer(repository, {
    trustProxy: [],
    submissionsPerMinute: 0,
    logLevel: 'silent',
    requestTimeout: 30_000,
  })
  onTestFinished(() => app.close())
  await fill(app, (collection, bytes, signature) =>
    repository.submit({ collection, bytes, signature }),
  )
  return app.listen({ host: '127.0.0.1', port: 0 })
}

type Submit = (collection: string, bytes: Buffer, signature?: Buffer) => Promise<unknown>

async function fill(app: FastifyInstance, submit: Submit): Promise<void> {
  const builders = readdirSync(`${DATA}/checksums/builder-keys`)
  const keys = [
    ...['alice', 'bob', 'mallory'].map((who) => `hello/${who}.asc`),
    ...builders.map((key) => `checksums/builder-keys/${key}`),
    'in-toto/reproduce-debian-net-amd64.pub',
  ]
  for (const key of keys)
    await app.inject({ method: 'POST', url: '/keys', payload: readFileSync(`${DATA}/${key}`) })
  for (const who of ['alice', 'bob', 'mallory'])
    await submit('debian', readFileSync(`${HELLO}/${who}/hello_2.10-3_amd64.buildinfo`))
  for (const version of ['29.4', '31.1'])
    for (const builder of readdirSync(`${DATA}/checksums/${version}`)) {
      const file = `${DATA}/checksums/${version}/${builder}/all.SHA256SUMS`
      await submit('guix', readFileSync(file), readFileSync(`${file}.asc`))
    }
  const link = 'in-toto/librust-as-slice-dev_0.2.1-1+b2_amd64.in-toto.link'
  await submit('rebuilderd', readFileSync(`${DATA}/${link}`))
}
