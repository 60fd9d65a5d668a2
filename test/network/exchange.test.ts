import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, test } from 'vitest'
import { signPeerRecord } from '../../src/network/exchange/peer-record.ts'
import { peersFrame } from '../../src/network/frames/catalog-frame.ts'
import { addressIn } from '../support/peer-records.ts'
import { has, openTestNode, type TestNode, type TestNodeOptions } from '../support/network.ts'
import { openHost } from '../support/host.ts'
import { openRawPeer } from '../support/raw-peer.ts'
import { signed, submitTo } from '../support/submission.ts'
import { swarmKeyFile } from '../support/swarm-key.ts'
import { until } from '../support/until.ts'

/** A node as an operator has it who wants to be found. */
const openMeshNode = (options: TestNodeOptions = {}): Promise<TestNode> =>
  openTestNode({ connections: 6, shareAddress: true, lookEvery: 100, ...options })

/** Peer ids. */
const neighbours = (node: TestNode): readonly string[] =>
  node.network.view
    .peers()
    .filter(({ connected }) => connected)
    .map(({ peerId }) => peerId)

const knows = (node: TestNode, other: TestNode): boolean =>
  node.network.book
    .known()
    .some(({ peerId, addresses }) => peerId === other.identity.peerId && addresses.length > 0)

const areLinked = (one: TestNode, other: TestNode): boolean =>
  neighbours(one).includes(other.identity.peerId) && neighbours(other).includes(one.identity.peerId)

/** The same node again, where others found it. */
async function restarted(node: TestNode, options: TestNodeOptions = {}): Promise<TestNode> {
  await node.stop()
  const listen = [node.address.replace(/\/p2p\/.*$/, '')]
  return openMeshNode({ data: node.data, listen, ...options })
}

/** What one takes is at all others within 15 s. */
async function isEverywhere(from: TestNode, others: readonly TestNode[], version: string) {
  const began = performance.now()
  const { id } = await submitTo(from, await signed({ version }))
  for (const other of others) await until(() => has(other, id))
  expect(performance.now() - began).toBeLessThan(15_000)
}

describe('two nodes that know each other by a third alone', () => {
  test('meet, and go on as one when it dies for good, though both start again', async () => {
    const b = await openMeshNode()
    const peers = [b.address]
    const a = await openMeshNode({ peers })
    const c = await openMeshNode({ peers })
    await until(() => areLinked(a, c))
    await b.stop()
    await isEverywhere(a, [c], '1')
    const [a2, c2] = [await restarted(a, { peers }), await restarted(c, { peers })]
    await until(() => areLinked(a2, c2))
    await isEverywhere(c2, [a2], '2')
  })

  test('meet when it has died before either looked for more than it', async () => {
    const b = await openMeshNode()
    const peers = [b.address]
    const slow = { peers, lookEvery: 3_600_000 }
    const [a, c] = [await openMeshNode(slow), await openMeshNode(slow)]
    await until(() => knows(a, c) && knows(c, a))
    await b.stop()
    expect(areLinked(a, c)).toBe(false)
    const [a2, c2] = [await restarted(a, { peers }), await restarted(c, { peers })]
    await until(() => areLinked(a2, c2))
    await isEverywhere(a2, [c2], '1')
  })

  test('tell nothing of themselves if they only read, and dial all the same', async () => {
    const b = await openMeshNode()
    const reader = await openTestNode({
      peers: [b.address],
      connections: 6,
      lookEvery: 100,
      shareAddress: undefined,
      config: { readOnly: true },
    })
    const c = await openMeshNode({ peers: [b.address] })
    // it has found the other by what it was told, and nobody knows an address of its own
    await until(() => areLinked(reader, c))
    await until(() => knows(b, c) && knows(c, b))
    expect(knows(b, reader)).toBe(false)
    expect(knows(c, reader)).toBe(false)
    expect(
      reader.network.view.peers().find(({ peerId }) => peerId === c.identity.peerId),
    ).toMatchObject({ direction: 'outbound', configured: false })
  })

  test('do not meet if their networks are private ones and not the same', async () => {
    const b = await openMeshNode()
    const a = await openMeshNode({ peers: [b.address], connections: 0 })
    await until(() => knows(a, b))
    await a.stop()
    const swarmKey = await swarmKeyFile()
    const again = await openMeshNode({ data: a.data, swarmKey })
    expect(again.network.book.known()).toEqual([])
  })
})

test('a star of seven whose middle dies stays one network', async () => {
  const hub = await openMeshNode()
  const spokes: TestNode[] = []
  for (let at = 0; at < 6; at++) spokes.push(await openMeshNode({ peers: [hub.address] }))
  await until(() =>
    spokes.every((one) => spokes.every((other) => one === other || knows(one, other))),
  )
  await hub.stop()
  const [first, ...others] = spokes
  if (first === undefined) throw new Error('there is no spoke')
  await isEverywhere(first, others, '1')
}, 180_000)

