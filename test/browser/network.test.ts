import { expect, onTestFinished, test } from 'vitest'
import { buildServer } from '../../src/http/server.ts'
import { SETTINGS } from '../http/door.ts'
import { accessibilityFaults, hasChromium, openPage } from '../support/browser.ts'
import { has, openTestNode, type TestNode } from '../support/network.ts'
import { storyWriter } from '../support/story-writer.ts'
import { signed, submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'

async function listen(node: TestNode): Promise<string> {
  const app = buildServer(node.repository, SETTINGS)
  onTestFinished(() => app.close())
  return app.listen({ host: '127.0.0.1', port: 0 })
}

/** A node with a peer that writes, one that only reads, one that is gone, and a feed that tells two stories. */
async function openScene() {
  const two = await storyWriter()
  const [one, other] = [await two.tells(['1', '2']), await two.tells(['1', 'another'])]
  const writing = await openTestNode({ publicUrl: 'https://a.example' })
  const gone = await openTestNode()
  await gone.stop()
  const node = await openTestNode({ peers: [writing.address, gone.address, one.address] })
  const reading = await openTestNode({
    peers: [node.address, writing.address],
    config: { readOnly: true },
  })
  for (const version of ['3', '4']) {
    const { id } = await submitTo(writing, await signed({ version }))
    await until(async () => (await has(node, id)) && has(reading, id))
  }
  await until(() => has(node, two.id('2')))
  await node.network.book.add(other.address)
  const answer = () => node.repository.network()
  await until(async () => (await answer()).feeds.some(({ evidence }) => evidence.length > 0))
  await until(async () =>
    (await answer()).peers.some(
      ({ peerId, readOnly }) => peerId === reading.identity.peerId && readOnly === true,
    ),
  )
  await until(async () =>
    (await answer()).feeds.some(
      ({ why, heads }) =>
        why === 'peer' && heads.some(({ peerId }) => peerId === reading.identity.peerId),
    ),
  )
  return { base: await listen(node), key: one.feed.key }
}

test.skipIf(!hasChromium)(
  'the picture of a network is without a serious fault of accessibility, in the light and in the dark, and no wider than a phone',
  async () => {
    const { base, key } = await openScene()
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of [1080, 360]) {
        const { page, troubles } = await openPage(base, {
          colorScheme,
          viewport: { width, height: 900 },
        })
        await page.goto('/network')
        expect([colorScheme, width, await accessibilityFaults(page)]).toEqual([
          colorScheme,
          width,
          [],
        ])
        const wide: number = await page.evaluate('document.documentElement.scrollWidth')
        expect(wide).toBe(width)
        expect(troubles).toEqual([])
      }
    const { page } = await openPage(base)
    await page.goto('/network')
    await page.click('tr.differs .no a')
    await page.waitForURL(`**/feeds/${key}`)
    expect(await page.textContent('main')).toContain('told two stories')
  },
)

test.skipIf(!hasChromium)(
  'evidence appears on the picture of the network while somebody looks at it',
  async () => {
    const two = await storyWriter()
    const [one, other] = [await two.tells(['1', '2']), await two.tells(['1', 'another'])]
    const node = await openTestNode({ peers: [one.address] })
    await until(() => has(node, two.id('2')))
    const { page, troubles } = await openPage(await listen(node))
    await page.goto('/network')
    expect(await page.textContent('main')).not.toContain('told two stories')
    await node.network.book.add(other.address)
    await page.getByText('≠ Who wrote these feeds has told two stories.').waitFor()
    expect(troubles).toEqual([])
  },
)
