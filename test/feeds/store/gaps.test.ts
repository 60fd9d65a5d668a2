import { expect, onTestFinished, test } from 'vitest'
import type { BlockRange, Feed, OwnFeed } from '../../../src/feeds/format/feed.ts'
import { type FeedStore, openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import { connectStores } from '../../support/connect-stores.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

async function store(): Promise<FeedStore> {
  const opened = await openFeedStore(await temporaryDirectory(), {
    peerId: '12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8',
    feedSeed: new Uint8Array(32).fill(5),
    sign: async () => new Uint8Array(64),
  })
  onTestFinished(() => opened.close())
  return opened
}

async function ownFeed(length: number, at?: FeedStore): Promise<OwnFeed> {
  const feed = await (at ?? (await store())).own('debian', 0)
  await feed.append(Array.from({ length }, (_, block) => new Uint8Array([block % 256])))
  return feed
}

/** One by one: what {@link Feed.gaps} should be. */
function lackingOf(feed: Feed): readonly number[] {
  const blocks = Array.from({ length: feed.length }, (_, block) => block)
  return blocks.filter((block) => !feed.has(block))
}

const blocksIn = (ranges: readonly BlockRange[]): readonly number[] =>
  ranges.flatMap(({ first, count }) => Array.from({ length: count }, (_, at) => first + at))

test('a whole feed has no gap, and an empty one none either', async () => {
  expect((await ownFeed(100)).gaps()).toEqual([])
  expect((await (await store()).own('debian', 0)).gaps()).toEqual([])
})

test('what was cleared of an own feed is a gap, also at its ends', async () => {
  const feed = await ownFeed(20)
  for (const block of [0, 1, 7, 18, 19]) await feed.clear(block)
  const gaps = [
    { first: 0, count: 2 },
    { first: 7, count: 1 },
    { first: 18, count: 2 },
  ]
  expect(feed.gaps()).toEqual(gaps)
  expect(feed.gaps(19)).toEqual([...gaps.slice(0, 2), { first: 18, count: 1 }])
  expect(feed.gaps(7)).toEqual(gaps.slice(0, 1))
})

test('gaps are found where the bitfield has its pages, and beyond its end', async () => {
  const feed = await ownFeed(40_000)
  for (const block of [3, 32_767, 32_768, 39_999]) await feed.clear(block)
  expect(feed.gaps()).toEqual([
    { first: 3, count: 1 },
    { first: 32_767, count: 2 },
    { first: 39_999, count: 1 },
  ])
  // nobody has more blocks than there are
  expect(feed.gaps(10_000_000).at(-1)).toEqual({ first: 39_999, count: 10_000_000 - 39_999 })
})

test('what a replica was not given is a gap', async () => {
  const [origin, mine] = [await store(), await store()]
  const feed = await ownFeed(50, origin)
  const replica = await mine.get(feed.key, 'debian')
  replica.avoid([3, 4, 49])
  onTestFinished(connectStores(origin, mine))
  replica.follow(() => true)
  await until(() => replica.downloaded === 50 - 3)
  expect(replica.gaps()).toEqual([
    { first: 3, count: 2 },
    { first: 49, count: 1 },
  ])
})

test('of more than 4,096 gaps the rest is one, which claims to lack too much and never too little', async () => {
  const feed = await ownFeed(10_000)
  for (let block = 1; block < 10_000; block += 2) await feed.clear(block)
  const gaps = feed.gaps()
  expect(gaps).toHaveLength(4_097)
  expect(gaps.at(-1)).toEqual({ first: 8_193, count: 10_000 - 8_193 })
  const said = new Set(blocksIn(gaps))
  expect(lackingOf(feed).every((block) => said.has(block))).toBe(true)
})
