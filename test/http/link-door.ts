import type { FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import { buildServer } from '../../src/http/server.ts'
import { openTestRepository } from '../support/open-test-repository.ts'
import { data, post, SETTINGS } from './door.ts'

export const NAME = 'librust-as-slice-dev_0.2.1-1+b2_amd64'
export const LINK = data(`in-toto/${NAME}.in-toto.link`)
export const PEM = data('in-toto/reproduce-debian-net-amd64.pub')
/** Signed the link, and its key is here. */
export const INSTANCE = '2980AA6249AD89CE0EF0F0F5E6D0896214301B2818AAD33443444CF460DF6ED6'

/** With a collection of links that admits any, and nothing in it. */
export async function openLinkDoor(): Promise<{ readonly app: FastifyInstance }> {
  const repository = await openTestRepository({
    collections: [{ name: 'rebuilderd', dialect: 'in-toto', admit: 'any' }],
  })
  const app = buildServer(repository, SETTINGS)
  onTestFinished(() => app.close())
  await app.ready()
  return { app }
}

/** With the real link, and the key of the instance that signed it. */
export async function openRealDoor(): Promise<{ readonly app: FastifyInstance }> {
  const { app } = await openLinkDoor()
  await post(app, '/keys', PEM)
  await post(app, '/rebuilderd', LINK)
  return { app }
}
