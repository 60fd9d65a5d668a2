/*
 * Keeps this node connected to the peers that its operator named, for years: libp2p forgets peers and gives up on them,
 * so the list is ours. A peer that is connected and takes no part in gossip is dialled anew.
 */
import type { Host } from './host.ts'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { ConfigError } from '../../base/errors.ts'
import { dialFailure, peerIdOf } from './peer-address.ts'
import { remoteShare } from './remote-share.ts'

export interface PeeringParts {
  readonly host: Host
  /** By the config: each ends in `/p2p/PEERID`. */
  readonly configured: readonly string[]
  /** Added while the node ran. */
  readonly kept: readonly string[]
  readonly keep: (address: string) => Promise<void>
  readonly forget: (address: string) => Promise<void>
  /** Who is configured has changed. */
  readonly onChanged: () => void
}

export interface KnownPeer {
  readonly peerId: string
  readonly addresses: readonly string[]
  readonly removable: boolean
  readonly nextDialAt: number | null
  readonly failure: string | null
  /** Was it connected, or has a dial to it failed, since it was named? */
  readonly tried: boolean
}

export interface Peering {
  /** Dials everybody. */
  readonly start: () => void
  readonly isConfigured: (peerId: string) => boolean
  /** Does one of them have that address? Names are known once they were connected. */
  readonly isConfiguredAddress: (share: string) => boolean
  readonly peers: () => readonly KnownPeer[]
  readonly add: (address: string) => Promise<void>
  readonly remove: (peer: string) => Promise<boolean>
  readonly close: () => Promise<void>
}

/** Pauses between dials, in milliseconds: doubled each time, with up to half of jitter. */
const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 300_000
const DIAL_PATIENCE = 20_000
/** A connection that ends sooner was refused: the next is tried later and later, in milliseconds. */
const SHORT = 10_000
/** How often gossip is compared with connections, in milliseconds. */
const WATCH = 30_000

interface Dialled {
  readonly peerId: string
  readonly addresses: Set<string>
  readonly byConfig: Set<string>
  pause: number
  timer: NodeJS.Timeout | undefined
  nextDialAt: number | null
  connectedAt: number
  failure: string | null
  tried: boolean
  missingInGossip: boolean
  /** Where it was last. */
  share: string | undefined
}

