import { lpStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import type { FeedCopies } from '../../src/contract/counted-copies.ts'
import {
  decodeAnswer,
  decodeQuestion,
  encodeAnswer,
  encodeQuestion,
  type BlockAnswer,
  type BlockName,
  READ_BACK,
} from '../../src/network/frames/read-back.ts'
import { offersFrame } from '../../src/network/frames/catalog-frame.ts'
import { CATALOG } from '../../src/network/frames/wire.ts'
import { openHost } from '../support/host.ts'
import { areConnected, openTestNode, type TestNode } from '../support/network.ts'
import { signed, submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'

async function copiesOf(node: TestNode, feed: string): Promise<FeedCopies> {
  const found = (await node.network.view.feeds()).find(({ key }) => key === feed)
  if (found === undefined) throw new Error('there is no such feed')
  return found.copies
}

const idOf = (node: TestNode): string => node.identity.peerId

/** Blocks 0 to 2 of the feed of that node: its origin, a certification, and the index of that. */
async function withOne(node: TestNode): Promise<string> {
  return (await submitTo(node, await signed({ version: '1' }))).feed
}

test('two named peers that have what was submitted are two copies within seconds, block by block', async () => {
  const [one, other] = [await openTestNode(), await openTestNode()]
  const node = await openTestNode({ peers: [one.address, other.address] })
  await areConnected(node)
  const feed = await withOne(node)
  const place = [{ feed, sequence: 1 }]
  await until(() => node.network.view.copiesOf(place).counted === 2)
  await until(async () => (await copiesOf(node, feed)).counted === 2)
  const { only, claims, peers } = await copiesOf(node, feed)
  expect([only, claims]).toEqual([0, 0])
  expect(peers.map(({ peerId }) => peerId).toSorted()).toEqual([idOf(one), idOf(other)].toSorted())
  for (const { counts, checkedAt } of peers)
    expect([counts, checkedAt === null]).toEqual([true, false])
  await submitTo(node, await signed({ version: '2' }))
  await until(() => node.network.view.copiesOf([{ feed, sequence: 3 }]).counted === 2)
})

test('whoever nobody named or vouches for makes no copy, however many identities he has', async () => {
  const node = await openTestNode()
  const feed = await withOne(node)
  for (const version of ['3', '4']) {
    const stranger = await openTestNode({ peers: [node.address], sayHavesEvery: 100 })
    await submitTo(stranger, await signed({ version }))
  }
  await until(async () => (await copiesOf(node, feed)).claims === 2)
  const { counted, only, peers } = await copiesOf(node, feed)
  expect([counted, only]).toEqual([0, 5])
  expect(peers.map(({ checkedAt }) => checkedAt)).toEqual([null, null])
})

test('those for whom a named peer vouches are together one copy where they share a prefix, beside the named one', async () => {
  const hub = await openTestNode()
  const node = await openTestNode({ peers: [hub.address] })
  const friends = [
    await openTestNode({ peers: [hub.address, node.address] }),
    await openTestNode({ peers: [hub.address, node.address] }),
  ]
  for (const friend of friends) await hub.network.book.add(friend.address)
  const feed = await withOne(node)
  const place = [{ feed, sequence: 3 }]
  await until(
    async () => (await copiesOf(node, feed)).peers.filter(({ counts }) => counts).length === 3,
  )
  expect(node.network.view.copiesOf(place)).toEqual({ counted: 2, claims: 0 })
})

test('of whom the operator lists each operator is one copy, and nobody else is', async () => {
  const [one, same, other] = [await openTestNode(), await openTestNode(), await openTestNode()]
  const node = await openTestNode({
    peers: [one.address, same.address, other.address],
    copiesOf: [[idOf(one), idOf(same)]],
  })
  const feed = await withOne(node)
  const counting = async (): Promise<readonly string[]> =>
    (await copiesOf(node, feed)).peers.filter(({ counts }) => counts).map(({ peerId }) => peerId)
  await until(async () => (await counting()).length === 2)
  expect((await counting()).toSorted()).toEqual([idOf(one), idOf(same)].toSorted())
  expect(node.network.view.copiesOf([{ feed, sequence: 3 }]).counted).toBe(1)
})

test('what was checked counts after a restart too, while the peer is away', async () => {
  const peer = await openTestNode()
  const node = await openTestNode({ peers: [peer.address] })
  const feed = await withOne(node)
  const place = [{ feed, sequence: 3 }]
  await until(() => node.network.view.copiesOf(place).counted === 1)
  await peer.stop()
  await node.stop()
  const again = await openTestNode({ data: node.data, peers: [peer.address] })
  expect(again.network.view.copiesOf(place).counted).toBe(1)
})

/** A peer that the node names, and that offers the feeds of the node as if it had them. */
async function pretender(node: TestNode, answer: (question: BlockName) => Promise<BlockAnswer>) {
  const host = await openHost()
  const asked: BlockName[] = []
  await host.handle(READ_BACK, async (stream) => {
    const lines = lpStream(stream)
    for (;;) {
      const bytes = await lines.read().catch(() => undefined)
      if (bytes === undefined) break
      const question = decodeQuestion(bytes.subarray())
      asked.push(question)
      await lines.write(encodeAnswer(await answer(question)))
    }
  })
  const [feed] = node.ownFeeds()
  if (feed === undefined) throw new Error('it has no feed')
  await node.network.book.add(String(host.getMultiaddrs()[0]))
  const connection = await host.dial(multiaddr(node.address))
  const stream = await connection.newStream(CATALOG[2])
  const originBlock = (await feed.readData(0)) ?? new Uint8Array()
  const offer = { publicKey: feed.publicKey, head: await feed.head(), originBlock, vouched: false }
  await lpStream(stream).write(offersFrame(2, [offer]))
  await stream.close()
  return { asked, peerId: host.peerId.toString() }
}

/** As an honest peer would answer that has all blocks of that node. */
const honest =
  (node: TestNode) =>
  async ({ sequence }: BlockName): Promise<BlockAnswer> => {
    const bytes = await node.ownFeeds()[0]?.readData(sequence)
    return bytes === undefined ? { kind: 'absent' } : { kind: 'here', bytes }
  }

test('a named peer that offers a feed and has not its blocks, or other ones, does not count', async () => {
  const node = await openTestNode()
  const feed = await withOne(node)
  const without = await pretender(node, async () => ({ kind: 'absent' }))
  const rubbish = await pretender(node, async () => ({ kind: 'here', bytes: new Uint8Array(100) }))
  await until(() => without.asked.length > 1 && rubbish.asked.length > 0)
  const failed = async (peerId: string): Promise<number | null | undefined> =>
    (await copiesOf(node, feed)).peers.find((one) => one.peerId === peerId)?.failedAt
  await until(async () => typeof (await failed(rubbish.peerId)) === 'number')
  expect((await copiesOf(node, feed)).counted).toBe(0)
})

test('the first block that is not right takes away the count of a peer', async () => {
  const node = await openTestNode()
  const feed = await withOne(node)
  const turned = { bad: false }
  const liar = await pretender(node, async (question) =>
    turned.bad ? { kind: 'here', bytes: new Uint8Array([1]) } : honest(node)(question),
  )
  await until(() => node.network.view.copiesOf([{ feed, sequence: 3 }]).counted === 1)
  turned.bad = true
  await submitTo(node, await signed({ version: '2' }))
  await until(() => node.network.view.copiesOf([{ feed, sequence: 3 }]).counted === 0)
  const found = (await copiesOf(node, feed)).peers.find(({ peerId }) => peerId === liar.peerId)
  expect(found).toMatchObject({ counts: false, checkedAt: null })
})

/** What a node answers to questions in one stream. */
async function ask(node: TestNode, questions: readonly Uint8Array[]) {
  const host = await openHost()
  const connection = await host.dial(multiaddr(node.address))
  const stream = await connection.newStream(READ_BACK)
  const lines = lpStream(stream)
  const answers: BlockAnswer[] = []
  for (const question of questions) {
    await lines.write(question)
    answers.push(decodeAnswer((await lines.read()).subarray()))
  }
  await stream.close()
  return { answers, peerId: host.peerId.toString() }
}

test('a node answers with a block of a feed that is here, and says alike that it has not what is unknown, cleared or withheld', async () => {
  const node = await openTestNode()
  const { feed, sequence, id } = await submitTo(node, await signed({ version: '1' }))
  const question = encodeQuestion({ feed, sequence })
  const block = await node.ownFeeds()[0]?.readData(sequence)
  const unknown = [
    { feed: 'ab'.repeat(32), sequence: 0 },
    { feed, sequence: 99 },
  ].map(encodeQuestion)
  const before = await ask(node, [question, ...unknown])
  expect(before.answers).toEqual([
    { kind: 'here', bytes: Uint8Array.from(block ?? []) },
    { kind: 'absent' },
    { kind: 'absent' },
  ])
  await node.withhold({ ids: [id] }, { reason: 'a test', code: 'error' })
  expect((await ask(node, [question])).answers).toEqual([{ kind: 'absent' }])
})

test('who asks more than its share is told to ask later, which is no fault', async () => {
  const node = await openTestNode()
  const feed = await withOne(node)
  const host = await openHost()
  const connection = await host.dial(multiaddr(node.address))
  const kinds: string[] = []
  while (kinds.at(-1) !== 'later') {
    const stream = await connection.newStream(READ_BACK)
    const lines = lpStream(stream)
    for (let at = 0; at < 8; at += 1) {
      await lines.write(encodeQuestion({ feed, sequence: 1 }))
      kinds.push(decodeAnswer((await lines.read()).subarray()).kind)
    }
    await stream.close()
  }
  expect(kinds.filter((kind) => kind === 'here')).toHaveLength(120)
  expect(node.network.view.peers().map(({ faults }) => faults)).toEqual([0])
})

test('what is no question is a fault of who sent it', async () => {
  const node = await openTestNode()
  const host = await openHost()
  const connection = await host.dial(multiaddr(node.address))
  await lpStream(await connection.newStream(READ_BACK)).write(new Uint8Array([0x81, 0x00]))
  const faults = (): number | undefined =>
    node.network.view.peers().find(({ peerId }) => peerId === host.peerId.toString())?.faults
  await until(() => faults() === 1)
})
