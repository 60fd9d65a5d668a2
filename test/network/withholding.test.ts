import { describe, expect, test } from 'vitest'
import type { Receipt } from '../../src/contract/submission.ts'
import { areConnected, has, openTestNode, type TestNode } from '../support/network.ts'
import { rebuilder } from '../support/rebuilder.ts'
import { signed, submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'

const REASON = { reason: 'It is an advertisement.', code: 'spam' } as const
const signer = rebuilder()

/** Some that stand in one block, some in one each. */
async function submitMany(node: TestNode, name: string): Promise<readonly Receipt[]> {
  const first = await submitTo(node, await signed({ version: `${name}-0` }, await signer))
  const together = await Promise.all(
    [1, 2, 3, 4].map(async (at) =>
      submitTo(node, await signed({ version: `${name}-${at}` }, await signer)),
    ),
  )
  const last = await submitTo(node, await signed({ version: `${name}-5` }, await signer))
  return [first, ...together, last]
}

async function idsAt(node: TestNode): Promise<readonly string[]> {
  const { items } = await node.repository.find({ limit: 1000 })
  return items.map(({ id }) => id).toSorted()
}

async function holesOf(node: TestNode, feed: string) {
  return (await node.repository.feed(feed))?.missing ?? []
}

const idsOf = (receipts: readonly Receipt[]): readonly string[] => receipts.map(({ id }) => id)
const but = (ids: readonly string[], ...gone: readonly (string | undefined)[]): readonly string[] =>
  ids.filter((id) => !gone.includes(id)).toSorted()

describe('what one node withholds', () => {
  test('is missing at whoever comes late to it, by name, until somebody who has it is found', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const receipts = await submitMany(a, 'a')
    const ids = idsOf(receipts)
    await until(async () => (await idsAt(b)).length === ids.length)
    const [alone, , together] = receipts
    await a.withhold({ ids: [alone?.id ?? '', together?.id ?? ''] }, REASON)
    await b.stop()
    const late = await openTestNode({ peers: [a.address], patience: { gone: 200, stuck: 5_000 } })
    await until(async () => (await idsAt(late)).length === ids.length - 2)
    expect(await idsAt(late)).toEqual(but(ids, alone?.id, together?.id))
    const feed = alone?.feed ?? ''
    await until(async () => (await holesOf(late, feed)).length === 2)
    const names = (await holesOf(late, feed)).flatMap((hole) => hole.names.map(({ id }) => id))
    expect(names).toContain(alone?.id)
    expect(names).toContain(together?.id)
    const again = await openTestNode({ data: b.data })
    await late.network.book.add(again.address)
    await until(async () => (await idsAt(late)).length === ids.length)
    await until(async () => (await holesOf(late, feed)).length === 0)
    for (const id of ids) expect(await late.repository.served(id)).toBeDefined()
  })

  test('keeps nobody waiting who comes late, even if it is the last that there is', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const receipts = await submitMany(a, 'e')
    const last = receipts.at(-1)?.id ?? ''
    await until(() => has(b, last))
    await b.withhold({ ids: [last] }, REASON)
    await a.stop()
    const began = Date.now()
    const late = await openTestNode({ peers: [b.address] })
    await until(async () => (await idsAt(late)).length === receipts.length - 1)
    await until(() => late.repository.ready())
    // long before it would have given up anyhow
    expect(Date.now() - began).toBeLessThan(30_000)
  })

  test('is never fetched back, whoever has it, and stays withheld when another feed brings it', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const receipts = await submitMany(a, 'a')
    const ids = idsOf(receipts)
    await until(async () => (await idsAt(b)).length === ids.length)
    const [first] = receipts
    await a.withhold({ ids: [first?.id ?? ''] }, REASON)
    // submitted at the other one, it stands in a feed of its own
    const copy = await signed({ version: 'a-0' }, await signer)
    const served = await b.repository.served(first?.id ?? '')
    await b.repository.submit({
      collection: 'debian',
      bytes: served?.bytes ?? copy.bytes,
      keys: copy.keys,
    })
    const more = await submitTo(b, await signed({ version: 'b-1' }, await signer))
    await until(() => has(a, more.id))
    await until(async () => (await a.withheldBlocks(more.feed)).length > 0)
    expect(await has(a, first?.id ?? '')).toBe(false)
    expect(await a.repository.withheld(first?.id ?? '')).toMatchObject(REASON)
    const replica = await a.store.get(more.feed, 'debian')
    for (const sequence of await a.withheldBlocks(more.feed))
      await until(() => !replica.has(sequence))
    expect(await has(b, first?.id ?? '')).toBe(true)
  })

  test('is its own affair: two that withhold different things both have everything else, and so has a third', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const ofA = await submitMany(a, 'a')
    const ofB = await submitMany(b, 'b')
    const ids = [...idsOf(ofA), ...idsOf(ofB)]
    for (const node of [a, b]) await until(async () => (await idsAt(node)).length === ids.length)
    await a.withhold({ ids: [ofB[1]?.id ?? ''] }, REASON)
    await b.withhold({ ids: [ofA[2]?.id ?? ''] }, REASON)
    const later = await submitTo(a, await signed({ version: 'later' }, await signer))
    await until(() => has(b, later.id))
    const all = [...ids, later.id]
    expect(await idsAt(a)).toEqual(but(all, ofB[1]?.id))
    expect(await idsAt(b)).toEqual(but(all, ofA[2]?.id))
    const c = await openTestNode({ peers: [a.address, b.address] })
    await until(async () => (await idsAt(c)).length === all.length)
    for (const id of all) expect(await c.repository.served(id)).toBeDefined()
  })

  test('comes back when it is restored, from a peer that has it', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const receipts = await submitMany(a, 'a')
    await until(async () => (await idsAt(b)).length === receipts.length)
    const id = receipts[3]?.id ?? ''
    await b.withhold({ ids: [id] }, REASON)
    expect(await has(b, id)).toBe(false)
    await areConnected(a, b)
    expect(await b.restoreWithheld([id])).toEqual({ restored: [id], missing: [] })
    expect(await b.repository.served(id)).toBeDefined()
  })

  test('comes back by itself when nobody had it at first, and a peer has it later', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const keeper = await openTestNode({ peers: [a.address] })
    const receipts = await submitMany(a, 'a')
    for (const node of [b, keeper])
      await until(async () => (await idsAt(node)).length === receipts.length)
    await keeper.stop()
    const id = receipts[3]?.id ?? ''
    await a.withhold({ ids: [id] }, REASON)
    await b.withhold({ ids: [id] }, REASON)
    expect(await b.restoreWithheld([id])).toEqual({ restored: [], missing: [id] })
    await openTestNode({ data: keeper.data, peers: [b.address] })
    await until(() => has(b, id))
    expect(await b.repository.served(id)).toBeDefined()
  })
})

