import { expect, onTestFinished, test } from 'vitest'
import { buildServer } from '../../src/http/server.ts'
import { SETTINGS } from '../http/door.ts'
import { listenTo } from '../support/event-source.ts'
import { areConnected, openTestNode } from '../support/network.ts'
import { signed, submitTo } from '../support/submission.ts'

test('whoever listens at one node hears of what was submitted at another, and of the peers that come and go', async () => {
  const a = await openTestNode()
  const b = await openTestNode({ config: { readOnly: true } })
  const app = buildServer(b.repository, SETTINGS)
  const base = await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => app.close())
  const source = await listenTo(base)
  const alone = await source.until(({ kind }) => kind === 'peers')
  expect(alone.at(-1)?.data).toEqual({ peers: [], isolated: false, fewCopies: false })
  await b.network.book.add(a.address)
  await areConnected(a, b)
  const met = await source.until(({ kind }) => kind === 'peers')
  expect(met.at(-1)?.data).toEqual({
    peers: [{ peerId: a.identity.peerId, direction: 'outbound', configured: true }],
    isolated: false,
    fewCopies: false,
  })
  // of this moment only, so nobody can go on from there
  expect(met.at(-1)?.id).toBeUndefined()
  const { id } = await submitTo(a, await signed({ version: '1' }))
  const came = await source.until(({ kind }) => kind === 'agreement')
  expect(came.at(-2)?.data).toMatchObject({ certification: { id, state: 'verified' } })
  expect(came.at(-1)?.data).toEqual({ collection: 'debian', path: 'hello/1' })
  await a.stop()
  const left = await source.until(({ kind }) => kind === 'peers')
  expect(left.at(-1)?.data).toEqual({ peers: [], isolated: false, fewCopies: false })
})
