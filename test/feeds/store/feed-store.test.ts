import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import Corestore from 'corestore'
import crypto from 'hypercore-crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  type FeedOwner,
  type FeedStore,
  openFeedStore,
} from '../../../src/feeds/store/feed-store.ts'
import { ownFeedOf } from '../../../src/feeds/store/own-feed.ts'
import { makePushChannels } from '../../../src/feeds/store/push-channel.ts'
import { decodeOrigin } from '../../../src/feeds/format/origin.ts'
import { connectStores } from '../../support/connect-stores.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

const owner: FeedOwner = {
  peerId: '12D3KooWKnDdG3iXw9eTFijk3EWSunZcFi54Zka4wmtqtt6rPxc8',
  feedSeed: new Uint8Array(32).fill(7),
  sign: async () => new Uint8Array(64),
}
const failTest = (error: unknown) => expect.fail(String(error))
const block = (text: string) => new TextEncoder().encode(text)

const key = async (store: FeedStore, collection: string, generation: number): Promise<string> =>
  (await store.own(collection, generation)).key

async function opened(directory: string): Promise<FeedStore> {
  const store = await openFeedStore(directory, owner)
  onTestFinished(() => store.close())
  return store
}

describe('an own feed', () => {
  test('is empty when it is new, and grows by what is appended', async () => {
    const store = await opened(await temporaryDirectory())
    const feed = await store.own('debian', 0)
    expect([feed.length, feed.collection]).toEqual([0, 'debian'])
    expect(feed.key).toMatch(/^[0-9a-f]{64}$/)
    let grown = 0
    const stop = feed.onChanged(() => grown++)
    await feed.append([block('a'), block('b')])
    expect([feed.length, grown]).toEqual([2, 1])
    stop()
    await feed.append([block('c')])
    expect([feed.length, grown]).toEqual([3, 1])
    expect(await feed.readData(2)).toEqual(block('c'))
  })

  test('takes nothing from peers that have more of it, not even a head', async () => {
    const writer = await opened(await temporaryDirectory())
    const old = await opened(await temporaryDirectory())
    const copy = await openFeedStore(await temporaryDirectory(), {
      ...owner,
      feedSeed: new Uint8Array(32).fill(8),
    })
    onTestFinished(() => copy.close())
    const feed = await writer.own('debian', 0)
    await feed.append(['a', 'b', 'c'].map(block))
    const backup = await old.own('debian', 0)
    await backup.append([block('a')])
    const other = await old.own('maven', 0)
    await other.append([block('z')])
    for (const { key: followed, collection } of [feed, other])
      (await copy.get(followed, collection)).follow(() => true)
    const [replica, later] = [
      await copy.get(feed.key, 'debian'),
      await copy.get(other.key, 'maven'),
    ]
    onTestFinished(connectStores(writer, copy))
    await until(() => replica.downloaded === 3)
    onTestFinished(connectStores(old, copy))
    for (let round = 0; round < 20; round += 1) {
      await other.append([block(String(round))])
      await until(() => later.downloaded === other.length)
    }
    expect(backup.length).toBe(1)
  })

  test('is the same feed wherever the seed is the same, one for each collection and generation', async () => {
    const [one, other] = [
      await opened(await temporaryDirectory()),
      await opened(await temporaryDirectory()),
    ]
    expect(await key(one, 'debian', 0)).toBe(await key(other, 'debian', 0))
    const keys = [
      await key(one, 'debian', 0),
      await key(one, 'debian', 1),
      await key(one, 'maven', 0),
    ]
    expect(new Set(keys).size).toBe(3)
    expect(await one.own('debian', 0)).toBe(await one.own('debian', 0))
  })

  test('is there again after the store was closed', async () => {
    const directory = await temporaryDirectory()
    const first = await openFeedStore(directory, owner)
    const feed = await first.own('debian', 0)
    await feed.append([block('a'), block('b'), block('c')])
    const heads = [await feed.head(1), await feed.head(2), await feed.head()]
    await first.close()
    const again = await (await opened(directory)).own('debian', 0)
    expect(await again.readData(1)).toEqual(block('b'))
    expect([await again.head(1), await again.head(2), await again.head(3)]).toEqual(heads)
  })

  test('answers at once that a block beyond its length is not here', async () => {
    const feed = await (await opened(await temporaryDirectory())).own('debian', 0)
    await feed.append([block('a')])
    expect(await feed.readData(1)).toBeUndefined()
    expect(await feed.readData(1_000_000)).toBeUndefined()
  })

  test('has an origin that names its collection and the feed before it', async () => {
    const privateKey = await generateKeyPair('Ed25519')
    const peerId = peerIdFromPrivateKey(privateKey).toString()
    const store = await openFeedStore(await temporaryDirectory(), {
      ...owner,
      peerId,
      sign: async (bytes) => privateKey.sign(bytes),
    })
    onTestFinished(() => store.close())
    const [before, feed] = [await store.own('maven', 0), await store.own('maven', 1)]
    const origin = await store.originBlock(feed, {
      format: 2,
      dialect: 'jvm',
      previous: before.key,
    })
    expect(feed.length).toBe(0)
    expect(await decodeOrigin(origin, feed.key)).toEqual({
      format: 2,
      collection: 'maven',
      dialect: 'jvm',
      peerId,
      previous: before.key,
    })
  })
})

