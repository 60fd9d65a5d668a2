import { expect, onTestFinished, test } from 'vitest'
import type { NetworkAnswer } from '../../src/contract/network-answer.ts'
import { buildServer } from '../../src/http/server.ts'
import { SETTINGS } from '../http/door.ts'
import { accessibilityFaults, hasChromium, openPage } from '../support/browser.ts'
import { openTestNode } from '../support/network.ts'
import {
  answerOf,
  awayOf,
  feedOf,
  many,
  meshOf,
  ownFeedOf,
  peerIdOf,
} from '../support/network-answer.ts'
import { openTestRepository } from '../support/open-test-repository.ts'
import { signed, submitTo } from '../support/submission.ts'
import { textFaults } from '../support/text-faults.ts'

/** A node whose network is as large as a test wants at that moment; all else is its own. */
async function serve(answer: () => NetworkAnswer): Promise<string> {
  const repository = await openTestRepository()
  const app = buildServer(
    {
      ...repository,
      network: async () => answer(),
      isolated: () => answer().node.isolated,
      fewCopies: () => (answer().copies?.short ?? 0) > 0,
    },
    SETTINGS,
  )
  onTestFinished(() => app.close())
  return app.listen({ host: '127.0.0.1', port: 0 })
}

const { node } = answerOf()
const FEW = [
  ownFeedOf('debian', 2_345, 1),
  ownFeedOf('maven', 7, 0),
  feedOf(1, { copies: { counted: 0, claims: 2, only: 12, peers: [] } }),
]
const MESHES: readonly (readonly [name: string, answer: NetworkAnswer])[] = [
  ['alone', answerOf({ feeds: [ownFeedOf('debian', 1, 0), ownFeedOf('maven', 5, 0)] })],
  ['three', meshOf(2, 0, 0)],
  ['seven, two away', meshOf(7, 2, 1)],
  ['fifty', meshOf(50, 6, 9)],
  ['isolated', { ...meshOf(4, 4, 0), node: { ...node, name: 'W'.repeat(64), isolated: true } }],
  ['few copies', { ...meshOf(3, 0, 0), feeds: FEW, copies: { wanted: 2, short: 3 } }],
]

test.skipIf(!hasChromium)(
  'no text of a mesh stands on another or leaves its box, on a phone or on a desk, alone or with 50 nodes',
  async () => {
    let shown = answerOf()
    const base = await serve(() => shown)
    for (const [name, answer] of MESHES) {
      shown = answer
      for (const width of [360, 1080]) {
        const { page, troubles } = await openPage(base, { viewport: { width, height: 900 } })
        await page.goto('/network')
        expect([name, width, await textFaults(page)]).toEqual([name, width, []])
        const wide: number = await page.evaluate('document.documentElement.scrollWidth')
        expect([name, wide]).toEqual([name, width])
        expect(troubles).toEqual([])
      }
    }
  },
)

test.skipIf(!hasChromium)(
  'a text that stands on another, and one that leaves its box, are found',
  async () => {
    const base = await serve(() => meshOf(7, 2, 1))
    const { page } = await openPage(base, { viewport: { width: 1080, height: 900 } })
    await page.goto('/network')
    await page.evaluate("document.querySelector('.lane h3').style.marginBottom = '-1.4rem'")
    expect((await textFaults(page)).join()).toContain('stands on')
    await page.goto('/network')
    await page.evaluate("document.querySelector('.node .name').style.overflow = 'visible'")
    await page.evaluate("document.querySelector('.node .name').textContent = 'W'.repeat(200)")
    expect((await textFaults(page)).join()).toContain('leaves')
  },
)

test.skipIf(!hasChromium)(
  'a mesh of 50 nodes is without a serious fault of accessibility, in the light and in the dark, and needs no script',
  async () => {
    const base = await serve(() => meshOf(50, 6, 9))
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await openPage(base, { colorScheme })
      await page.goto('/network')
      expect(await accessibilityFaults(page)).toEqual([])
    }
    const { page } = await openPage(base, { javaScriptEnabled: false })
    await page.goto('/network')
    expect(await page.locator('.lane .node').count()).toBe(50)
    expect(await page.textContent('main')).toContain('Connected with 27 of 33 configured peers')
  },
)

test.skipIf(!hasChromium)('the name of a node is text, whatever is in it', async () => {
  const evil = `<img src=x onerror="document.title='taken'">`
  const base = await serve(() =>
    answerOf({
      node: { ...node, name: evil },
      peers: many(2, (number) => awayOf(number, { failure: evil, addresses: [evil] })),
      nodes: many(2, (number) => ({ peerId: peerIdOf(number), name: evil, saidAt: null })),
      feeds: many(2, (number) => feedOf(number)),
    }),
  )
  const { page, troubles } = await openPage(base)
  await page.goto('/network')
  expect(await page.locator('main img').count()).toBe(0)
  expect(await page.locator('.node bdi').allTextContents()).toEqual([evil, evil, evil])
  expect(await page.locator('.node .name').first().getAttribute('title')).toBe(evil)
  expect(await page.title()).toBe('Network · Countersign')
  expect(troubles).toEqual([])
})

test.skipIf(!hasChromium)(
  'who is connected, how many copies there are, and what is lacking change on the page while somebody looks at it',
  async () => {
    const peer = await openTestNode({ name: 'Münster', sayHavesEvery: 100 })
    const asked = await openTestNode({ minCopies: 1, sayHavesEvery: 100, isolatedAfter: 500 })
    const app = buildServer(asked.repository, SETTINGS)
    onTestFinished(() => app.close())
    const { page, troubles } = await openPage(await app.listen({ host: '127.0.0.1', port: 0 }))
    await page.goto('/network')
    await page.getByText('This node is connected with nobody, and no peer').waitFor()
    await submitTo(asked, await signed({ version: '1' }))
    await page.locator('#few-copies').getByText('Fewer other nodes').waitFor()
    await page.getByText('Fewer than 1 other node has a copy').waitFor()

    await asked.network.book.add(peer.address)
    await page.getByText('1 configured peer, connected').waitFor()
    await page.locator('.lane .node', { hasText: 'Münster' }).getByText('✓ copy').waitFor()
    await page.getByText('Fewer than 1 other node has a copy').waitFor({ state: 'detached' })
    await page.locator('#few-copies .alarm').waitFor({ state: 'detached' })

    await peer.stop()
    await page.getByText('1 configured peer, not connected').waitFor()
    await page.locator('#isolated').getByText('This node is isolated').waitFor()
    await page.locator('.mesh.isolated').waitFor()
    expect(troubles).toEqual([])
  },
)
