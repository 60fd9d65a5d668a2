import { describe, expect, test } from 'vitest'
import { openLogger } from '../../src/base/logger.ts'
import type { Replica } from '../../src/feeds/format/feed.ts'
import { openData, resumeReplicas } from '../../src/open-data.ts'
import type { KeepRule } from '../../src/contract/scope.ts'
import { openScope } from '../../src/repository/scope/scope.ts'
import { openState } from '../../src/state/database.ts'
import { indexRows } from '../support/index-rows.ts'
import { has, openTestNode, type TestNode } from '../support/network.ts'
import { testConfig } from '../support/open-test-repository.ts'
import { folderOfFormat1 } from '../support/folder-of-format-1.ts'
import { rebuilder, type TestRebuilder } from '../support/rebuilder.ts'
import { expectSameWhenReindexed } from '../support/same-when-reindexed.ts'
import { signed, submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'

const signer = rebuilder()
const AMD64: readonly KeepRule[] = [{ architectures: ['all', 'amd64'] }]

const submit = async (node: TestNode, architecture: string, version = '1') =>
  submitTo(node, await signed({ architecture, version }, await signer))

const scoped = (address: string, keep: readonly KeepRule[], data?: string): Promise<TestNode> =>
  openTestNode({ peers: [address], config: { readOnly: true, keep }, ...(data && { data }) })

async function replicaAt(node: TestNode, feed: string): Promise<Replica> {
  const replica = await node.store.get(feed, 'debian')
  return replica
}

/** Everything that the other has written is followed there, or left out. */
async function caughtUp(node: TestNode, from: TestNode): Promise<void> {
  await until(() =>
    from.ownFeeds().every(({ key, length }) => length < 2 || node.position(key) >= length),
  )
}

async function withoutIndexes(data: string, keep: readonly KeepRule[]): Promise<void> {
  const config = await testConfig(data, { readOnly: true, keep })
  const again = await openData(config, openLogger('error'))
  await resumeReplicas(again)
  await again.caughtUp()
  await again.close()
}

describe('a node that keeps some architectures', () => {
  test('never fetches a block of which it keeps nothing, follows on behind it and is ready', async () => {
    const a = await openTestNode()
    const kept = await submit(a, 'amd64')
    const other = await submit(a, 'arm64')
    const last = await submit(a, 'all')
    const b = await scoped(a.address, AMD64)
    await until(() => has(b, last.id))
    await caughtUp(b, a)
    expect(await has(b, kept.id)).toBe(true)
    expect(await has(b, other.id)).toBe(false)
    const replica = await replicaAt(b, other.feed)
    expect(replica.has(other.sequence)).toBe(false)
    expect(replica.has(other.sequence + 1)).toBe(true)
    expect(replica.leavesOut(other.sequence)).toBe(true)
    expect(replica.leftOut()).toBe(1)
    await until(async () => b.repository.ready())
    const [feed] = (await b.repository.feeds()).filter(({ key }) => key === other.feed)
    expect(feed).toMatchObject({ holes: 0, rejected: 0 })
  })

  test('goes on so while it is connected, whether what is new is pushed or asked for', async () => {
    const a = await openTestNode()
    const first = await submit(a, 'amd64')
    const b = await scoped(a.address, AMD64)
    await until(() => has(b, first.id))
    const replica = await replicaAt(b, first.feed)
    const others = []
    for (let at = 0; at < 5; at += 1) others.push(await submit(a, 'arm64', `2.${at}`))
    const last = await submit(a, 'amd64', '3')
    await until(() => has(b, last.id))
    await caughtUp(b, a)
    expect(others.map(({ sequence }) => replica.has(sequence))).toEqual(others.map(() => false))
    expect(replica.leftOut()).toBe(5)
    expect(replica.received.entries).toBeGreaterThan(0)
  })

  test('has the same rows when its indexes are made anew without any peer', async () => {
    const a = await openTestNode()
    const kept = await submit(a, 'amd64')
    await submit(a, 'arm64')
    await submitTo(a, await signed({ architecture: 'riscv64' }))
    const b = await scoped(a.address, AMD64)
    await until(() => has(b, kept.id))
    await caughtUp(b, a)
    await b.stop()
    await expectSameWhenReindexed(b.data, (data) => withoutIndexes(data, AMD64))
  })

  test('gives rows only to what is kept of a block that has more in it', async () => {
    const a = await openTestNode()
    const taken = await Promise.all(
      ['amd64', 'arm64', 'all', 's390x'].map((architecture) => submit(a, architecture)),
    )
    const together = taken.filter(({ sequence }) => sequence === taken[3]?.sequence)
    expect(together.length).toBeGreaterThan(1)
    const b = await scoped(a.address, AMD64)
    await caughtUp(b, a)
    expect(await Promise.all(taken.map(({ id }) => has(b, id)))).toEqual([true, false, true, false])
    await b.stop()
    await expectSameWhenReindexed(b.data, (data) => withoutIndexes(data, AMD64))
  })

  test('says truly what it lacks, and gives no peer what it does not keep', async () => {
    const a = await openTestNode()
    const kept = await submit(a, 'amd64')
    const other = await submit(a, 'arm64')
    const b = await openTestNode({
      peers: [a.address],
      config: { readOnly: true, keep: AMD64 },
      sayHavesEvery: 100,
    })
    await until(() => has(b, kept.id))
    await caughtUp(b, a)
    await a.stop()
    const c = await openTestNode({ peers: [b.address], feeds: [other.feed] })
    await until(() => has(c, kept.id))
    expect(await has(c, other.id)).toBe(false)
    // what it said before it was behind is renewed no sooner than after ten seconds
    const said = async () =>
      (await b.network.view.feeds())
        .flatMap(({ key, statements }) => (key === other.feed ? statements : []))
        .find(({ peerId }) => peerId === b.identity.peerId)
    await until(async () => (await said())?.lacking === 1)
  })
})

describe('when the rules change', () => {
  test('what is kept now is fetched, what is not is cleared, and the rows are those of the new rules alone', async () => {
    const a = await openTestNode()
    const ids: string[] = []
    for (const architecture of ['amd64', 'arm64', 'all', 'arm64'])
      ids.push((await submit(a, architecture, String(ids.length))).id)
    const b = await scoped(a.address, AMD64)
    await caughtUp(b, a)
    await b.stop()
    const arm64 = [{ architectures: ['arm64'] }]
    const c = await scoped(a.address, arm64, b.data)
    await until(() => has(c, ids[3] ?? ''))
    await until(async () => !(await has(c, ids[0] ?? '')))
    await caughtUp(c, a)
    expect(await Promise.all(ids.map((id) => has(c, id)))).toEqual([false, true, false, true])
    const [own] = a.ownFeeds().filter(({ collection }) => collection === 'debian')
    const replica = await replicaAt(c, own?.key ?? '')
    await until(() => replica.downloaded + replica.leftOut() === own?.length)
    expect(replica.leftOut()).toBe(2)
    await c.stop()
    await expectSameWhenReindexed(c.data, (data) => withoutIndexes(data, arm64))
    const fresh = await scoped(a.address, arm64)
    await caughtUp(fresh, a)
    await fresh.stop()
    expect(await rowsOf(fresh.data)).toEqual(await rowsOf(c.data))
    const whole = await scoped(a.address, [], b.data)
    await until(() => has(whole, ids[2] ?? ''))
    await caughtUp(whole, a)
    expect(await Promise.all(ids.map((id) => has(whole, id)))).toEqual([true, true, true, true])
  })
})

describe('what an index block does not say', () => {
  test('is found out of a feed of format 1: its blocks are fetched, looked at and cleared', async () => {
    const a = await openTestNode({ data: await folderOfFormat1() })
    const kept = await submit(a, 'amd64')
    const other = await submit(a, 'arm64')
    const last = await submit(a, 'all')
    const b = await scoped(a.address, AMD64)
    await until(() => has(b, last.id))
    await caughtUp(b, a)
    const replica = await replicaAt(b, other.feed)
    await until(() => !replica.has(other.sequence))
    expect(await Promise.all([kept, other, last].map(({ id }) => has(b, id)))).toEqual([
      true,
      false,
      true,
    ])
    expect([replica.leavesOut(other.sequence), replica.leavesOut(kept.sequence)]).toEqual([
      true,
      false,
    ])
    await b.stop()
    await expectSameWhenReindexed(b.data, (data) => withoutIndexes(data, AMD64))
  })

  test('is whose a subkey is: what it has signed is kept as soon as its key is known', async () => {
    const a = await openTestNode()
    const carol = await rebuilder({ subkeys: [{ sign: true }] })
    const dave = await rebuilder()
    const by = async (version: string, who: TestRebuilder) =>
      submitTo(a, await signed({ version }, who))
    const ids = [await by('1', carol), await by('2', dave), await by('3', carol)]
    const keep = [{ rebuilders: [carol.publicKey.fingerprint] }]
    const b = await scoped(a.address, keep)
    await until(() => has(b, ids[2]?.id ?? ''))
    await until(() => has(b, ids[0]?.id ?? ''))
    await caughtUp(b, a)
    expect(await has(b, ids[1]?.id ?? '')).toBe(false)
    await b.stop()
    await expectSameWhenReindexed(b.data, (data) => withoutIndexes(data, keep))
  })
})

describe('what is withheld by a node that keeps a part', () => {
  test('is gone from it and not fetched back when it keeps more, and the rest of its block is as it was', async () => {
    const a = await openTestNode()
    const taken = await Promise.all(
      ['amd64', 'arm64', 'all', 's390x'].map((architecture) => submit(a, architecture)),
    )
    const ids = taken.map(({ id }) => id)
    const b = await scoped(a.address, AMD64)
    await caughtUp(b, a)
    const { withheld } = await b.withhold(
      { ids: [ids[0] ?? ''] },
      { reason: 'Spam.', code: 'spam' },
    )
    expect(withheld).toEqual([ids[0]])
    expect(await Promise.all(ids.map((id) => has(b, id)))).toEqual([false, false, true, false])
    await b.stop()
    const whole = await scoped(a.address, [], b.data)
    await caughtUp(whole, a)
    await until(async () =>
      (await Promise.all(ids.slice(2).map((id) => has(whole, id)))).every(Boolean),
    )
    expect(await has(whole, ids[0] ?? '')).toBe(false)
  })
})

test('rows and bytes that a kill left of a block that was left out go at the next start', async () => {
  const a = await openTestNode()
  const first = await submit(a, 'amd64', '1')
  const second = await submit(a, 'amd64', '2')
  const b = await scoped(a.address, AMD64)
  await until(() => has(b, second.id))
  await caughtUp(b, a)
  await b.stop()
  const state = await openState(b.data)
  // no rule names a key
  const keyring = { forKeyId: async () => [] }
  const scope = await openScope(AMD64, { state, keyring, onFault: console.error })
  const feed = await scope.of({ key: first.feed, collection: 'debian', format: 2 })
  await feed?.leaveOut([first.sequence])
  await state.close()
  const again = await scoped(a.address, AMD64, b.data)
  await until(async () => !(await has(again, first.id)))
  const replica = await replicaAt(again, first.feed)
  await until(() => !replica.has(first.sequence))
  expect(await has(again, second.id)).toBe(true)
})

describe('a rule that keeps the newest versions', () => {
  const NEWEST: readonly KeepRule[] = [{ architectures: ['all', 'amd64'], newest: 2 }]

  test('lets older ones go when it is swept, block and rows, and has the same when its indexes are made anew', async () => {
    const a = await openTestNode()
    const ids: string[] = []
    const places: number[] = []
    for (const version of ['1.9', '1.10', '1.2', '2~rc1']) {
      const { id, sequence } = await submit(a, 'amd64', version)
      ids.push(id)
      places.push(sequence)
    }
    const b = await scoped(a.address, NEWEST)
    await until(() => has(b, ids[3] ?? ''))
    await caughtUp(b, a)
    await b.sweepNewest()
    const answers = () => Promise.all(ids.map((id) => has(b, id)))
    expect(await answers()).toEqual([false, true, false, true])
    const replica = await replicaAt(
      b,
      a.ownFeeds().find(({ collection }) => collection === 'debian')?.key ?? '',
    )
    expect(places.map((sequence) => replica.has(sequence))).toEqual([false, true, false, true])
    expect(replica.leftOut()).toBe(2)
    const next = await submit(a, 'amd64', '3')
    await until(() => has(b, next.id))
    await b.sweepNewest()
    expect(await answers()).toEqual([false, false, false, true])
    await b.stop()
    await expectSameWhenReindexed(b.data, (data) => withoutIndexes(data, NEWEST))
  })

  test('keeps the rest of a block, and more when it says more', async () => {
    const a = await openTestNode()
    const taken = await Promise.all(
      ['1', '2', '3', '4'].map((version) => submit(a, 'amd64', version)),
    )
    const ids = taken.map(({ id }) => id)
    const b = await scoped(a.address, [{ newest: 1 }])
    await until(() => has(b, ids[3] ?? ''))
    await caughtUp(b, a)
    await b.sweepNewest()
    expect(await Promise.all(ids.map((id) => has(b, id)))).toEqual([false, false, false, true])
    await b.stop()
    const more = await scoped(a.address, [{ newest: 3 }], b.data)
    await until(() => has(more, ids[1] ?? ''))
    await caughtUp(more, a)
    await more.sweepNewest()
    expect(await Promise.all(ids.map((id) => has(more, id)))).toEqual([false, true, true, true])
  })
})

/** But for events, which say in what order things came, and by which rules rows were made until when. */
async function rowsOf(data: string): Promise<readonly string[]> {
  const rows = await indexRows(data)
  const left = ['v', 'x', 'z', 'u', 'K'].map((table) => Buffer.from(table).toString('hex'))
  return rows.filter((row) => !left.some((table) => row.startsWith(table)))
}