describe('a head', () => {
  test('of a past length is the one that hypercore signed then, also with cleared blocks', async () => {
    const store = new Corestore(join(await temporaryDirectory(), 'feeds'))
    onTestFinished(() => store.close())
    const keyPair = crypto.keyPair(Buffer.alloc(32, 3))
    const core = store.get({ keyPair, active: false })
    await core.ready()
    const feed = ownFeedOf(core, 'debian', { keyPair, pushes: makePushChannels(failTest) })
    const signed = []
    for (let at = 0; at < 67; at++) {
      await feed.append([block(`block ${at}`)])
      const { tree } = core.core.header
      signed.push({
        length: tree.length,
        fork: tree.fork,
        root: tree.rootHash?.toString('hex'),
        signature: tree.signature?.subarray(2, 66).toString('hex'),
      })
    }
    // data blocks stand at odd sequences; the index blocks between them are never cleared
    for (let at = 1; at < 67; at += 2) await core.clear(at, at + 1)
    expect(await feed.readData(1)).toBeUndefined()
    expect(await feed.readData(2)).toEqual(block('block 2'))
    for (const head of signed) expect(await feed.head(head.length)).toEqual(head)
  })

  test('cannot be had of a length that the feed does not have', async () => {
    const feed = await (await opened(await temporaryDirectory())).own('debian', 0)
    await expect(feed.head()).rejects.toThrow(RangeError)
    await feed.append([block('a')])
    for (const length of [0, -1, 2, 0.5, Number.NaN])
      await expect(feed.head(length)).rejects.toThrow(RangeError)
  })

  test('does not depend on how blocks were grouped into appends', async () => {
    const heads = []
    for (const groups of [['a', 'b', 'c'], ['ab', 'c'], ['abc']]) {
      const feed = await (await opened(await temporaryDirectory())).own('debian', 0)
      for (const group of groups) await feed.append(group.split('').map(block))
      heads.push(await feed.head())
    }
    expect(heads[1]).toEqual(heads[0])
    expect(heads[2]).toEqual(heads[0])
  })
})

describe('a replica', () => {
  test('is empty until a peer has sent something, and never waits for one', async () => {
    const store = await opened(await temporaryDirectory())
    const feed = await store.get('ab'.repeat(32), 'debian')
    expect([feed.key, feed.length]).toEqual(['ab'.repeat(32), 0])
    expect(await feed.readData(0)).toBeUndefined()
    await expect(feed.head()).rejects.toThrow(RangeError)
  })
})

describe('the feed store', () => {
  test('is refused to a second opener', async () => {
    const directory = await temporaryDirectory()
    await opened(directory)
    await expect(openFeedStore(directory, owner)).rejects.toMatchObject({ code: 'DATA_IN_USE' })
  })

  test('is refused when it is a copy', async () => {
    const directory = await temporaryDirectory()
    const first = await openFeedStore(directory, owner)
    await (await first.own('debian', 0)).append([block('a')])
    await first.close()
    await mkdir(join(directory, 'copy'))
    await cp(join(directory, 'feeds'), join(directory, 'copy', 'feeds'), { recursive: true })
    const opening = openFeedStore(join(directory, 'copy'), owner)
    await expect(opening).rejects.toMatchObject({ code: 'DISK' })
    await expect(opening).rejects.toThrow('start the node on the original')
  })

  test('says which folder it cannot use', async () => {
    const directory = await temporaryDirectory()
    await writeFile(join(directory, 'feeds'), 'a file where a folder should be')
    const opening = openFeedStore(directory, owner)
    await expect(opening).rejects.toMatchObject({ code: 'DISK' })
    await expect(opening).rejects.toThrow(join(directory, 'feeds'))
    await rm(join(directory, 'feeds'))
    await opened(directory)
  })
})
