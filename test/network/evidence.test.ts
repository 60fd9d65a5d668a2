import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FollowedFeed } from '../../src/contract/following.ts'
import { has, openTestNode, type TestNode } from '../support/network.ts'
import { rebuilder } from '../support/rebuilder.ts'
import { storyWriter } from '../support/story-writer.ts'
import { signed, submitTo } from '../support/submission.ts'
import { until } from '../support/until.ts'

async function feedAt(node: TestNode, key: string): Promise<FollowedFeed | undefined> {
  return (await node.network.view.feeds()).find((feed) => feed.key === key)
}

async function evidenceAt(node: TestNode, key: string): Promise<readonly string[]> {
  return (await feedAt(node, key))?.evidence.map(({ kind }) => kind) ?? []
}

/** The first evidence that a node tells of. */
async function evidenceTold(node: TestNode): Promise<unknown> {
  for await (const { event } of node.repository.events('', new AbortController().signal))
    if (event.kind === 'evidence') return event
  return undefined
}

describe('a writer who tells two stories', () => {
  test('at two lengths is found out by whoever has the longer one; what was had stays, and nothing more is taken', async () => {
    const two = await storyWriter()
    const long = await two.tells(['1', '2', '3'])
    const node = await openTestNode({ peers: [long.address] })
    await until(async () => has(node, two.id('3')))
    const { key } = long.feed
    expect(await evidenceAt(node, key)).toEqual([])
    const short = await two.tells(['1', 'another'])
    await node.network.book.add(short.address)
    await until(async () => (await evidenceAt(node, key)).includes('no-extension'))
    await until(async () => (await feedAt(node, key))?.state === 'frozen')
    for (const version of ['1', '2', '3']) expect(await has(node, two.id(version))).toBe(true)
    await long.feed.append(await two.blocks('4'))
    const late = await openTestNode({ peers: [node.address] })
    await until(async () => (await evidenceAt(late, key)).includes('no-extension'))
    expect((await feedAt(node, key))?.length).toBe(7)
    expect(await has(node, two.id('4'))).toBe(false)
    expect((await feedAt(late, key))?.evidence[0]?.peerId).toBe(node.identity.peerId)
  })

  test('at one length is found out, where hypercore says nothing, and that is still known after a restart', async () => {
    const two = await storyWriter()
    const one = await two.tells(['1', '2'])
    const other = await two.tells(['1', 'another'])
    const node = await openTestNode({ peers: [one.address] })
    const { key } = one.feed
    await until(async () => has(node, two.id('2')))
    await node.network.book.add(other.address)
    await until(async () => (await evidenceAt(node, key)).includes('two-roots'))
    const event = { kind: 'evidence', feed: key, evidence: 'two-roots' }
    expect(await evidenceTold(node)).toEqual(event)
    await node.stop()
    await rm(join(node.data, 'indexes'), { recursive: true })
    const again = await openTestNode({ data: node.data })
    expect(await evidenceTold(again)).toEqual(event)
    expect(await evidenceAt(again, key)).toEqual(['two-roots'])
    expect((await feedAt(again, key))?.state).toBe('frozen')
    await until(async () => has(again, two.id('2')))
  })

  test('by taking back what it wrote is found out by the fork that its head has', async () => {
    const two = await storyWriter()
    const one = await two.tells(['1', '2'])
    const node = await openTestNode({ peers: [one.address] })
    const { key } = one.feed
    await until(async () => has(node, two.id('2')))
    const other = await two.tells(['1'], (feed) => ({
      ...feed,
      publicKey: feed.publicKey,
      head: async () => {
        const head = { ...(await feed.head()), fork: 1 }
        return { ...head, signature: two.sign(feed, head) }
      },
    }))
    await node.network.book.add(other.address)
    await until(async () => (await evidenceAt(node, key)).includes('fork'))
    expect(await has(node, two.id('2'))).toBe(true)
  })

  test('after going back to an old state is found out as soon as it writes again, and not before', async () => {
    const two = await storyWriter()
    const one = await two.tells(['1', '2', '3'])
    const node = await openTestNode({ peers: [one.address] })
    const { key } = one.feed
    await until(async () => has(node, two.id('3')))
    const back = await two.tells(['1'])
    await node.network.book.add(back.address)
    const isHeard = async () =>
      (await feedAt(node, key))?.heads.some(({ length }) => length === 3) === true
    await until(isHeard)
    expect(await evidenceAt(node, key)).toEqual([])
    await back.feed.append(await two.blocks('another'))
    await until(async () => (await evidenceAt(node, key)).includes('no-extension'))
  })
})

test('a head that is longer than what there is makes no node wait, and no answer changes', async () => {
  const one = await storyWriter()
  const boast = await one.tells(['1'], (feed) => ({
    ...feed,
    publicKey: feed.publicKey,
    head: async () => {
      const head = { ...(await feed.head()), length: 99 }
      return { ...head, signature: one.sign(feed, head) }
    },
  }))
  const node = await openTestNode({ peers: [boast.address] })
  await until(async () => has(node, one.id('1')))
  await until(async () => (await feedAt(node, boast.feed.key))?.known === 99)
  expect((await feedAt(node, boast.feed.key))?.length).toBe(3)
  const friend = await openTestNode({ peers: [node.address] })
  const { id } = await submitTo(friend, await signed({ version: '2' }))
  await until(() => has(node, id))
})

describe('an honest writer', () => {
  test('is never frozen for heads of different length, and peers who said them are shown', async () => {
    const a = await openTestNode()
    const b = await openTestNode({ peers: [a.address] })
    const c = await openTestNode({ peers: [a.address, b.address] })
    const signer = await rebuilder()
    const key = a.ownFeeds().find(({ collection }) => collection === 'debian')?.key ?? ''
    let last = ''
    for (let at = 0; at < 10; at++)
      ({ id: last } = await submitTo(a, await signed({ version: `1-${at}` }, signer)))
    await until(async () => (await has(b, last)) && (await has(c, last)))
    await until(async () => {
      const heads = (await feedAt(c, key))?.heads ?? []
      return [a, b].every(({ identity }) => heads.some(({ peerId }) => peerId === identity.peerId))
    })
    for (const node of [a, b, c]) {
      expect(await evidenceAt(node, key)).toEqual([])
      expect((await feedAt(node, key))?.state).toBe('following')
    }
    const before = (await feedAt(c, key))?.heads.map(({ peerId, length }) => ({ peerId, length }))
    await c.stop()
    const again = await openTestNode({ data: c.data })
    const after = (await feedAt(again, key))?.heads.map(({ peerId, length }) => ({
      peerId,
      length,
    }))
    expect(after).toEqual(before)
  })
})
