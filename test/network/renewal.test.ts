import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openLogger } from '../../src/base/logger.ts'
import { restore } from '../../src/stopped-node.ts'
import { areConnected, has, openTestNode, type TestNode } from '../support/network.ts'
import { until } from '../support/until.ts'
import { testConfig } from '../support/open-test-repository.ts'
import { rebuilder } from '../support/rebuilder.ts'
import { signed, submitTo } from '../support/submission.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const signer = rebuilder()

async function submit(node: TestNode, ...versions: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = []
  for (const version of versions)
    ids.push((await submitTo(node, await signed({ version }, await signer))).id)
  return ids
}

async function hasAll(node: TestNode, ids: readonly string[]): Promise<boolean> {
  return (await Promise.all(ids.map((id) => has(node, id)))).every(Boolean)
}

const ownKey = (node: TestNode): string =>
  node.ownFeeds().find(({ collection }) => collection === 'debian')?.key ?? ''

/** A node whose data were copied before it wrote more, which a peer of it has. It is gone, the copy is left. */
async function lost() {
  const first = await openTestNode()
  const before = await submit(first, 'a', 'b')
  await first.stop()
  const copy = await temporaryDirectory()
  await cp(first.data, copy, { recursive: true, preserveTimestamps: true })
  const peer = await openTestNode()
  const second = await openTestNode({ data: first.data, peers: [peer.address] })
  await areConnected(second)
  const after = await submit(second, 'c', 'd')
  await until(() => hasAll(peer, [...before, ...after]))
  const key = ownKey(second)
  await second.stop()
  return { copy, peer, key, ids: [...before, ...after] }
}

async function evidence(node: TestNode): Promise<readonly string[]> {
  const feeds = await node.network.view.feeds()
  return feeds.flatMap((feed) => feed.evidence.map(({ kind }) => kind))
}

describe('a backup that is restored', () => {
  test('is refused as it is; after "restore" the old feed is never written again, and what was lost comes back', async () => {
    const { copy, peer, key, ids } = await lost()
    await expect(openTestNode({ data: copy })).rejects.toMatchObject({ code: 'DISK' })
    const feeds = await restore(await testConfig(copy), openLogger('error'))
    const renewed = feeds.find(({ collection }) => collection === 'debian')
    expect(renewed?.previous).toBe(key)
    const node = await openTestNode({ data: copy, peers: [peer.address] })
    expect(ownKey(node)).toBe(renewed?.feed)
    expect(ownKey(node)).not.toBe(key)
    await until(() => hasAll(node, ids))
    const [id = ''] = await submit(node, 'e')
    await until(() => has(peer, id))
    const told = (await peer.network.view.feeds()).find((feed) => feed.key === ownKey(node))
    expect(told).toMatchObject({ previous: key, owner: node.identity.peerId })
    expect((await node.network.view.feeds()).find((feed) => feed.key === key)?.why).toBe('former')
    expect(node.network.view.advice().join(' ')).toContain('writes another feed for debian')
    expect([...(await evidence(node)), ...(await evidence(peer))]).toEqual([])
  })

  test('twice, from the same backup, never takes the same feed again', async () => {
    const { copy } = await lost()
    const other = await temporaryDirectory()
    await cp(copy, other, { recursive: true, preserveTimestamps: true })
    const one = await restore(await testConfig(copy), openLogger('error'))
    const two = await restore(await testConfig(other), openLogger('error'))
    const keys = [...one, ...two].map(({ feed }) => feed)
    expect(new Set(keys).size).toBe(keys.length)
  })
})

/** As after a snapshot of a whole disk: nothing tells the store that it is not the original. */
async function snapshot(copy: string): Promise<void> {
  await rm(join(copy, 'feeds', 'CORESTORE'))
}

describe('a node that does not know that it has lost something', () => {
  test('hears a longer head of its own, writes another feed from then on, and tells no two stories', async () => {
    const { copy, peer, key, ids } = await lost()
    await snapshot(copy)
    const node = await openTestNode({ data: copy, peers: [peer.address] })
    await until(() => ownKey(node) !== key)
    await until(() => hasAll(node, ids))
    const [id = ''] = await submit(node, 'e')
    await until(() => has(peer, id))
    expect([...(await evidence(node)), ...(await evidence(peer))]).toEqual([])
    await node.stop()
    const again = await openTestNode({ data: copy, peers: [peer.address] })
    expect(ownKey(again)).toBe(ownKey(node))
    expect(await hasAll(again, [...ids, id])).toBe(true)
  })

  test('and has written already, appends that to the new feed, so that it is nowhere missing', async () => {
    const { copy, peer, key, ids } = await lost()
    await snapshot(copy)
    const alone = await openTestNode({ data: copy })
    const mine = await submit(alone, 'x', 'y')
    expect(ownKey(alone)).toBe(key)
    await alone.network.book.add(peer.address)
    await until(() => ownKey(alone) !== key)
    await until(() => hasAll(peer, [...ids, ...mine]))
    for (const id of mine) {
      const places = (await peer.repository.certification(id))?.places ?? []
      expect(places.map(({ feed }) => feed)).toContain(ownKey(alone))
    }
    expect(await hasAll(alone, mine)).toBe(true)
  })
})
