import { describe, expect, onTestFinished, test } from 'vitest'
import { armorPublicKey } from '../../../src/certification/signatures/public-key.ts'
import type { Config } from '../../../src/config/config.ts'
import { openLogger } from '../../../src/base/logger.ts'
import { openData, type OpenData } from '../../../src/open-data.ts'
import type { Feed, Replica } from '../../../src/feeds/format/feed.ts'
import type { Receipt } from '../../../src/contract/submission.ts'
import { putWithheld, withheldRows } from '../../../src/state/withheld.ts'
import { connectStores } from '../../support/connect-stores.ts'
import { debianText } from '../../support/debian-text.ts'
import { expectSameWhenReindexed } from '../../support/same-when-reindexed.ts'
import { testConfig } from '../../support/open-test-repository.ts'
import { clearsign, rebuilder } from '../../support/rebuilder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

const REASON = { reason: 'It is an advertisement.', code: 'spam' } as const
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function open(data: string, settings: Partial<Config> = {}): Promise<OpenData> {
  const config = await testConfig(data, settings)
  const opened = await openData(config, openLogger('silent'))
  await opened.caughtUp()
  return opened
}

async function submit(opened: OpenData, signed: readonly string[]): Promise<readonly Receipt[]> {
  const outcomes = await Promise.all(
    signed.map((text) => opened.repository.submit({ collection: 'debian', bytes: bytes(text) })),
  )
  return outcomes.flat().flatMap((one) => ('receipt' in one ? [one.receipt] : []))
}

/** A node with a block of many. */
async function origin() {
  const data = await temporaryDirectory()
  const opened = await open(data)
  const alice = await rebuilder()
  const key = bytes(armorPublicKey(alice.publicKey.bytes))
  await opened.repository.addKeys(key)
  const signed = await Promise.all(
    Array.from({ length: 6 }, (_, at) => clearsign(debianText({ source: `hello${at}` }), [alice])),
  )
  const receipts = await submit(opened, signed)
  const last = receipts.at(-1)
  const feed = opened.ownFeeds().find((one) => one.collection === 'debian')
  if (last === undefined || feed === undefined) throw new Error('nothing was taken')
  return { data, opened, key, signed, receipts, last, feed }
}

/** A whole copy of a feed in another node, followed. */
async function copy(from: OpenData, to: OpenData, feed: Feed): Promise<Replica> {
  const replica = await replicate(from, to, feed)
  await to.addReplica(replica, 'debian')
  return replica
}

async function replicate(from: OpenData, to: OpenData, feed: Feed): Promise<Replica> {
  const replica = await to.store.get(feed.key, feed.collection)
  replica.follow(() => true)
  onTestFinished(connectStores(from.store, to.store))
  await until(() => isWhole(replica, feed))
  return replica
}

function isWhole(replica: Feed, feed: Feed): boolean {
  const sequences = Array.from({ length: feed.length }, (_, at) => at)
  return sequences.every((sequence) => !feed.has(sequence) || replica.has(sequence))
}

const idsOf = async ({ repository }: OpenData): Promise<readonly string[]> =>
  (await repository.find({})).items.map(({ id }) => id)

const without = (receipts: readonly Receipt[], gone: string): readonly string[] =>
  receipts.flatMap(({ id }) => (id === gone ? [] : [id])).toSorted()

describe('a node that withholds what another feed has', () => {
  test('serves the others of the block, says so in its own feed, and after a restart and a reindex too', async () => {
    const a = await origin()
    const data = await temporaryDirectory()
    const b = await open(data)
    const replica = await copy(a.opened, b, a.feed)
    await until(async () => (await idsOf(b)).length === 6)
    await b.withhold({ ids: [a.last.id] }, REASON)
    expect(replica.has(a.last.sequence)).toBe(false)
    expect(await b.withheldBlocks(a.feed.key)).toEqual([a.last.sequence])
    const own = b.ownFeeds().find(({ collection }) => collection === 'debian')
    expect(await b.repository.withheld(a.last.id)).toMatchObject({ ...REASON, feed: own?.key })
    const left = without(a.receipts, a.last.id)
    const check = async (node: OpenData) => {
      expect(await idsOf(node)).toEqual(left)
      for (const id of left) expect(await node.repository.served(id)).toBeDefined()
      expect(await node.repository.served(a.last.id)).toBeUndefined()
    }
    await check(b)
    expect(await idsOf(a.opened)).toHaveLength(6)
    await b.close()
    await a.opened.close()
    await expectSameWhenReindexed(data, async () => {
      const again = await open(data)
      await again.addReplica(await again.store.get(a.feed.key, 'debian'), 'debian')
      await until(async () => (await idsOf(again)).length === 5)
      await check(again)
      await again.close()
    })
  })

  test('takes it from no other feed that brings it later', async () => {
    const a = await origin()
    const b = await open(await temporaryDirectory())
    await b.repository.addKeys(a.key)
    const [mine] = await submit(b, [a.signed.at(-1) ?? ''])
    expect(mine?.id).toBe(a.last.id)
    await b.withhold({ ids: [a.last.id] }, REASON)
    const replica = await copy(a.opened, b, a.feed)
    await until(async () => (await idsOf(b)).length === 5)
    await until(() => !replica.has(a.last.sequence))
    expect(await idsOf(b)).toEqual(without(a.receipts, a.last.id))
    expect(await b.withheldBlocks(a.feed.key)).toEqual([a.last.sequence])
    for (const id of await idsOf(b)) expect(await b.repository.served(id)).toBeDefined()
    await b.close()
    await a.opened.close()
  })
})

