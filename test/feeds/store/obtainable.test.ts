import { expect, onTestFinished, test } from 'vitest'
import { type FeedStore, openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import { connectStores } from '../../support/connect-stores.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

async function store(): Promise<FeedStore> {
  const opened = await openFeedStore(await temporaryDirectory(), {
    peerId: '12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8',
    feedSeed: new Uint8Array(32).fill(6),
    sign: async () => new Uint8Array(64),
  })
  onTestFinished(() => opened.close())
  return opened
}

const blocks = (count: number, first = 0) =>
  Array.from({ length: count }, (_, at) => new Uint8Array([first + at]))

test('a block can be had of a peer that has the whole feed, and not one that the peer has cleared', async () => {
  const [writer, reader] = [await store(), await store()]
  const feed = await writer.own('debian', 0)
  await feed.append(blocks(5))
  const replica = await reader.get(feed.key, 'debian')
  // nothing is copied
  replica.follow(() => false)
  onTestFinished(connectStores(writer, reader))
  const obtainable = () =>
    Array.from({ length: replica.length }, (_, at) => at).filter((at) => replica.obtainable(at))
  await until(() => replica.length === 5)
  await until(() => obtainable().length === 5)
  // of a whole feed that grows a peer says only how long it is
  await feed.append(blocks(3, 5))
  await until(() => replica.length === 8)
  await until(() => obtainable().length === 8)
  expect(replica.obtainable(8)).toBe(false)
  await feed.clear(3)
  await until(() => !replica.obtainable(3))
  expect(obtainable()).toEqual([0, 1, 2, 4, 5, 6, 7])
})
