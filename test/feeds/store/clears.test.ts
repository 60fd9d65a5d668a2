import { createHash } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { encodeDataBlock1, encodeIndexBlock1 } from '../../../src/feeds/format/block-1.ts'
import { encodeDataBlock2, encodeIndexBlock2 } from '../../../src/feeds/format/block-2.ts'
import type { FeedFormat } from '../../../src/feeds/format/block.ts'
import { plainRows } from '../../../src/feeds/format/index-row.ts'
import type { Feed, OwnFeed } from '../../../src/feeds/format/feed.ts'
import { type FeedStore, openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import { connectStores } from '../../support/connect-stores.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

const LENGTH = 33

/** Data blocks to clear, by the length at which their feed clears them. */
const CLEARS: ReadonlyMap<number, readonly number[]> = new Map([
  [9, [3]],
  [16, [5, 7]],
  [17, [15]],
  [24, [1, 21]],
  [33, [13, 25, 27, 31]],
])

async function store(): Promise<FeedStore> {
  const opened = await openFeedStore(await temporaryDirectory(), {
    peerId: '12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8',
    feedSeed: new Uint8Array(32).fill(5),
    sign: async () => new Uint8Array(64),
  })
  onTestFinished(() => opened.close())
  return opened
}

/** A block of a feed of pairs: a large data block, and the small index block behind it. */
async function block(sequence: number, format: FeedFormat): Promise<Uint8Array> {
  if (sequence === 0) return new Uint8Array([0])
  const bytes = new Uint8Array(500).fill(sequence - 1 + (sequence % 2))
  const id = createHash('sha256').update(bytes).digest('hex')
  const entries = [{ kind: 'public-key', id, bytes }] as const
  const rows = plainRows(entries)
  if (sequence % 2 === 1)
    return format === 1 ? encodeDataBlock1(entries) : encodeDataBlock2(entries)
  return format === 1 ? encodeIndexBlock1(rows) : encodeIndexBlock2(rows)
}

/** Copies what there is at this moment, and stays behind. */
async function replicaOf(feed: OwnFeed, origin: FeedStore): Promise<Feed & { again: () => void }> {
  const mine = await store()
  const replica = await mine.get(feed.key, 'debian')
  const again = (): void => {
    onTestFinished(connectStores(origin, mine))
  }
  const part = connectStores(origin, mine)
  replica.follow(() => true)
  await until(() => isWhole(replica, feed))
  part()
  return Object.assign(replica, { again })
}

function isWhole(replica: Feed, feed: Feed): boolean {
  if (replica.length < feed.length) return false
  return sequencesOf(feed).every((sequence) => !feed.has(sequence) || replica.has(sequence))
}

const sequencesOf = (feed: Feed): readonly number[] =>
  Array.from({ length: feed.length }, (_, at) => at)

test.each([1, 2] as const)(
  'a replica of a feed of format %i that lags or joins at any length before, between and after clears gets everything else',
  async (format) => {
    const origin = await store()
    const feed = await origin.own('debian', 0)
    const lagging: (Feed & { readonly again: () => void })[] = []
    for (let length = 1; length <= LENGTH; length++) {
      await feed.append([await block(length - 1, format)])
      lagging.push(await replicaOf(feed, origin))
      for (const sequence of CLEARS.get(length) ?? []) await feed.clear(sequence)
      // one that joins when they are gone
      if (CLEARS.has(length)) lagging.push(await replicaOf(feed, origin))
    }
    const late = await replicaOf(feed, origin)
    const cleared = [...CLEARS.values()].flat()
    expect(sequencesOf(late).filter((sequence) => !late.has(sequence))).toEqual(
      cleared.toSorted((one, other) => one - other),
    )
    for (const replica of lagging) {
      replica.again()
      await until(() => isWhole(replica, feed))
      for (const sequence of sequencesOf(feed)) {
        const bytes = await replica.readData(sequence)
        if (feed.has(sequence)) expect(bytes).toEqual(await block(sequence, format))
      }
      expect(await replica.head()).toEqual(await feed.head())
    }
  },
)
