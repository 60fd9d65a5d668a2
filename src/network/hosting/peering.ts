/*
 * Keeps this node connected to the peers that its operator named, for years: libp2p gives up on peers. One that is
 * connected and takes no part in gossip is dialled anew.
 */
import { peerIdFromString } from '@libp2p/peer-id'
import { makeSignal, type Signal } from '../../base/signal.ts'
import { type DialQueue, type Dials, isConnected, openDialQueue } from './dial-queue.ts'
import type { Host } from './host.ts'
import type { NamedPeers } from './named-peers.ts'
import { remoteShare } from './remote-share.ts'

export interface KnownPeer extends Dials {
  readonly peerId: string
  readonly addresses: readonly string[]
  readonly removable: boolean
  readonly connected: boolean
}

export interface Peering {
  /** Dials everybody. */
  readonly start: () => void
  readonly peers: () => readonly KnownPeer[]
  /** @throws ConfigError SETTING_INVALID; StorageError DISK */
  readonly add: (address: string) => Promise<void>
  /** By peer id or address. @returns whether anything was removed. @throws StorageError DISK */
  readonly remove: (peer: string) => Promise<boolean>
  /** Whom the operator names has changed. */
  readonly changed: Signal
  readonly close: () => Promise<void>
}

/** How often gossip is compared with connections, in milliseconds. */
const WATCH = 30_000

/**
 * Dials nobody before it is started. Closing ends all dials and leaves the host open.
 * @param onError whoever was told that the named peers have changed has failed
 */
export function openPeering(
  host: Host,
  named: NamedPeers,
  onError: (error: unknown) => void,
): Peering {
  const queue = openDialQueue(host, named)
  const changed = makeSignal(onError)
  for (const { peerId } of named.all()) keepFirst(host, peerId)
  const stopWatching = watch(host, named, queue)
  const stopListening = listen(host, named, queue)

  return {
    changed,
    start() {
      for (const { peerId } of named.all()) queue.now(peerId)
    },
    peers: () =>
      named.all().map(({ peerId, addresses, removable }) => {
        const { nextDialAt, failure, tried } = queue.of(peerId)
        const connected = isConnected(host, peerId)
        return {
          peerId,
          addresses: [...addresses],
          removable,
          connected,
          nextDialAt,
          failure,
          tried,
        }
      }),
    async add(address) {
      const peerId = await named.add(address)
      keepFirst(host, peerId)
      queue.hurry(peerId)
      changed.emit()
      queue.now(peerId)
    },
    async remove(peer) {
      const removed = await named.remove(peer)
      if (removed === undefined) return false
      const { peerId, addresses, isGone } = removed
      if (isGone) {
        queue.forget(peerId)
        await host.hangUp(peerIdFromString(peerId)).catch(() => undefined)
      }
      changed.emit()
      return addresses > 0
    },
    async close() {
      stopWatching()
      stopListening()
      await queue.close()
    },
  }
}

/** When there are too many connections others go before it. */
function keepFirst(host: Host, peerId: string): void {
  host.peerStore
    .merge(peerIdFromString(peerId), { tags: { configured: { value: 100 } } })
    .catch(() => undefined)
}

/** Compares gossip with connections, until the answer is called. */
function watch(host: Host, named: NamedPeers, queue: DialQueue): () => void {
  const missing = new Set<string>()

  async function look(): Promise<void> {
    const inGossip = new Set(host.services.pubsub.getPeers().map(String))
    for (const { peerId } of named.all()) {
      const isMissing = isConnected(host, peerId) && !inGossip.has(peerId)
      // twice in a row: a new connection takes a moment
      const isLost = isMissing && missing.has(peerId)
      if (isLost) {
        await host.hangUp(peerIdFromString(peerId)).catch(() => undefined)
        queue.now(peerId)
      }
      if (isMissing && !isLost) missing.add(peerId)
      else missing.delete(peerId)
      if (!isConnected(host, peerId) && !queue.isWaiting(peerId)) queue.later(peerId)
    }
  }

  const timer = setInterval(() => void look(), WATCH)
  timer.unref()
  return () => clearInterval(timer)
}

/** Tells the queue who has come and gone, until the answer is called. */
function listen(host: Host, named: NamedPeers, queue: DialQueue): () => void {
  const onDisconnect = ({ detail }: { readonly detail: { toString(): string } }): void => {
    const peerId = detail.toString()
    if (named.has(peerId)) queue.disconnected(peerId)
  }
  const onConnect = ({ detail }: { readonly detail: { toString(): string } }): void => {
    const peerId = detail.toString()
    if (!named.has(peerId)) return
    const [connection] = host.getConnections(peerIdFromString(peerId))
    if (connection !== undefined) named.met(peerId, remoteShare(connection.remoteAddr))
    queue.connected(peerId)
  }
  host.addEventListener('peer:disconnect', onDisconnect)
  host.addEventListener('peer:connect', onConnect)
  return () => {
    host.removeEventListener('peer:disconnect', onDisconnect)
    host.removeEventListener('peer:connect', onConnect)
  }
}