describe('a node that writes no feed', () => {
  test('withholds for itself alone, and forgets what it kept when the bytes come back', async () => {
    const a = await origin()
    const data = await temporaryDirectory()
    const b = await open(data, { collections: [] })
    const replica = await copy(a.opened, b, a.feed)
    await until(async () => (await idsOf(b)).length === 6)
    const before = await Promise.all(a.receipts.map(({ id }) => b.repository.certification(id)))
    const [first, second] = a.receipts.filter(({ sequence }) => sequence === a.last.sequence)
    const ids = [first?.id ?? '', second?.id ?? '']
    await b.withhold({ ids }, REASON)
    expect(await b.repository.withheld(ids[0] ?? '')).toMatchObject({ ...REASON, feed: null })
    expect(await idsOf(b)).toHaveLength(4)
    // the block must stay away for the second, and the first is answered all the same
    expect((await b.restoreWithheld(ids.slice(0, 1))).restored).toEqual(ids.slice(0, 1))
    expect(replica.has(a.last.sequence)).toBe(false)
    expect(await idsOf(b)).toEqual(without(a.receipts, ids[1] ?? ''))
    for (const id of await idsOf(b)) expect(await b.repository.served(id)).toBeDefined()
    expect((await b.restoreWithheld(ids.slice(1))).restored).toEqual(ids.slice(1))
    expect(replica.has(a.last.sequence)).toBe(true)
    const after = await Promise.all(a.receipts.map(({ id }) => b.repository.certification(id)))
    expect(after).toEqual(before)
    expect(await b.withheldBlocks(a.feed.key)).toEqual([])
    await b.close()
    await a.opened.close()
  })
})

describe('a node that follows a feed which withholds', () => {
  test('keeps what it has, knows where the others are now, and gives it back when it is restored', async () => {
    const a = await origin()
    const data = await temporaryDirectory()
    const b = await open(data)
    const replica = await replicate(a.opened, b, a.feed)
    await a.opened.withhold({ ids: [a.last.id] }, REASON)
    expect(a.feed.has(a.last.sequence)).toBe(false)
    await until(() => isWhole(replica, a.feed))
    expect(replica.has(a.last.sequence)).toBe(true)
    await b.addReplica(replica, 'debian')
    const moved = a.receipts.filter(
      ({ id, sequence }) => sequence === a.last.sequence && id !== a.last.id,
    )
    expect(moved).not.toEqual([])
    for (const { id, sequence } of moved)
      await until(async () => {
        const places = (await b.repository.certification(id))?.places ?? []
        return places.length === 1 && places[0]?.sequence !== sequence
      })
    expect(await idsOf(b)).toHaveLength(6)
    expect(await a.opened.restoreWithheld([a.last.id])).toEqual({
      restored: [a.last.id],
      missing: [],
    })
    expect(await idsOf(a.opened)).toHaveLength(6)
    for (const [at, text] of a.signed.entries())
      expect((await submit(a.opened, [text]))[0]).toEqual(a.receipts[at])
    for (const node of [b, a.opened]) await node.close()
    await expectSameWhenReindexed(a.data)
  })
})

describe('a node that was stopped in the middle of it', () => {
  test('ends it at its next start, and says it only once', async () => {
    const a = await origin()
    await a.opened.withhold({ ids: [a.last.id] }, REASON)
    const { length } = a.feed
    const [row] = await withheldRows(a.opened.state)
    const first = a.receipts.find(({ id }) => id !== a.last.id)
    if (row === undefined || first === undefined) throw new Error('nothing was withheld')
    // said and not erased; and only noted
    await putWithheld(a.opened.state, [
      { ...row, isErased: false },
      { ...row, id: first.id, places: [], feed: undefined, isErased: false },
    ])
    await a.opened.close()
    const again = await open(a.data)
    const feed = again.ownFeeds().find(({ key }) => key === a.feed.key)
    expect(await idsOf(again)).toEqual(
      without(a.receipts, a.last.id).filter((id) => id !== first.id),
    )
    const rows = await withheldRows(again.state)
    expect(rows.map(({ isErased }) => isErased)).toEqual([true, true])
    for (const { places } of rows)
      for (const { sequence } of places) expect(feed?.has(sequence)).toBe(false)
    // at most a block of others and a withholding, each with its index
    expect((feed?.length ?? 0) - length).toBeLessThanOrEqual(4)
    await again.close()
  })
})
