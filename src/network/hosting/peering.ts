/*
 * Keeps this node connected to the peers that its operator named, for years: libp2p gives up on peers. One that is
 * connected and takes no part in gossip is dialled anew.
 */
import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { makeSignal, type Signal } from '../../base/signal.ts'
import { type DialQueue, type Dials, isConnected, openDialQueue } from './dial-queue.ts'
import type { Host } from './host.ts'
import type { NamedPeers } from './named-peers.ts'
import { remoteShare } from './remote-share.ts'
import type { AskedPeer, UrlPeers } from './url-peers.ts'

export interface KnownPeer extends Dials {
  readonly peerId: string
  readonly addresses: readonly string[]
  readonly removable: boolean
  readonly connected: boolean
}

export interface AddedPeer {
  readonly peerId: string | null
  /** In a sentence. */
  readonly failure: string | null
}

export interface Peering {
  /** Dials everybody. */
  readonly start: () => void
  readonly peers: () => readonly KnownPeer[]
  /** URLs at which the operator named a peer, and nobody has answered yet; none of this node itself. */
  readonly unanswered: () => readonly AskedPeer[]
  /**
   * By its address, or by the URL of its HTTP API.
   * @returns its peer id, or why nobody can say it yet
   * @throws ConfigError SETTING_INVALID; NetworkError ANSWER_UNEXPECTED if no node is at that URL; StorageError DISK
   */
  readonly add: (peer: string) => Promise<AddedPeer>
  /** By peer id, address or URL. @returns whether anything was removed. @throws StorageError DISK */
  readonly remove: (peer: string) => Promise<boolean>
  /** Whom the operator names has changed. */
  readonly changed: Signal
  readonly close: () => Promise<void>
}

/** How often gossip is compared with connections, in milliseconds. */
const WATCH = 30_000

/**
 * Dials nobody before it is started. The network closes it, which ends all dials and leaves the host open.
 * @param onError whoever was told that the named peers have changed has failed
 */
export function openPeering(
  host: Host,
  { named, urls }: { readonly named: NamedPeers; readonly urls: UrlPeers },
  onError: (error: unknown) => void,
): Peering {
  const queue = openDialQueue(host, named, urls.ask)
  const changed = makeSignal(onError)
  for (const peer of urls.all()) named.point(peer.url, peer)
  for (const { peerId } of named.all()) keepFirst(host, peerId)
  const stopWatching = watch(host, named, queue)
  const stopListening = listen(host, named, queue)
  const stopPointing = urls.changed.subscribe((peer) => {
    named.point(peer.url, peer)
    if (peer.peerId === undefined) changed.emit()
    else dial(peer.peerId)
  })

  function dial(peerId: string): void {
    keepFirst(host, peerId)
    queue.hurry(peerId)
    changed.emit()
    queue.now(peerId)
  }

  async function leave(peerId: string): Promise<void> {
    queue.forget(peerId)
    await host.hangUp(peerIdFromString(peerId)).catch(() => undefined)
  }

  return {
    changed,
    start() {
      for (const { peerId } of named.all()) queue.now(peerId)
      urls.start()
    },
    peers: () =>
      named.all().map(({ peerId, addresses, removable }) => ({
        peerId,
        addresses: [...addresses],
        removable,
        connected: isConnected(host, peerId),
        ...queue.of(peerId),
      })),
    unanswered: () => urls.all().filter((one) => one.peerId === undefined && !one.isSelf),
    async add(peer) {
      if (isUrl(peer)) {
        const { peerId, failure } = await urls.add(peer)
        changed.emit()
        return { peerId: peerId ?? null, failure: failure ?? null }
      }
      const peerId = await named.add(peer)
      dial(peerId)
      return { peerId, failure: null }
    },
    async remove(peer) {
      if (isUrl(peer)) {
        const gone = await urls.remove(peer)
        if (gone === undefined) return false
        named.point(peer, { ...gone, peerId: undefined })
        if (gone.peerId !== undefined && !named.has(gone.peerId)) await leave(gone.peerId)
        changed.emit()
        // one of the settings stays, and is asked again who it is
        return gone.isAdded
      }
      const removed = await named.remove(peer)
      const itsUrls = urls.all().filter(({ isAdded, peerId }) => isAdded && peerId === peer)
      for (const one of itsUrls) {
        await urls.remove(one.url)
        named.point(one.url, { ...one, peerId: undefined })
      }
      if (removed === undefined) return false
      const { peerId, addresses } = removed
      if (!named.has(peerId)) await leave(peerId)
      changed.emit()
      return addresses + itsUrls.length > 0
    },
    async close() {
      stopPointing()
      stopWatching()
      stopListening()
      await queue.close()
    },
  }
}

/** Is a peer named by the URL of its HTTP API? Else it is named by an address, or its peer id. */
export const isUrl = (peer: string): boolean => /^https?:/i.test(peer)

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
  const onIdentify = ({ detail }: { readonly detail: { readonly peerId: PeerId } }): void => {
    const peerId = detail.peerId.toString()
    if (named.has(peerId)) queue.answered(peerId)
  }
  host.addEventListener('peer:disconnect', onDisconnect)
  host.addEventListener('peer:connect', onConnect)
  host.addEventListener('peer:identify', onIdentify)
  return () => {
    host.removeEventListener('peer:identify', onIdentify)
    host.removeEventListener('peer:disconnect', onDisconnect)
    host.removeEventListener('peer:connect', onConnect)
  }
}
