import { expect, onTestFinished, test } from 'vitest'
import { type FeedStore, openFeedStore } from '../../../src/feeds/store/feed-store.ts'
import { connectStores } from '../../support/connect-stores.ts'
import { fullBlocks } from '../../support/full-blocks.ts'
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

test('what a replica has received is counted in entries, of which a full block has 64, and in bytes', async () => {
  const [writer, reader] = [await store(), await store()]
  const feed = await writer.own('debian', 0)
  const rubbish = new Uint8Array(20_000).fill(7)
  const blocks = [
    new Uint8Array([0]),
    ...(await fullBlocks(3)),
    rubbish.subarray(0, 10),
    rubbish.subarray(0, 10),
    rubbish,
    rubbish,
  ]
  await feed.append(blocks)
  const replica = await reader.get(feed.key, 'debian')
  replica.follow(() => true)
  onTestFinished(connectStores(writer, reader))
  await until(() => replica.received.entries >= 3 * 64 + 2)
  expect(replica.received).toEqual({
    entries: 3 * 64 + 2,
    bytes: blocks.reduce((sum, { length }) => sum + length, 0),
  })
})