export function openPeering(parts: PeeringParts): Peering {
  const { host } = parts
  const dialled = new Map<string, Dialled>()
  const running = new Set<Promise<void>>()
  const stop = new AbortController()

  function enter(address: string, byConfig: boolean): Dialled {
    const peerId = peerIdOf(address)
    const one: Dialled = dialled.get(peerId) ?? {
      peerId,
      addresses: new Set(),
      byConfig: new Set(),
      pause: FIRST_PAUSE,
      timer: undefined,
      nextDialAt: null,
      connectedAt: 0,
      failure: null,
      tried: false,
      missingInGossip: false,
      share: undefined,
    }
    dialled.set(peerId, one)
    // when there are too many connections others go first
    host.peerStore
      .merge(peerIdFromString(peerId), { tags: { configured: { value: 100 } } })
      .catch(() => undefined)
    one.addresses.add(address)
    if (byConfig) one.byConfig.add(address)
    return one
  }

  const isSelf = (peerId: string): boolean => peerId === host.peerId.toString()

  const isConnected = ({ peerId }: Dialled): boolean =>
    host.getConnections(peerIdFromString(peerId)).length > 0

  async function dial(one: Dialled): Promise<void> {
    one.nextDialAt = null
    if (stop.signal.aborted || isConnected(one)) return
    try {
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(DIAL_PATIENCE)])
      await host.dial(
        [...one.addresses].map((address) => multiaddr(address)),
        { signal },
      )
    } catch (error) {
      one.failure = dialFailure(error)
      later(one)
    }
    one.tried = true
  }

  function later(one: Dialled): void {
    if (stop.signal.aborted || one.timer !== undefined || !dialled.has(one.peerId)) return
    const pause = one.pause * (1 + Math.random() / 2)
    one.pause = Math.min(LONGEST_PAUSE, one.pause * 2)
    one.nextDialAt = Date.now() + pause
    one.timer = setTimeout(() => {
      one.timer = undefined
      now(one)
    }, pause)
    one.timer.unref()
  }

  function now(one: Dialled): void {
    clearTimeout(one.timer)
    one.timer = undefined
    const turn = dial(one).finally(() => running.delete(turn))
    running.add(turn)
  }

  async function watch(): Promise<void> {
    const inGossip = new Set(host.services.pubsub.getPeers().map(String))
    for (const one of dialled.values()) {
      const isMissing = isConnected(one) && !inGossip.has(one.peerId)
      // twice in a row: a new connection takes a moment
      if (isMissing && one.missingInGossip) {
        await host.hangUp(peerIdFromString(one.peerId)).catch(() => undefined)
        now(one)
      }
      one.missingInGossip = isMissing && !one.missingInGossip
      if (!isConnected(one) && one.timer === undefined) later(one)
    }
  }

  const onDisconnect = ({ detail }: { readonly detail: { toString(): string } }): void => {
    const one = dialled.get(detail.toString())
    if (one === undefined) return
    if (performance.now() - one.connectedAt > SHORT) one.pause = FIRST_PAUSE
    else one.failure = 'it ended the connection at once: it is full, or this node is banned there'
    later(one)
  }
  const onConnect = ({ detail }: { readonly detail: { toString(): string } }): void => {
    const one = dialled.get(detail.toString())
    if (one === undefined) return
    clearTimeout(one.timer)
    one.connectedAt = performance.now()
    const [connection] = host.getConnections(peerIdFromString(one.peerId))
    if (connection !== undefined) one.share = remoteShare(connection.remoteAddr)
    Object.assign(one, { timer: undefined, nextDialAt: null, failure: null, tried: true })
  }
  host.addEventListener('peer:disconnect', onDisconnect)
  host.addEventListener('peer:connect', onConnect)
  // one file may serve all nodes of an operator, each of which then names itself
  const others = (addresses: readonly string[]): readonly string[] =>
    addresses.filter((address) => !isSelf(peerIdOf(address)))
  for (const address of others(parts.configured)) enter(address, true)
  for (const address of others(parts.kept)) enter(address, false)
  const watching = setInterval(() => void watch(), WATCH)
  watching.unref()

  return {
    start() {
      for (const one of dialled.values()) now(one)
    },
    isConfigured: (peerId) => dialled.has(peerId),
    isConfiguredAddress: (share) =>
      [...dialled.values()].some(
        (one) =>
          one.share === share ||
          [...one.addresses].some((address) => remoteShare(multiaddr(address)) === share),
      ),
    peers: () =>
      [...dialled.values()].map((one) => ({
        peerId: one.peerId,
        addresses: [...one.addresses],
        removable: one.byConfig.size === 0,
        nextDialAt: one.nextDialAt,
        failure: one.failure,
        tried: one.tried,
      })),
    async add(address) {
      if (isSelf(peerIdOf(address)))
        throw new ConfigError(
          'SETTING_INVALID',
          `${address} is this node itself. Give the address of another one, which that shows at its start.`,
        )
      await parts.keep(address)
      const one = enter(address, false)
      one.pause = FIRST_PAUSE
      parts.onChanged()
      now(one)
    },
    async remove(peer) {
      const found = [...dialled.values()].find(
        (one) => one.peerId === peer || one.addresses.has(peer),
      )
      if (found === undefined) return false
      const gone = [...found.addresses].filter((address) => !found.byConfig.has(address))
      for (const address of gone) {
        await parts.forget(address)
        found.addresses.delete(address)
      }
      if (found.addresses.size === 0) {
        clearTimeout(found.timer)
        dialled.delete(found.peerId)
        await host.hangUp(peerIdFromString(found.peerId)).catch(() => undefined)
      }
      parts.onChanged()
      return gone.length > 0
    },
    async close() {
      stop.abort()
      clearInterval(watching)
      host.removeEventListener('peer:disconnect', onDisconnect)
      host.removeEventListener('peer:connect', onConnect)
      for (const one of dialled.values()) clearTimeout(one.timer)
      await Promise.all(running)
    },
  }
}
