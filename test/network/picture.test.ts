import { Value } from 'typebox/value'
import { describe, expect, onTestFinished, test } from 'vitest'
import { NetworkBody } from '../../src/contract/network-answer.ts'
import { buildServer } from '../../src/http/server.ts'
import type { KnownFeed, NetworkAnswer } from '../../src/contract/network-answer.ts'
import { BROWSER, get, SETTINGS } from '../http/door.ts'
import { areConnected, has, openTestNode, type TestNode } from '../support/network.ts'
import { storyWriter } from '../support/story-writer.ts'
import { signed, submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'

/** What a node answers under /network: the page as one line of text with its markup, and the JSON. */
async function pictureOf(node: TestNode) {
  const app = buildServer(node.repository, SETTINGS)
  onTestFinished(() => app.close())
  const page = await get(app, '/network', BROWSER)
  expect(page.headers['content-type']).toContain('text/html')
  const answer = (await get(app, '/network')).json<NetworkAnswer>()
  expect([...Value.Errors(NetworkBody, answer)]).toEqual([])
  return { page: page.body.replaceAll(/\s+/g, ' '), answer }
}

const shortOf = (node: TestNode): string => `…${node.identity.peerId.slice(-12)}`

const debianOf = (node: TestNode): string =>
  node.ownFeeds().find(({ collection }) => collection === 'debian')?.key ?? ''

async function feedAt(node: TestNode, key: string): Promise<KnownFeed | undefined> {
  return (await node.repository.network()).feeds.find((feed) => feed.key === key)
}

async function hasHeard(
  at: TestNode,
  peer: TestNode,
  { key, length }: Pick<KnownFeed, 'key' | 'length'>,
) {
  await until(async () =>
    ((await feedAt(at, key))?.heads ?? []).some(
      (head) => head.peerId === peer.identity.peerId && head.length === length,
    ),
  )
}

/** The row of the table that is about one feed. */
const rowOf = (page: string, key: string): string =>
  page.split('<tr').findLast((row) => row.includes(`href="/feeds/${key}"`)) ?? ''

describe('the picture of the network', () => {
  test('of a node without peers says how to add one, and shows its own feeds', async () => {
    const node = await openTestNode()
    const { page, answer } = await pictureOf(node)
    expect(page).toContain('This node has no peer. Add one with countersign peers add MULTIADDR')
    expect(page).toContain(`countersign peers add ${node.address}`)
    expect(page).toContain('writable')
    expect(page).not.toContain('role="img"')
    expect(rowOf(page, debianOf(node))).toMatch(/written by this node.*whole: 1 block/)
    expect(answer.peers).toEqual([])
    expect(answer.feeds.map(({ why }) => why)).toEqual(['own', 'own', 'own'])
    expect(answer.node).toMatchObject({ peerId: node.identity.peerId, addresses: [node.address] })
  })

  test('of two nodes shows on both sides who follows whom, who wrote what, and that nothing is lacking', async () => {
    const writing = await openTestNode()
    const copying = await openTestNode({ peers: [writing.address], config: { readOnly: true } })
    await areConnected(writing, copying)
    const { id } = await submitTo(writing, await signed({ version: '1' }))
    await until(() => has(copying, id))
    const key = debianOf(writing)
    await hasHeard(copying, writing, { key, length: 5 })
    await hasHeard(writing, copying, { key, length: 5 })

    const there = await pictureOf(copying)
    expect(there.page).toContain('read-only: it takes none')
    expect(there.page).toMatch(/aria-label="[^"]* 1 peer is connected, 1 is followed by this node/)
    const row = rowOf(there.page, key)
    expect(row).toContain(`written by <span class="hex whole">${shortOf(writing)}</span>`)
    expect(row.match(/whole: 5 blocks/g)?.length).toBeGreaterThanOrEqual(2)
    expect(row).toContain('whole: 5 blocks, and writes it')
    expect(row).not.toContain('behind')

    const here = await pictureOf(writing)
    expect(here.page).toContain(`> ${shortOf(copying)} </text>`)
    expect(here.page).toMatch(/<text [^>]*> read-only <\/text>/)
    expect(here.page).toContain('✓ inbound')
    expect(here.page).toContain('class="tip connected"')
    expect(here.answer.peers).toMatchObject([{ readOnly: true, addresses: [] }])
    expect(here.answer.feeds.find((feed) => feed.key === key)).toMatchObject({
      why: 'own',
      length: 5,
      known: 5,
      indexed: 5,
      heads: [{ peerId: copying.identity.peerId, length: 5 }],
    })
  })

  test('shows a configured peer that is not connected with a broken line and why', async () => {
    const gone = await openTestNode()
    await gone.stop()
    const node = await openTestNode({ peers: [gone.address] })
    await until(async () => (await node.repository.peers()).some(({ failure }) => failure !== null))
    const { page } = await pictureOf(node)
    expect(page).toContain('class="line away"')
    expect(page).toContain('> not connected </text>')
    expect(page).toMatch(/class="no" title="[^"]+">✗ none/)
  })

  test('says how many blocks a node lacks to the longest head that its writer signed', async () => {
    const one = await storyWriter()
    const boast = await one.tells(['1'], (feed) => ({
      ...feed,
      publicKey: feed.publicKey,
      head: async () => {
        const head = { ...(await feed.head()), length: 1_237 }
        return { ...head, signature: one.sign(feed, head) }
      },
    }))
    const node = await openTestNode({ peers: [boast.address] })
    const { key } = boast.feed
    await until(async () => has(node, one.id('1')))
    await until(async () => (await feedAt(node, key))?.known === 1_237)
    const { page } = await pictureOf(node)
    const row = rowOf(page, key)
    expect(row).toContain('−1,234')
    expect(row).toContain('3 of 1,237 blocks, 1,234 behind')
    expect(row).toContain('whole: 1,237 blocks')
  })

  test('shows evidence in red, with a sign, and leads to the feed', async () => {
    const two = await storyWriter()
    const one = await two.tells(['1', '2'])
    const other = await two.tells(['1', 'another'])
    const node = await openTestNode({ peers: [one.address] })
    await until(async () => has(node, two.id('2')))
    const { key } = one.feed
    expect((await pictureOf(node)).page).not.toContain('two stories')
    await node.network.book.add(other.address)
    await until(async () => (await feedAt(node, key))?.evidence.length === 1)
    const { page, answer } = await pictureOf(node)
    expect(page).toContain('≠ Who wrote these feeds has told two stories.')
    expect(page).toMatch(/<g class="apart no">.*≠.*told two stories/)
    const row = rowOf(page, key)
    expect(row).toContain('class="differs"')
    expect(row).toMatch(
      new RegExp(`class="no">\\s*<a href="/feeds/${key}"\\s*>evidence: two-roots</a`),
    )
    expect(answer.feeds[0]).toMatchObject({ key, evidence: [{ kind: 'two-roots' }] })
  })
})