describe('a peer that the operator does not want', () => {
  test('does not come back when it was removed, though another tells of it', async () => {
    const b = await openMeshNode()
    const a = await openMeshNode({ peers: [b.address] })
    // it dials back whoever hangs up
    const c = await openMeshNode({ peers: [b.address] })
    await until(() => areLinked(a, c))
    const { book } = a.network
    expect(await book.remove(c.identity.peerId)).toBe(true)
    await until(() => !neighbours(a).includes(c.identity.peerId))
    expect(book.known()).toContainEqual(
      expect.objectContaining({ peerId: c.identity.peerId, barred: 'removed', addresses: [] }),
    )
    // whoever comes later is told of it by b, and meets it; so a was told of it as well
    const d = await openMeshNode({ peers: [b.address] })
    await until(() => areLinked(d, c) && areLinked(d, a))
    const a2 = await restarted(a, { peers: [b.address, d.address] })
    await until(() => areLinked(a2, d) && areLinked(a2, b))
    await until(() => knows(a2, d))
    expect(knows(a2, c)).toBe(false)
    expect(neighbours(a2)).not.toContain(c.identity.peerId)
    // until he wants it again
    await a2.network.book.add(c.address)
    await until(() => areLinked(a2, c))
  })

  test('is not let in when it was banned, until it is unbanned', async () => {
    const a = await openMeshNode()
    const evil = await openMeshNode({ peers: [a.address] })
    await until(() => areLinked(a, evil))
    await a.network.book.ban(evil.identity.peerId)
    await until(() => !areLinked(a, evil))
    const a2 = await restarted(a)
    const failures = (): readonly (string | null)[] =>
      evil.network.view.peers().map(({ failure }) => failure)
    await until(() => failures().some((failure) => failure !== null))
    expect(neighbours(a2)).toEqual([])
    await expect(a2.network.book.add(evil.address)).rejects.toMatchObject({
      code: 'SETTING_INVALID',
    })
    expect(await a2.network.book.unban(evil.identity.peerId)).toBe(true)
    expect(await a2.network.book.unban(evil.identity.peerId)).toBe(false)
    await until(() => areLinked(a2, evil))
  })

  test('is none of the settings: these must be changed first', async () => {
    const b = await openMeshNode()
    const a = await openMeshNode({ peers: [b.address] })
    await expect(a.network.book.ban(b.address)).rejects.toMatchObject({ code: 'SETTING_INVALID' })
    await expect(a.network.book.ban('somebody')).rejects.toMatchObject({ code: 'SETTING_INVALID' })
    expect(await a.network.book.remove(b.identity.peerId)).toBe(false)
    await until(() => areLinked(a, b))
  })
})

describe('what a neighbour tells of peers', () => {
  test('is not listened to any more after a record that nobody signed, and is a fault of his', async () => {
    const node = await openMeshNode({ connections: 0 })
    const liar = await openRawPeer(node)
    const good = await signPeerRecord(
      { addresses: ['/ip4/127.0.0.1/tcp/9'], time: Date.now() },
      await generateKeyPair('Ed25519'),
    )
    const bad = good.bytes.slice()
    bad[bad.length - 1] = (bad.at(-1) ?? 0) ^ 1
    await liar.tell(2, [peersFrame([bad])])
    await until(() => liar.faults() === 1)
    await liar.tell(2, [peersFrame([good.bytes])])
    const honest = await openRawPeer(node)
    const other = await signPeerRecord(
      { addresses: ['/ip4/127.0.0.1/tcp/8'], time: Date.now() },
      await generateKeyPair('Ed25519'),
    )
    await honest.tell(2, [peersFrame([other.bytes])])
    await until(() => node.network.book.known().length === 1)
    expect(node.network.book.known()[0]?.peerId).toBe(other.peerId)
  })

  test('is bounded in a minute, and passed on only of peers that this node was connected with', async () => {
    const node = await openMeshNode({ connections: 0 })
    const many = await openRawPeer(node)
    const records = await Promise.all(
      Array.from({ length: 320 }, async (_, at) =>
        signPeerRecord(
          { addresses: [addressIn(at)], time: Date.now() },
          await generateKeyPair('Ed25519'),
        ),
      ),
    )
    for (let at = 0; at < 320; at += 64)
      await many.tell(2, [peersFrame(records.slice(at, at + 64).map(({ bytes }) => bytes))])
    await until(() => node.network.book.known().length === 256)
    expect(many.faults()).toBe(0)
    const c = await openMeshNode({ peers: [node.address], connections: 0 })
    await until(() => knows(c, node))
    expect(c.network.book.known()).toHaveLength(1)
  })
})

test('whom a node chose and dialled keeps his place, however many strangers come', async () => {
  const b = await openMeshNode()
  const c = await openMeshNode({ peers: [b.address], connections: 0 })
  const node = await openMeshNode({ peers: [b.address], mostStrangers: 4 })
  await until(() => areLinked(node, c))
  const strangers = await Promise.all(
    Array.from({ length: 8 }, (_, at) => openHost(`127.0.0.${at + 2}`)),
  )
  for (const host of strangers) await host.dial(multiaddr(node.address)).catch(() => undefined)
  await until(() => strangers.filter((host) => host.getConnections().length > 0).length === 4)
  expect(areLinked(node, c)).toBe(true)
  expect(areLinked(node, b)).toBe(true)
})
