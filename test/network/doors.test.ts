import { Value } from 'typebox/value'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FeedDetailBody, FeedsBody } from '../../src/contract/feed-status.ts'
import { ProofBody } from '../../src/contract/inclusion-proof.ts'
import { PeersBody } from '../../src/contract/peer-status.ts'
import { StatusBody } from '../../src/contract/status.ts'
import { buildServer } from '../../src/http/server.ts'
import { BROWSER, get, SETTINGS } from '../http/door.ts'
import { areConnected, has, openTestNode, type TestNode } from '../support/network.ts'
import { signed, submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'

async function doorOf(node: TestNode) {
  const app = buildServer(node.repository, SETTINGS)
  onTestFinished(() => app.close())
  await app.ready()
  return app
}

async function pair() {
  const a = await openTestNode({ publicUrl: 'https://a.example' })
  const b = await openTestNode({ peers: [a.address], config: { readOnly: true } })
  await areConnected(a, b)
  const receipt = await submitTo(a, await signed({ version: '1' }))
  await until(() => has(b, receipt.id))
  const app = await doorOf(b)
  // the rows are there a moment before their follower says so
  await until(async () => (await get(app, '/feeds')).body.includes('"indexed":5'))
  return { a, b, receipt, app }
}

describe('over HTTP', () => {
  test('feeds are told with how far they are, and what is wrong with them', async () => {
    const { a, app, receipt } = await pair()
    const list = await get(app, '/feeds')
    const feeds: unknown = list.json()
    expect(Value.Check(FeedsBody, feeds)).toBe(true)
    expect(feeds).toContainEqual(
      expect.objectContaining({
        key: receipt.feed,
        owner: a.identity.peerId,
        why: 'peer',
        state: 'following',
        length: 5,
        known: 5,
        indexed: 5,
        holes: 0,
        rejected: 0,
        evidence: [],
      }),
    )
    const detailOf = async (): Promise<unknown> =>
      (await get(app, `/feeds/${receipt.feed.toUpperCase()}`)).json()
    const hasHeard = async () => JSON.stringify(await detailOf()).includes('"heads":[{"length":5')
    await until(hasHeard)
    const detail = await detailOf()
    expect(Value.Check(FeedDetailBody, detail)).toBe(true)
    expect(detail).toMatchObject({ heads: [{ length: 5, peerId: a.identity.peerId }], missing: [] })
    expect((await get(app, `/feeds/${'0'.repeat(64)}`)).json()).toMatchObject({
      status: 404,
      code: 'FEED_NOT_FOUND',
    })
    expect((await get(app, '/feeds/xyz')).statusCode).toBe(400)
  })

  test('an inclusion proof is given for every block, and none where there is no block', async () => {
    const { app, receipt } = await pair()
    for (let sequence = 0; sequence < 5; sequence++) {
      const answer = await get(app, `/feeds/${receipt.feed}/proof/${sequence}`)
      expect(answer.statusCode).toBe(200)
      expect(Value.Check(ProofBody, answer.json())).toBe(true)
    }
    for (const sequence of ['5', '9999999999999'])
      expect((await get(app, `/feeds/${receipt.feed}/proof/${sequence}`)).json()).toMatchObject({
        status: 404,
        code: 'PROOF_NOT_FOUND',
      })
    expect((await get(app, `/feeds/${receipt.feed}/proof/-1`)).statusCode).toBe(400)
  })

  test('peers and addresses are told, but not where others dial from', async () => {
    const { a, b, app } = await pair()
    const peers: unknown = (await get(app, '/peers')).json()
    expect(Value.Check(PeersBody, peers)).toBe(true)
    expect(peers).toMatchObject([
      {
        peerId: a.identity.peerId,
        configured: true,
        connected: true,
        publicUrl: 'https://a.example',
      },
    ])
    const atA = await get(await doorOf(a), '/peers')
    expect(atA.json()).toMatchObject([
      { peerId: b.identity.peerId, configured: false, addresses: [], readOnly: true },
    ])
    const status: unknown = (await get(app, '/status')).json()
    expect(Value.Check(StatusBody, status)).toBe(true)
    expect(status).toMatchObject({
      peers: 1,
      readOnly: true,
      follow: 'open',
      ready: true,
      addresses: [b.address],
      blocks: { known: 7, here: 7, indexed: 7 },
    })
    expect((await get(app, '/ready')).statusCode).toBe(200)
  })

  test('a read-only node answers a submission with 405, what it does answer, and who takes it', async () => {
    const { app } = await pair()
    for (const [method, url] of [
      ['POST', '/debian'],
      ['PUT', '/debian/hello/1/x.buildinfo'],
    ] as const) {
      const answer = await app.inject({ method, url, payload: 'x' })
      expect(answer.statusCode).toBe(405)
      expect(answer.headers['allow']).toBe('GET, HEAD, OPTIONS')
      expect(answer.json()).toMatchObject({ code: 'READ_ONLY' })
      expect(answer.json<{ detail: string }>().detail).toContain('https://a.example')
    }
  })

  test('each of them is a page too', async () => {
    const { app, receipt } = await pair()
    for (const url of ['/feeds', `/feeds/${receipt.feed}`, '/peers', '/status']) {
      const page = await get(app, url, BROWSER)
      expect(page.statusCode).toBe(200)
      expect(page.headers['content-type']).toContain('text/html')
      expect(page.body).toContain('<progress'.slice(0, url === '/peers' ? 1 : 9))
    }
  })
})

test('a node is ready when it has what its reachable configured peers have, and does not wait for one that is gone', async () => {
  const a = await openTestNode()
  const gone = await openTestNode()
  await gone.stop()
  const receipts = []
  for (let at = 0; at < 5; at++)
    receipts.push(await submitTo(a, await signed({ version: `${at}` })))
  const b = await openTestNode({ peers: [a.address, gone.address] })
  const readyWith: number[] = []
  await until(async () => {
    if (!(await b.repository.ready())) return false
    readyWith.push((await b.repository.find({})).items.length)
    return true
  })
  expect(readyWith).toEqual([receipts.length])
})
