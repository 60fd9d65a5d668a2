import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { NetworkError, StorageError } from '../../../src/base/errors.ts'
import type { UrlPeer } from '../../../src/network/hosting/url-peer.ts'
import { openUrlPeers } from '../../../src/network/hosting/url-peers.ts'
import { peerOf } from '../../support/haves.ts'

const URL_THERE = 'http://127.0.0.1:8000'
const MINUTE = 60_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** One URL of the settings, with rows in memory. What answers there, who is connected and what the disk takes a test changes. */
async function openOne(kept: readonly UrlPeer[] = []) {
  const [self, there] = [(await peerOf(1)).peerId, (await peerOf(2)).peerId]
  const rows = new Map(kept.map((row) => [row.url, row]))
  const world = { isThere: true, isConnected: false, isFull: false, asked: 0 }
  const errors: unknown[] = []
  const urls = await openUrlPeers(
    [URL_THERE],
    {
      kept: {
        list: async () => [...rows.values()],
        put: async (peer) => {
          if (world.isFull) throw new StorageError('DISK_FULL', 'The disk is full.')
          rows.set(peer.url, peer)
        },
        remove: async (url) => void rows.delete(url),
      },
      askNode: async () => {
        world.asked += 1
        if (!world.isThere) throw new NetworkError('NODE_UNREACHABLE', 'nobody answers')
        return { peerId: there, addresses: [`/ip4/127.0.0.1/tcp/8001/p2p/${there}`] }
      },
      peers: { self, isConnected: () => world.isConnected },
    },
    (error) => errors.push(error),
  )
  onTestFinished(urls.close)
  return { urls, world, errors, rows, there }
}

const known = (peerId: string): UrlPeer => ({
  url: URL_THERE,
  isAdded: false,
  peerId,
  addresses: [`/ip4/127.0.0.1/tcp/8001/p2p/${peerId}`],
})

describe('what was learnt at a URL and cannot be written', () => {
  test('is told as a fault of the disk and not of who was asked, and is learnt again when the disk takes it', async () => {
    const { urls, world, errors, rows, there } = await openOne()
    world.isFull = true
    urls.start()
    await vi.advanceTimersByTimeAsync(1)
    expect(errors).toEqual([expect.objectContaining({ code: 'DISK_FULL' })])
    expect(urls.all()).toMatchObject([{ peerId: undefined, failure: undefined, tried: true }])
    world.isFull = false
    await vi.advanceTimersByTimeAsync(MINUTE)
    expect(urls.all()).toMatchObject([{ peerId: there, failure: undefined }])
    expect(rows.get(URL_THERE)?.peerId).toBe(there)
    expect(errors).toHaveLength(1)
  })
})

describe('a URL that is asked anew because its peer was away', () => {
  test('is asked on while nobody answers, and no more once the peer is connected again', async () => {
    const { peerId } = await peerOf(2)
    const { urls, world } = await openOne([known(peerId)])
    await vi.advanceTimersByTimeAsync(MINUTE)
    world.isThere = false
    urls.ask(peerId)
    await vi.advanceTimersByTimeAsync(10 * MINUTE)
    expect(world.asked).toBeGreaterThan(2)
    expect(urls.all()[0]?.failure).toContain('nobody answers')
    const before = world.asked
    world.isConnected = true
    expect(urls.all()[0]?.failure).toBeUndefined()
    await vi.advanceTimersByTimeAsync(60 * MINUTE)
    expect(world.asked).toBe(before)
    expect(urls.all()).toMatchObject([{ peerId, failure: undefined }])
  })

  test('is asked again when the peer is away another time', async () => {
    const { peerId } = await peerOf(2)
    const { urls, world } = await openOne([known(peerId)])
    world.isThere = false
    await vi.advanceTimersByTimeAsync(MINUTE)
    urls.ask(peerId)
    world.isConnected = true
    await vi.advanceTimersByTimeAsync(10 * MINUTE)
    expect(world.asked).toBe(1)
    world.isConnected = false
    urls.ask(peerId)
    await vi.advanceTimersByTimeAsync(10 * MINUTE)
    expect(world.asked).toBeGreaterThan(2)
  })
})
