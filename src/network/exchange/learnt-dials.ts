/*
 * Dials peers that nobody named, whenever fewer are connected than there should be, and seeks those that were connected once.
 * Whom to dial is decided in choose-peers, where it can be tried without a network.
 */
import { multiaddr } from '@multiformats/multiaddr'
import type { Host } from '../hosting/host.ts'
import type { Peering } from '../hosting/peering.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import type { Choice } from './candidate-pool.ts'
import { choosePeers, type Dial, type Link } from './choose-peers.ts'
import { makeDialPace } from './dial-pace.ts'
import type { KnownPeers } from './known-peers.ts'
import { linksOf, listen } from './links.ts'

/** How often it is looked whom to dial, in milliseconds. */
const EVERY = 1_000
const DIAL_PATIENCE = 10_000

/** Whom it can dial, and what it must know of them. */
interface Dialled {
  readonly host: Host
  readonly known: KnownPeers
  readonly peering: Pick<Peering, 'peers'>
  readonly peers: Pick<RemotePeers, 'isNamed' | 'isBarred'>
}

export interface LearntDials {
  /** Dials from now on. */
  readonly start: () => void
  /** Is that peer connected because this node chose it? */
  readonly isChosen: (peerId: string) => boolean
  /** Ends all dials and leaves connections as they are. */
  readonly close: () => Promise<void>
}

/**
 * Dials nobody before it is started. Whoever opens the exchange closes it.
 * @param connections how many to keep; 0: nobody is dialled
 * @param every how often it is looked whom to dial, in milliseconds
 */
export function openLearntDials(
  { host, known, peering, peers: { isNamed, isBarred } }: Dialled,
  connections: number,
  every = EVERY,
): LearntDials {
  const pace = makeDialPace()
  const stop = new AbortController()
  const running = new Map<string, { readonly dial: Dial; readonly turn: Promise<void> }>()
  /** How each peer was chosen that is connected because of that, and since when. */
  const chosen = new Map<string, Choice>()
  let soughtAt = -Infinity
  let timer: NodeJS.Timeout | undefined

  const links = (): readonly Link[] => linksOf(host, isNamed, chosen)

  function failed(peerId: string): void {
    const how = { metAt: known.get(peerId)?.metAt, isAlone: host.getPeers().length === 0 }
    pace.failed(peerId, how, { now: Date.now(), random: Math.random() })
  }

  async function dial({ peerId, addresses, choice }: Dial): Promise<void> {
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(DIAL_PATIENCE)])
    try {
      const to = addresses.map((address) => multiaddr(`${address}/p2p/${peerId}`))
      const { direction, remoteAddr } = await host.dial(to, { signal })
      if (direction === 'inbound') return
      chosen.set(peerId, choice)
      known.reached(peerId, remoteAddr.toString().replace(/\/p2p\/[^/]+$/, ''))
    } catch {
      failed(peerId)
    }
  }

  function look(): void {
    const connected = new Set(host.getPeers().map(String))
    const dials = choosePeers({
      known: known.all(),
      connections,
      links: links(),
      untried: peering.peers().filter((one) => !one.connected && !one.tried).length,
      dialling: Array.from(running.values(), ({ dial: { peerId, choice } }) => ({
        peerId,
        choice,
      })),
      isFree: (peerId) =>
        !connected.has(peerId) && !running.has(peerId) && !isNamed(peerId) && !isBarred(peerId),
      isNamed,
      pace,
      soughtAt,
      now: Date.now(),
      random: Math.random,
    })
    for (const one of dials) {
      pace.dialled(one.addresses, Date.now())
      if (one.isSought) soughtAt = Date.now()
      const turn = dial(one).finally(() => running.delete(one.peerId))
      running.set(one.peerId, { dial: one, turn })
    }
  }

  const stopListening = listen(host, {
    onRefused: failed,
    onKept: pace.answered,
    onMet: known.met,
    onGone(peerId) {
      known.met(peerId)
      chosen.delete(peerId)
      if (host.getPeers().length === 0) pace.hurry(Date.now())
    },
  })

  return {
    start() {
      timer = setInterval(look, every)
      timer.unref()
    },
    isChosen: (peerId) => links().some((link) => link.peerId === peerId && link.choice !== 'named'),
    async close() {
      stopListening()
      clearInterval(timer)
      stop.abort()
      await Promise.all(Array.from(running.values(), ({ turn }) => turn))
    },
  }
}
