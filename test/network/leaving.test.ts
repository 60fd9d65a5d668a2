import { expect, test } from 'vitest'
import { holdersText, lostWithout, safetyText } from '../../src/cli/commands/status-copies.ts'
import { areConnected, has, openTestNode, type TestNode } from '../support/network.ts'
import { rebuilder } from '../support/rebuilder.ts'
import { signed, submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'

/** What would be lost with that node, in sentences. */
const lostOf = async ({ repository }: TestNode): Promise<readonly string[]> =>
  lostWithout(await repository.status(), await repository.feeds())

/** Nodes that say quickly what they have. */
const SOON = { sayHavesEvery: 100 }

test('what a node wrote would be lost with it until another node has it', async () => {
  const peer = await openTestNode(SOON)
  const node = await openTestNode(SOON)
  expect(await lostOf(node)).toEqual([])
  const { feed } = await submitTo(node, await signed({ version: '1' }))
  const [lost, ...more] = await lostOf(node)
  expect(more).toEqual([])
  expect(lost).toMatch(`Feed ${feed.slice(0, 16)}`)
  expect(lost).toMatch('(debian, written here): 5 blocks that no other node is known to have.')
  await node.network.book.add(peer.address)
  await until(async () => (await lostOf(node)).length === 0)
})

test('of a node that may go it is said who has what it has, when that was checked, and whether it is away', async () => {
  const peer = await openTestNode({ ...SOON, name: 'Münster' })
  const node = await openTestNode({ ...SOON, peers: [peer.address] })
  const { repository } = node
  expect(safetyText(await repository.status(), await repository.feeds())).toEqual([
    'There is nothing to lose: this node has no entries yet, neither of its own nor of others.',
  ])
  await submitTo(node, await signed({ version: '1' }))
  await until(async () => (await lostOf(node)).length === 0)
  const said = async () => {
    const status = await repository.status()
    return [
      ...safetyText(status, await repository.feeds()),
      ...holdersText(status.copies?.holders ?? [], await repository.peers()),
    ]
  }
  const [first, second, third, ...more] = await said()
  expect(first).toContain('by what was read back from them in the last day')
  expect(second).toBe('Who has copies that count:')
  expect(third).toMatch(
    new RegExp(
      `^  Münster …${peer.identity.peerId.slice(-12)}: 1 feed, blocks read back at 20.*Z; connected now$`,
    ),
  )
  expect(more).toEqual([])
  await peer.stop()
  await until(async () => (await repository.peers()).every(({ connected }) => !connected))
  const away = await said()
  expect(away[2]).toContain('NOT connected now')
  expect(away.at(-1)).toContain('None of them is connected now.')
})

test('keys that no feed has and what waits for a key would be lost with a node, whoever its peers are', async () => {
  const peer = await openTestNode(SOON)
  const node = await openTestNode({ ...SOON, peers: [peer.address] })
  const [alice, bob] = [await rebuilder(), await rebuilder()]
  await node.repository.addKeys(alice.publicKey.bytes)
  const keys = '1 public key or revocation that no feed has: nobody else was told of it.'
  expect(await lostOf(node)).toEqual([keys])
  const { bytes } = await signed({ version: '1' }, bob)
  await node.repository.submit({ collection: 'debian', bytes })
  const [first, waiting, ...more] = await lostOf(node)
  expect([first, more]).toEqual([keys, []])
  expect(waiting).toMatch('1 item that waits for a key, a signature or a document')
})

test('blocks of a feed that nobody else has whose copy counts would be lost with a node', async () => {
  const peer = await openTestNode(SOON)
  const node = await openTestNode(SOON)
  const stranger = await openTestNode({ peers: [node.address] })
  const { id, feed } = await submitTo(stranger, await signed({ version: '1' }))
  await until(() => has(node, id))
  await until(async () => (await lostOf(node)).join().includes('which does not count'))
  await stranger.stop()
  const [lost, ...more] = await lostOf(node)
  expect(more).toEqual([])
  expect(lost).toMatch(`Feed ${feed.slice(0, 16)}`)
  expect(lost).toMatch('5 blocks that no other node is known to have (another says that it has it')
  await node.network.book.add(peer.address)
  await until(() => has(peer, id))
  await until(async () => (await lostOf(node)).length === 0)
})

/** Ids of two certifications that stand in one block. */
async function twoInOneBlock(node: TestNode): Promise<readonly [string, string]> {
  const alice = await rebuilder()
  await submitTo(node, await signed({ version: '0' }, alice))
  const versions = Array.from({ length: 8 }, (_, at) => String(at + 1))
  const documents = await Promise.all(versions.map((version) => signed({ version }, alice)))
  const receipts = await Promise.all(documents.map((one) => submitTo(node, one)))
  for (const { id, sequence } of receipts) {
    const other = receipts.find((one) => one.sequence === sequence && one.id !== id)
    if (other !== undefined) return [id, other.id]
  }
  throw new Error('each stands in a block of its own')
}

test('what is kept of a block of which something is withheld would be lost with a node if it has the last of it', async () => {
  const writer = await openTestNode(SOON)
  const [first, second] = await twoInOneBlock(writer)
  const node = await openTestNode({ ...SOON, peers: [writer.address] })
  await areConnected(node)
  await until(async () => (await has(node, first)) && (await has(node, second)))
  await node.withhold({ ids: [first] }, { reason: 'a test', code: 'error' })
  await until(async () => (await lostOf(node)).length === 0)
  await writer.withhold({ ids: [second] }, { reason: 'a test', code: 'error' })
  await until(async () =>
    (await lostOf(node)).some((one) =>
      one.startsWith('1 block of which something is withheld here'),
    ),
  )
})
