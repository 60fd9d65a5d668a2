import { expect, onTestFinished, test } from 'vitest'
import type { Feed } from '../../../src/feeds/format/feed.ts'
import { type FeedStore, openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import { makeOwnHaves } from '../../../src/network/announcing/own-haves.ts'
import { type HaveStatement, verifyHave } from '../../../src/network/frames/have-statement.ts'
import { connectStores } from '../../support/connect-stores.ts'
import { peerOf } from '../../support/haves.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

const HOUR = 3_600_000
/** Whoever hears two of one feed that lie less apart does not take the second. */
const SOONEST = 10_000

async function store(): Promise<FeedStore> {
  const signer = await peerOf(1)
  const opened = await openFeedStore(await temporaryDirectory(), {
    ...signer,
    feedSeed: new Uint8Array(32).fill(5),
  })
  onTestFinished(() => opened.close())
  return opened
}

/** @param before what was said before this start */
async function openOwn(
  opened: FeedStore,
  feeds: readonly Feed[],
  before: readonly HaveStatement[] = [],
) {
  let time = Date.parse('2026-12-01T00:00:00Z')
  const said: HaveStatement[] = []
  /** What happened, in its order. */
  const done: string[] = []
  const errors: unknown[] = []
  const failing = { flush: false }
  const signer = await peerOf(1)
  const own = makeOwnHaves({
    haves: {
      say: (statement) => {
        done.push('say')
        said.push(statement)
      },
      by: (key) => [...before, ...said].findLast(({ feed }) => feed === key),
    },
    feeds: () => feeds,
    signer,
    async flush() {
      if (failing.flush) throw new Error('the disk is full')
      await opened.flush()
      done.push('flush')
    },
    onError: (error) => errors.push(error),
    now: () => time,
  })
  onTestFinished(own.close)
  const pass = (milliseconds: number): void => void (time += milliseconds)
  return { own, said, done, errors, failing, pass, signer }
}

const block = (at: number): Uint8Array => new Uint8Array([at])

test('a node says of every feed that is not empty what it has, signed, and says nothing again until that changes', async () => {
  const opened = await store()
  const [feed, empty] = [await opened.own('debian', 0), await opened.own('jvm', 0)]
  await feed.append([block(0), block(1), block(2)])
  const { own, said, signer, pass } = await openOwn(opened, [feed, empty])
  await own.round()
  await own.round()
  const { root } = await feed.head()
  expect(said).toHaveLength(1)
  expect(said[0]).toMatchObject({ feed: feed.key, length: 3, root, lacking: [] })
  expect(said[0]?.peerId).toBe(signer.peerId)
  for (const statement of said) verifyHave(statement)

  await feed.append([block(3)])
  pass(SOONEST - 1)
  await own.round()
  expect(said).toHaveLength(1)
  pass(1)
  await own.round()
  await feed.clear(1)
  pass(SOONEST)
  await own.round()
  expect(said.map(({ length, lacking }) => [length, lacking])).toEqual([
    [3, []],
    [4, []],
    [4, [{ first: 1, count: 1 }]],
  ])
})

test('a node says every hour again what has not changed', async () => {
  const opened = await store()
  const feed = await opened.own('debian', 0)
  await feed.append([block(0)])
  const { own, said, pass } = await openOwn(opened, [feed])
  await own.round()
  pass(HOUR - 1)
  await own.round()
  expect(said).toHaveLength(1)
  pass(1)
  await own.round()
  expect(said.map(({ time }) => time)).toEqual([said[0]?.time, (said[0]?.time ?? 0) + HOUR])
})

test('nothing is said of blocks before they are synced', async () => {
  const [origin, mine] = [await store(), await store()]
  const feed = await origin.own('debian', 0)
  await feed.append([block(0), block(1)])
  const replica = await mine.get(feed.key, 'debian')
  onTestFinished(connectStores(origin, mine))
  replica.follow(() => true)
  await until(() => replica.downloaded === 2)
  const { own, said, done, errors, failing } = await openOwn(mine, [replica])
  failing.flush = true
  await own.round()
  expect(said).toEqual([])
  expect(errors).toEqual([new Error('the disk is full')])
  failing.flush = false
  await own.round()
  expect(done).toEqual(['flush', 'say'])
  expect(said[0]).toMatchObject({ length: 2, lacking: [] })
})

test('a node that starts again waits until others take what it says of a feed anew', async () => {
  const opened = await store()
  const feed = await opened.own('debian', 0)
  await feed.append([block(0)])
  const first = await openOwn(opened, [feed])
  await first.own.round()
  expect(first.said).toHaveLength(1)

  await feed.append([block(1)])
  const again = await openOwn(opened, [feed], first.said)
  again.pass(SOONEST - 1)
  await again.own.round()
  expect(again.said).toEqual([])
  again.pass(1)
  await again.own.round()
  expect(again.said).toMatchObject([{ length: 2 }])
})
