/*
 * Pushes as hypercore carries them: an extension beside its own messages, on the channel of each feed. hypercore's own pushes
 * would store any block that is proven, also one that is withheld here; here nothing is stored before somebody says so.
 */
import type Hypercore from 'hypercore'
import type { CorePeer } from 'hypercore'
import { makeSignal, type Signal } from '../../base/signal.ts'
import { decodeComing, PUSH_KIND, type PushedPairs, READY } from '../format/pushed-pairs.ts'
import { makePushedBlocks, type PushedBlocks } from './pushed-blocks.ts'

/** Of hypercore's messages: a node that does not know it ignores what it says. */
const PUSH_EXTENSION = 'countersign/push/1'

/** A peer on the channel of one feed. */
export interface PushPeer {
  /** The stream that was given to `replicate`. */
  readonly session: object
  /** Of the feed as that peer has it, in blocks: as it said, or as the pairs that went to or fro have made it. */
  readonly length: number
  /** Does it wait for nothing that was sent before? */
  readonly isDrained: boolean
  readonly send: (message: Uint8Array) => void
  /** It has that many blocks, or will have them when it has taken what was sent. */
  readonly hasReached: (length: number) => void
}

/** All feeds of a store; by their keys. */
export interface Pushes {
  /** Whoever takes pairs of it now: has said so, follows it, and knows of no fork. */
  readonly takers: (feed: string) => readonly PushPeer[]
  /** Those of them that have exactly so many blocks of it, and none that are about to come. */
  readonly lacking: (feed: string, length: number) => readonly PushPeer[]
  /** Pairs are stored, and nobody else was told of them yet. Listeners must return at once. */
  readonly stored: Signal<[feed: string, pairs: PushedPairs]>
  /**
   * From now on peers are told that pairs of replicas are taken. The listener gets any octets that one says are pairs, or that only
   * a later version knows. @returns how to take nothing more
   */
  readonly receive: (listener: PushListener) => () => void
}

export type PushListener = (feed: string, message: Uint8Array, from: PushPeer) => Promise<void>

/** The same, as only the store may use it. */
export interface PushChannels extends Pushes {
  /** @param isReplica pairs of it are taken */
  readonly add: (core: Hypercore, isReplica: boolean) => void
  readonly blocks: PushedBlocks
}

/** @param onFault who listens has failed */
export function makePushChannels(onFault: (error: unknown) => void): PushChannels {
  const channels = new Map<string, Channel>()
  const stored = makeSignal<[string, PushedPairs]>(onFault)
  const came = makeSignal<[string, Uint8Array, PushPeer]>(onFault)
  let isReceiving = false
  const takers = (feed: string): readonly PushPeer[] => channels.get(feed)?.takers() ?? []
  return {
    stored,
    takers,
    blocks: makePushedBlocks(),
    lacking: (feed, length) => takers(feed).filter((peer) => peer.length === length),
    receive(listener) {
      isReceiving = true
      const stop = came.subscribe(listener)
      for (const channel of channels.values()) channel.sayReady()
      return () => {
        isReceiving = false
        stop()
      }
    },
    add(core, isReplica) {
      const feed = core.key.toString('hex')
      const receiving = {
        takes: () => isReplica && isReceiving,
        onPush: (message: Uint8Array, peer: PushPeer) => came.emit(feed, message, peer),
      }
      channels.set(feed, openChannel(core, receiving))
    },
  }
}

interface Channel {
  readonly takers: () => readonly PushPeer[]
  /** Says to every peer that pairs are taken, if they are. */
  readonly sayReady: () => void
}

interface Receiving {
  /** Are pairs taken now? */
  readonly takes: () => boolean
  readonly onPush: (message: Uint8Array, peer: PushPeer) => void
}

/** Lives as long as its core. */
function openChannel(core: Hypercore, { takes, onPush }: Receiving): Channel {
  // one for each peer, and not for each message: there can be many thousands of them in one frame
  const known = new WeakMap<CorePeer, PushPeer>()
  const ready = new WeakSet<CorePeer>()
  const extension = core.registerExtension(PUSH_EXTENSION, {
    encoding: 'binary',
    onmessage(message, peer) {
      if (message[0] === PUSH_KIND.ready) onReady(peer)
      else if (message[0] === PUSH_KIND.coming) pushPeer(peer).hasReached(decodeComing(message))
      else onPush(message, pushPeer(peer))
    },
  })

  function pushPeer(peer: CorePeer): PushPeer {
    const there = known.get(peer)
    if (there !== undefined) return there
    const made = makePushPeer(peer, (message) => extension.send(message, peer))
    known.set(peer, made)
    return made
  }

  function sayReady(peer: CorePeer): void {
    if (takes()) extension.send(Buffer.from(READY), peer)
  }

  function onReady(peer: CorePeer): void {
    if (ready.has(peer)) return
    ready.add(peer)
    // what was said before it had the feed open went past it
    sayReady(peer)
  }

  core.on('peer-add', sayReady)
  core.peers.forEach(sayReady)
  return {
    sayReady: () => core.peers.forEach(sayReady),
    takers: () =>
      core.peers
        .filter((peer) => ready.has(peer) && peer.remoteDownloading && peer.remoteFork === 0)
        .map(pushPeer),
  }
}

function makePushPeer(peer: CorePeer, send: (message: Buffer) => void): PushPeer {
  let reached = 0
  return {
    session: peer.stream,
    get length() {
      return Math.max(reached, peer.remoteLength)
    },
    get isDrained() {
      return peer.protomux.drained
    },
    send: (message) => send(Buffer.from(message)),
    hasReached(length) {
      reached = Math.max(reached, length)
    },
  }
}
