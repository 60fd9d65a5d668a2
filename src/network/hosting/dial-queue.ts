/* When each named peer is dialled: at once, or after a pause that doubles each time, for ever. */
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import type { Host } from './host.ts'
import type { NamedPeers } from './named-peers.ts'
import { dialFailure } from './peer-address.ts'

/** Pauses between dials, in milliseconds: doubled each time, with up to half of jitter. */
const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 300_000
const DIAL_PATIENCE = 20_000
/** A connection that ends sooner was refused: the next is tried later and later, in milliseconds. */
const SHORT = 10_000

/** How the dials to a peer go. */
export interface Dials {
  /** Milliseconds since 1970; `null` if none is due. */
  readonly nextDialAt: number | null
  /** Why the last one failed. */
  readonly failure: string | null
  /** Was it connected, or has a dial to it failed, since it was named? */
  readonly tried: boolean
}

export interface DialQueue {
  readonly of: (peerId: string) => Dials
  /** Is it dialled again by itself? */
  readonly isWaiting: (peerId: string) => boolean
  readonly now: (peerId: string) => void
  readonly later: (peerId: string) => void
  /** The next pause is the shortest. */
  readonly hurry: (peerId: string) => void
  readonly connected: (peerId: string) => void
  /** It has said who it is: it has taken the connection. */
  readonly answered: (peerId: string) => void
  readonly disconnected: (peerId: string) => void
  readonly forget: (peerId: string) => void
  readonly close: () => Promise<void>
}

interface Waiting {
  pause: number
  timer: NodeJS.Timeout | undefined
  nextDialAt: number | null
  /** By the clock that never goes back. */
  connectedAt: number
  /** Did it answer over the last connection? */
  hasAnswered: boolean
  failure: string | null
  tried: boolean
}

/**
 * Dials nobody before it is told to. {@link openPeering} closes it; a dial that runs then is broken off.
 * @param onFailed none of its addresses has answered
 */
export function openDialQueue(
  host: Host,
  peers: NamedPeers,
  onFailed: (peerId: string) => void,
): DialQueue {
  const waiting = new Map<string, Waiting>()
  const running = new Set<Promise<void>>()
  const stop = new AbortController()

  function stateOf(peerId: string): Waiting {
    const there = waiting.get(peerId) ?? untried()
    if (peers.has(peerId)) waiting.set(peerId, there)
    return there
  }

  async function dial(peerId: string): Promise<void> {
    const one = stateOf(peerId)
    one.nextDialAt = null
    if (stop.signal.aborted || isConnected(host, peerId)) return
    try {
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(DIAL_PATIENCE)])
      const addresses = [...(peers.get(peerId)?.addresses ?? [])]
      await host.dial(
        addresses.map((address) => multiaddr(address)),
        { signal },
      )
    } catch (error) {
      one.failure = dialFailure(error)
      later(peerId)
      if (!stop.signal.aborted) onFailed(peerId)
    }
    one.tried = true
  }

  function later(peerId: string): void {
    const one = stateOf(peerId)
    if (stop.signal.aborted || one.timer !== undefined || !peers.has(peerId)) return
    // a moment is told in whole milliseconds
    const pause = Math.round(one.pause * (1 + Math.random() / 2))
    one.pause = Math.min(LONGEST_PAUSE, one.pause * 2)
    one.nextDialAt = Date.now() + pause
    one.timer = setTimeout(() => now(peerId), pause)
    one.timer.unref()
  }

  function now(peerId: string): void {
    halt(stateOf(peerId))
    const turn = dial(peerId).finally(() => running.delete(turn))
    running.add(turn)
  }

  return {
    of: stateOf,
    isWaiting: (peerId) => stateOf(peerId).timer !== undefined,
    now,
    later,
    hurry(peerId) {
      stateOf(peerId).pause = FIRST_PAUSE
    },
    connected(peerId) {
      const one = stateOf(peerId)
      halt(one)
      Object.assign(one, { nextDialAt: null, failure: null, tried: true, hasAnswered: false })
      one.connectedAt = performance.now()
    },
    answered(peerId) {
      stateOf(peerId).hasAnswered = true
    },
    disconnected(peerId) {
      const one = stateOf(peerId)
      if (performance.now() - one.connectedAt > SHORT) one.pause = FIRST_PAUSE
      else one.failure = one.hasAnswered ? LEFT : REFUSED
      later(peerId)
    },
    forget(peerId) {
      const one = waiting.get(peerId)
      if (one !== undefined) halt(one)
      waiting.delete(peerId)
    },
    async close() {
      stop.abort()
      for (const one of waiting.values()) halt(one)
      await Promise.all(running)
    },
  }
}

const REFUSED = 'it ended the connection at once: it is full, or this node is banned there'
const LEFT = 'it ended the connection soon: it was stopped, or has hung up on this node'

export const isConnected = (host: Host, peerId: string): boolean =>
  host.getConnections(peerIdFromString(peerId)).length > 0

const untried = (): Waiting => ({
  pause: FIRST_PAUSE,
  timer: undefined,
  nextDialAt: null,
  connectedAt: 0,
  hasAnswered: false,
  failure: null,
  tried: false,
})

function halt(one: Waiting): void {
  clearTimeout(one.timer)
  one.timer = undefined
}
