import { describe, expect, test } from 'vitest'
import { decodeIndexBlock } from '../../src/feeds/format/block.ts'
import { toBlocks } from '../../src/feeds/format/blocks.ts'
import { NOTHING_PUSHED, type PushRefusal } from '../../src/contract/pushed.ts'
import { decodePush } from '../../src/feeds/format/pushed-pairs.ts'
import { indexBlocksOf } from '../../src/network/replication/pushed-rows.ts'
import { openLiarWhoPushes } from '../support/liar-who-pushes.ts'
import { has, openTestNode, type TestNode } from '../support/network.ts'
import { readSubmitted } from '../support/read-submitted.ts'
import { rebuilder } from '../support/rebuilder.ts'
import { signed, submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'

const signer = rebuilder()
const REASON = { reason: 'It is an advertisement.', code: 'spam' } as const

const submit = async (node: TestNode, version: string) =>
  submitTo(node, await signed({ version }, await signer))

/** Does each of the others follow a feed that the first one writes, and say that it takes pairs of it? */
async function takes(from: TestNode, feed: string, count: number): Promise<void> {
  const length = () => from.ownFeeds().find(({ key }) => key === feed)?.length
  await until(() => {
    const takers = from.store.pushes.takers(feed)
    return takers.length === count && takers.every((one) => one.length === length())
  })
}

const refusedAt = (node: TestNode, why: PushRefusal): number =>
  node.network.view.pushes().refused[why]

const faultsAt = (node: TestNode): number =>
  node.network.view.peers().reduce((sum, { faults }) => sum + faults, 0)

describe('a new pair', () => {
  test('is pushed to a neighbour that follows its feed, and to that one still after a restart', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const { id, feed } = await submit(a, '1')
    await until(() => has(b, id))
    await takes(a, feed, 1)
    const second = await submit(a, '2')
    await until(() => has(b, second.id))
    expect(a.network.view.pushes()).toEqual({ ...NOTHING_PUSHED, sent: 1 })
    expect(b.network.view.pushes()).toEqual({ ...NOTHING_PUSHED, taken: 1 })
    await b.stop()
    const again = await openTestNode({ data: b.data, peers: [a.address] })
    expect(await has(again, second.id)).toBe(true)
    await takes(a, feed, 1)
    const third = await submit(a, '3')
    await until(() => has(again, third.id))
    expect(again.network.view.pushes().taken).toBe(1)
  })

  test('is pushed together with its key, where it is the first of a rebuilder', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const { id, feed } = await submit(a, '1')
    await until(() => has(b, id))
    await takes(a, feed, 1)
    const other = await submitTo(a, await signed({ version: '1' }, await rebuilder()))
    await until(() => has(b, other.id))
    expect(b.network.view.pushes().taken).toBeGreaterThan(0)
    expect(faultsAt(b)).toBe(0)
  })

  test('goes from whom it was pushed to on to others, and to none that has it', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const c = await openTestNode({ peers: [b.address] })
    const { id, feed } = await submit(a, '1')
    await until(() => has(c, id))
    await takes(a, feed, 1)
    await until(() => b.store.pushes.takers(feed).some(({ length }) => length === 5))
    const counts = () => [a, b, c].map((node) => node.network.view.pushes())
    const before = counts()
    const second = await submit(a, '2')
    await until(() => has(c, second.id))
    const more = counts().map(({ sent, taken }, at) => [
      sent - (before[at]?.sent ?? 0),
      taken - (before[at]?.taken ?? 0),
    ])
    expect(more).toEqual([
      [1, 0],
      [1, 1],
      [0, 1],
    ])
  })

  test('comes as ever where more are made than are pushed', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const { id, feed } = await submit(a, '0')
    await until(() => has(b, id))
    await takes(a, feed, 1)
    const versions = Array.from({ length: 60 }, (_, at) => `1.${at}`)
    const made = await Promise.all(versions.map((version) => submit(a, version)))
    for (const one of made) await until(() => has(b, one.id))
    expect(faultsAt(b)).toBe(0)
  })
})

// whether the two meet is a matter of moments: of eight times at least one does
test('what is written while a push is being stored comes too, though nothing more is written behind it', async () => {
  for (let time = 0; time < 8; time += 1) {
    const { node, liar, two, push, pairs } = await openLiarWhoPushes()
    const pushed = await pairs('2')
    const blocks = await two.blocks('2', '3')
    push(pushed)
    await liar.feed.append(blocks)
    await until(() => has(node, two.id('3')))
  }
})

describe('what a node withholds', () => {
  test('is not taken when it is pushed, nor pushed on, and what is behind it comes', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const c = await openTestNode({ peers: [b.address] })
    const first = await submit(a, '1')
    await until(() => has(c, first.id))
    const unwanted = await signed({ version: '2' }, await signer)
    const { id } = await submitTo(b, unwanted)
    await until(() => has(a, id))
    await b.withhold({ ids: [id] }, REASON)
    await takes(a, first.feed, 1)
    const { sent } = b.network.view.pushes()
    const again = await submitTo(a, unwanted)
    expect(again.id).toBe(id)
    await until(() => refusedAt(b, 'withheld') === 1)
    const replica = await b.store.get(first.feed, 'debian')
    await until(() => replica.length > again.sequence + 1)
    expect(b.network.view.pushes().sent).toBe(sent)
    const last = await submit(a, '3')
    await until(async () => (await has(b, last.id)) && (await has(c, last.id)))
    expect(await has(b, id)).toBe(false)
    expect(await has(c, id)).toBe(true)
  })

  test('is not pushed by who was writing it when it was withheld, and what is behind it is', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const unwanted = await signed({ version: '2' }, await signer)
    const { id } = await submitTo(a, unwanted)
    await until(() => has(b, id))
    const { feed } = await submit(b, '1')
    await b.withhold({ ids: [id] }, REASON)
    await takes(b, feed, 1)
    const pushed: Uint8Array[] = []
    a.store.pushes.receive(async (_, message) => void pushed.push(Uint8Array.from(message)))
    const { certification, facts } = await readSubmitted(unwanted)
    const [pair] = await toBlocks([{ entry: certification, facts }], 2)
    const own = b.ownFeeds().find(({ key }) => key === feed)
    if (pair === undefined || own === undefined) throw new Error('nothing to write')
    // as its writer does who has asked before it was withheld
    await own.append([pair.data, pair.index])
    const replica = await a.store.get(feed, 'debian')
    await until(() => replica.length === own.length)
    await takes(b, feed, 1)
    const last = await submit(b, '3')
    await until(() => has(a, last.id))
    const ids = pushed.flatMap((message) =>
      indexBlocksOf(decodePush(message))
        .flatMap((index) => decodeIndexBlock(index))
        .filter(({ kind }) => kind === 'certification')
        .map((row) => row.id),
    )
    expect(ids).not.toContain(id)
  })
})
