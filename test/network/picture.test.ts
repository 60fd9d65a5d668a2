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

/** What stands in the lane of a title. */
const laneOf = (page: string, title: string): string =>
  page.split('<section').find((part) => part.includes(title)) ?? ''

describe('the picture of the network', () => {
  test('of a node without peers says how to add one, and shows its own feeds', async () => {
    const node = await openTestNode()
    const { page, answer } = await pictureOf(node)
    expect(page).toContain('This node has no peer. Add one with countersign peers add URL')
    expect(page).toContain(`countersign peers add ${node.address}`)
    expect(page).toContain('writable')
    expect(page).toContain('This node is connected with nobody, and no peer is configured.')
    expect(page).not.toContain('class="lane')
    expect(rowOf(page, debianOf(node))).toMatch(/written by this node.*whole: 1 block/)
    expect(answer.peers).toEqual([])
    expect(answer.feeds.map(({ why }) => why)).toEqual(['own', 'own', 'own'])
    expect(answer.node).toMatchObject({ peerId: node.identity.peerId, addresses: [node.address] })
  })

  test('of two nodes shows on both sides who dialled, who has and wrote what, whose copy counts, and that nothing is lacking', async () => {
    const writing = await openTestNode({ name: 'Münster', sayHavesEvery: 100 })
    const copying = await openTestNode({
      name: 'Münster',
      peers: [writing.address],
      config: { readOnly: true },
      sayHavesEvery: 100,
    })
    await areConnected(writing, copying)
    const { id } = await submitTo(writing, await signed({ version: '1' }))
    await until(() => has(copying, id))
    const key = debianOf(writing)
    await hasHeard(copying, writing, { key, length: 5 })
    await hasHeard(writing, copying, { key, length: 5 })

    const there = await pictureOf(copying)
    expect(there.page).toContain('read-only: it takes none')
    expect(there.page).toContain('Connected with its configured peer.')
    expect(laneOf(there.page, '1 configured peer, connected')).toMatch(
      new RegExp(`this node dialled it: .*<bdi>Münster</bdi></b> .*${shortOf(writing)}`),
    )
    const row = rowOf(there.page, key)
    expect(row).toMatch(
      new RegExp(`written by\\s*<b .*<bdi>Münster</bdi></b> .*${shortOf(writing)}`),
    )
    expect(row.match(/whole: 5 blocks/g)?.length).toBeGreaterThanOrEqual(2)
    expect(row).toMatch(/whole: 5 blocks[^<]*, it writes this feed/)
    expect(row).not.toContain('behind')

    const here = await pictureOf(writing)
    const lane = laneOf(here.page, '1 other node, connected')
    expect(lane).toMatch(
      new RegExp(`it dialled this node: .*<bdi>Münster</bdi></b> .*${shortOf(copying)}.*read-only`),
    )
    expect(lane).toContain('says it has a copy')
    expect(here.answer.peers).toMatchObject([{ readOnly: true, addresses: [] }])
    expect(here.answer.feeds.find((feed) => feed.key === key)).toMatchObject({
      why: 'own',
      length: 5,
      known: 5,
      indexed: 5,
      heads: [{ peerId: copying.identity.peerId, length: 5 }],
    })
  })

  test('shows a configured peer that is not connected, what it called itself, and why', async () => {
    const going = await openTestNode({ name: 'Münster' })
    const node = await openTestNode({ peers: [going.address] })
    const named = async () => (await node.repository.network()).nodes?.map(({ name }) => name)
    await until(async () => (await named())?.[0] === 'Münster')
    await going.stop()
    await until(async () => (await node.repository.peers()).some(({ failure }) => failure !== null))
    const { page, answer } = await pictureOf(node)
    expect(answer.nodes).toMatchObject([{ peerId: going.identity.peerId, name: 'Münster' }])
    const lane = laneOf(page, '1 configured peer, not connected')
    expect(lane).toMatch(/<bdi>Münster<\/bdi>.*\/ip4\/127.0.0.1\/tcp\/.*class="cut" title="[^"]+"/)
    expect(page).toContain('This node is connected with nobody.')
  })

  test('counts the copies that were read back, in the answer and on the page', async () => {
    const peer = await openTestNode({ sayHavesEvery: 100 })
    const node = await openTestNode({ minCopies: 2, sayHavesEvery: 100, peers: [peer.address] })
    const { feed } = await submitTo(node, await signed({ version: '1' }))
    await until(async () => (await feedAt(node, feed))?.copies?.counted === 1)
    const { page, answer } = await pictureOf(node)
    expect(answer.copies).toEqual({ wanted: 2, short: 1 })
    expect((await feedAt(node, feed))?.copies).toEqual({
      counted: 1,
      claims: 0,
      only: 0,
      peers: [peer.identity.peerId],
    })
    expect(page).toContain('Fewer than 2 other nodes have a copy of 1 feed of this node')
    expect(rowOf(page, feed)).toContain('<span class="no">1 of 2</span>')
    expect(laneOf(page, '1 configured peer, connected')).toContain('✓ copy')
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
    expect(laneOf(page, 'known only by what')).toContain('≠ told two stories')
    const row = rowOf(page, key)
    expect(row).toContain('class="differs"')
    expect(row).toMatch(
      new RegExp(`class="no">\\s*<a href="/feeds/${key}"\\s*>evidence: two-roots</a`),
    )
    expect(answer.feeds[0]).toMatchObject({ key, evidence: [{ kind: 'two-roots' }] })
  })
})
