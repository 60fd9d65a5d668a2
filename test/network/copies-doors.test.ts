import { expect, onTestFinished, test } from 'vitest'
import type { CertificationDetail } from '../../src/contract/certification.ts'
import type { FeedDetail, FeedStatus } from '../../src/contract/feed-status.ts'
import type { Status } from '../../src/contract/status.ts'
import { buildServer } from '../../src/http/server.ts'
import { BROWSER, get, SETTINGS } from '../http/door.ts'
import { openTestNode } from '../support/network.ts'
import { signed, submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'

test('every door says how many others have what a node has, and pages say in red that these are too few', async () => {
  const peer = await openTestNode({ name: 'Münster', sayHavesEvery: 100 })
  const node = await openTestNode({ minCopies: 1, sayHavesEvery: 100 })
  const app = buildServer(node.repository, SETTINGS)
  onTestFinished(() => app.close())
  const { id, feed } = await submitTo(node, await signed({ version: '1' }))
  const page = await get(app, `/certifications/${id}.html`, BROWSER)
  expect(page.body).toContain('no other node is known to have it')
  await until(async () =>
    /class="alarm">\s*Fewer other nodes have what this node has/.test(
      (await get(app, '/rebuilders', BROWSER)).body,
    ),
  )
  const before = (await get(app, '/status')).json<Status>().copies
  expect(before).toEqual({ wanted: 1, short: 1, fewest: 0, keys: 0, remains: 0, holders: [] })
  expect((await get(app, '/status', BROWSER)).body).toContain('1 feed has fewer than 1')

  await node.network.book.add(peer.address)
  await until(async () => (await get(app, '/status')).json<Status>().copies?.fewest === 1)
  const [holder, ...others] = (await get(app, '/status')).json<Status>().copies?.holders ?? []
  expect(others).toEqual([])
  expect(holder).toMatchObject({ peerId: peer.identity.peerId, name: 'Münster', feeds: 1 })
  expect(Date.parse(holder?.checkedAt ?? '')).toBeGreaterThan(Date.now() - 600_000)
  const detail = (await get(app, `/certifications/${id}.json`)).json<CertificationDetail>()
  expect(detail.copies).toEqual({ counted: 1, claims: 0 })
  const found = (await get(app, `/feeds/${feed}`)).json<FeedDetail>().copies
  expect(found).toMatchObject({ counted: 1, claims: 0, only: 0 })
  expect(Date.parse(found?.peers[0]?.checkedAt ?? '')).toBeGreaterThan(0)
  expect(found?.peers).toEqual([
    {
      peerId: peer.identity.peerId,
      name: 'Münster',
      counts: true,
      checkedAt: found?.peers[0]?.checkedAt,
      failedAt: null,
    },
  ])
  const feeds = (await get(app, '/feeds')).json<FeedStatus[]>()
  expect(feeds.find(({ key }) => key === feed)?.copies).toEqual({ counted: 1, claims: 0, only: 0 })
  const feedPage = await get(app, `/feeds/${feed}`, BROWSER)
  expect(feedPage.body).toContain('Who has a copy')
  await until(async () => {
    const again = await get(app, '/rebuilders', BROWSER)
    return !again.body.includes('Fewer other nodes')
  })
})

test('whoever listens to the events of a node hears when others have more of what it writes', async () => {
  const peer = await openTestNode({ sayHavesEvery: 100 })
  const node = await openTestNode({ minCopies: 1, sayHavesEvery: 100 })
  const stop = new AbortController()
  const said: boolean[] = []
  for await (const { event } of node.repository.events(undefined, stop.signal)) {
    if (event.kind !== 'peers' || said.at(-1) === event.fewCopies) continue
    said.push(event.fewCopies)
    if (said.length === 1) await submitTo(node, await signed({ version: '1' }))
    if (said.length === 2) await node.network.book.add(peer.address)
    if (said.length === 3) stop.abort()
  }
  expect(said).toEqual([false, true, false])
})