test('a read-only node has no feed, takes nothing, names who does, and withholds for itself', async () => {
  const a = await openTestNode({ publicUrl: 'https://a.example' })
  const reader = await openTestNode({ peers: [a.address], config: { readOnly: true } })
  const receipts = await submitMany(a, 'a')
  await until(async () => (await idsAt(reader)).length === receipts.length)
  expect(reader.ownFeeds()).toEqual([])
  const one = await signed({ version: 'x' }, await signer)
  const submission = { collection: 'debian', bytes: one.bytes }
  await expect(reader.repository.submit(submission)).rejects.toMatchObject({ code: 'READ_ONLY' })
  await expect(reader.repository.submit(submission)).rejects.toThrow('https://a.example')
  const put = { collection: 'debian', segments: ['x.buildinfo'], bytes: one.bytes }
  await expect(reader.repository.put(put)).rejects.toMatchObject({ code: 'READ_ONLY' })
  const id = receipts[2]?.id ?? ''
  await reader.withhold({ ids: [id] }, REASON)
  expect(await has(reader, id)).toBe(false)
  expect(await reader.repository.withheld(id)).toMatchObject({ ...REASON, feed: null })
  expect(await has(a, id)).toBe(true)
  const status = await reader.repository.status()
  expect(status).toMatchObject({ readOnly: true, peers: 1 })
  expect(status.collections.map(({ feed }) => feed)).toEqual([null, null, null])
})
