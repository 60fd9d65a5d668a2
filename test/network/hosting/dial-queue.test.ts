import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type DialQueue, openDialQueue } from '../../../src/network/hosting/dial-queue.ts'
import type { Host } from '../../../src/network/hosting/host.ts'
import { type NamedPeers, openNamedPeers } from '../../../src/network/hosting/named-peers.ts'
import { openState } from '../../../src/state/database.ts'
import { peerAddresses, putPeerAddress, removePeerAddress } from '../../../src/state/peers.ts'
import { openHost } from '../../support/host.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

interface Opened {
  readonly host: Host
  readonly peers: NamedPeers
  readonly queue: DialQueue
  /** Whom no dial has reached. */
  readonly failed: readonly string[]
}

async function opened(): Promise<Opened> {
  const state = await openState(await temporaryDirectory())
  onTestFinished(() => state.close())
  const host = await openHost()
  const peers = await openNamedPeers(host.peerId.toString(), [], {
    list: () => peerAddresses(state),
    add: (address) => putPeerAddress(state, address),
    remove: (address) => removePeerAddress(state, address),
  })
  const failed: string[] = []
  const queue = openDialQueue(host, peers, (peerId) => failed.push(peerId))
  onTestFinished(() => queue.close())
  return { host, peers, queue, failed }
}

/** A port of this machine at which somebody takes connections and says nothing, or nobody is. */
async function portOf({ isSilent }: { readonly isSilent: boolean }): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    onTestFinished(() => void socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('it listens nowhere')
  if (isSilent) onTestFinished(() => void server.close())
  else await new Promise((resolve) => server.close(resolve))
  return address.port
}

const addressOf = (host: Host): string => host.getMultiaddrs()[0]?.toString() ?? ''

/** Another node's id, at a port where it is not. */
async function absentAt(port: number): Promise<string> {
  return `/ip4/127.0.0.1/tcp/${port}/p2p/${(await openHost()).peerId.toString()}`
}

/** Dials at once. @returns the pause until the next dial, in milliseconds */
async function failedDial(queue: DialQueue, peerId: string): Promise<number> {
  queue.now(peerId)
  await until(() => queue.isWaiting(peerId))
  return (queue.of(peerId).nextDialAt ?? 0) - Date.now()
}

describe('a named peer that is not there', () => {
  test('is dialled again later, each time after twice the time, and soon again when it is hurried', async () => {
    const { peers, queue, failed } = await opened()
    const peerId = await peers.add(await absentAt(await portOf({ isSilent: false })))
    expect(queue.of(peerId)).toMatchObject({ tried: false, failure: null, nextDialAt: null })
    for (const least of [1_000, 2_000, 4_000]) {
      const pause = await failedDial(queue, peerId)
      // up to half of it is jitter, and some time has passed since
      expect(pause).toBeGreaterThan(least - 500)
      expect(pause).toBeLessThanOrEqual(least * 1.5)
    }
    expect(failed).toEqual([peerId, peerId, peerId])
    expect(queue.of(peerId).tried).toBe(true)
    expect(queue.of(peerId).failure).toContain('ECONNREFUSED')
    queue.hurry(peerId)
    expect(await failedDial(queue, peerId)).toBeLessThanOrEqual(1_500)
  })

  test('is as if nobody had ever dialled it once it was taken off the list and is named again', async () => {
    const { peers, queue } = await opened()
    const address = await absentAt(await portOf({ isSilent: false }))
    const peerId = await peers.add(address)
    for (let at = 0; at < 3; at++) await failedDial(queue, peerId)
    await peers.remove(peerId)
    queue.forget(peerId)
    queue.later(peerId)
    expect(queue.isWaiting(peerId)).toBe(false)
    await peers.add(address)
    expect(queue.of(peerId)).toMatchObject({ tried: false, failure: null, nextDialAt: null })
    expect(await failedDial(queue, peerId)).toBeLessThanOrEqual(1_500)
  })

  test('does not keep the queue from closing while it says nothing', async () => {
    const { peers, queue, failed } = await opened()
    const peerId = await peers.add(await absentAt(await portOf({ isSilent: true })))
    queue.now(peerId)
    const from = performance.now()
    await queue.close()
    // libp2p itself waits for six seconds
    expect(performance.now() - from).toBeLessThan(3_000)
    expect(queue.isWaiting(peerId)).toBe(false)
    expect(queue.of(peerId).failure).toContain('does not answer in time')
    expect(failed).toEqual([])
  })
})

describe('a named peer that is there', () => {
  test('is dialled once, and what failed before is forgotten', async () => {
    const { host, peers, queue } = await opened()
    const other = await openHost()
    const peerId = await peers.add(addressOf(other))
    queue.later(peerId)
    queue.now(peerId)
    await until(() => host.getConnections().length === 1)
    queue.connected(peerId)
    expect(queue.of(peerId)).toMatchObject({ tried: true, failure: null, nextDialAt: null })
    expect(queue.isWaiting(peerId)).toBe(false)
    queue.now(peerId)
    await queue.close()
    expect(host.getConnections()).toHaveLength(1)
  })

  test('and ends the connection at once is said to refuse, and is tried later and later', async () => {
    const { peers, queue } = await opened()
    const peerId = await peers.add(addressOf(await openHost()))
    const pauses = [1, 2].map(() => {
      queue.connected(peerId)
      queue.disconnected(peerId)
      return (queue.of(peerId).nextDialAt ?? 0) - Date.now()
    })
    expect(pauses[0]).toBeLessThanOrEqual(1_500)
    expect(pauses[1]).toBeGreaterThan(1_900)
    expect(queue.of(peerId).failure).toContain('it ended the connection at once')
  })

  test('and has answered before it ends the connection is not said to refuse', async () => {
    const { peers, queue } = await opened()
    const peerId = await peers.add(addressOf(await openHost()))
    queue.connected(peerId)
    queue.answered(peerId)
    queue.disconnected(peerId)
    expect(queue.of(peerId).failure).toContain('it was stopped, or has hung up')
    queue.connected(peerId)
    queue.disconnected(peerId)
    expect(queue.of(peerId).failure).toContain('it ended the connection at once')
  })
})
