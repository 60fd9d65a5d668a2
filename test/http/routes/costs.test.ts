import { expect, test } from 'vitest'
import { QUESTIONS } from '../../../scripts/bench/cost-cases.ts'
import { buildServer } from '../../../src/http/server.ts'
import { openTestRepository } from '../../support/open-test-repository.ts'
import { SETTINGS } from '../door.ts'

const ASKED = ['GET', 'POST', 'PUT']

/** What is routed, but for the answers to wrong verbs, which are routed for several at once. */
async function routes(): Promise<readonly string[]> {
  const app = buildServer(await openTestRepository(), SETTINGS)
  const found: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    if (typeof method === 'string' && ASKED.includes(method)) found.push(`${method} ${url}`)
  })
  await app.ready()
  await app.close()
  return found
}

test('every route has its costliest question in the bench of costs', async () => {
  expect(Object.keys(QUESTIONS).toSorted()).toEqual((await routes()).toSorted())
})
