/* What connected peers say of themselves and of what they hold. */
import { LRUCache } from 'lru-cache'
import type { Hello } from '../frames/hello.ts'

export interface Neighbour {
  readonly hello: Hello | undefined
  /** Has it told all it holds since it connected? */
  readonly hasTold: boolean
  /** Lengths of feeds by their keys, as it said them. */
  readonly holds: ReadonlyMap<string, number>
}

export interface Neighbours {
  readonly of: (peerId: string) => Neighbour | undefined
  readonly hello: (peerId: string, hello: Hello) => void
  /** What it calls itself, or did when it was connected last; `undefined` if it did not. */
  readonly nameOf: (peerId: string) => string | undefined
  readonly holds: (peerId: string, feed: string, length: number) => void
  readonly hasTold: (peerId: string) => void
  /** It is not connected any more. */
  readonly forget: (peerId: string) => void
  /** Of writable nodes' HTTP APIs, the latest first. */
  readonly writableUrls: () => readonly string[]
}

const PEERS = 1_000
const FEEDS_PER_PEER = 10_000

/** What peers say of themselves: of {@link PEERS} peers, and of {@link FEEDS_PER_PEER} feeds of each, in memory alone. */
export function makeNeighbours(): Neighbours {
  interface Mutable extends Neighbour {
    hello: Hello | undefined
    hasTold: boolean
    readonly holds: Map<string, number>
  }
  const peers = new LRUCache<string, Mutable>({ max: PEERS })
  const names = new LRUCache<string, string>({ max: PEERS })
  const ofPeer = (peerId: string): Mutable => {
    const there = peers.get(peerId) ?? { hello: undefined, hasTold: false, holds: new Map() }
    peers.set(peerId, there)
    return there
  }
  return {
    of: (peerId) => peers.peek(peerId),
    hello: (peerId, hello) => {
      ofPeer(peerId).hello = hello
      if (hello.name === undefined) names.delete(peerId)
      else names.set(peerId, hello.name)
    },
    nameOf: (peerId) => names.peek(peerId),
    holds: (peerId, feed, length) => {
      const { holds } = ofPeer(peerId)
      if (holds.has(feed) || holds.size < FEEDS_PER_PEER) holds.set(feed, length)
    },
    hasTold: (peerId) => {
      ofPeer(peerId).hasTold = true
    },
    forget: (peerId) => {
      peers.delete(peerId)
    },
    writableUrls: () => [
      ...new Set(
        [...peers.values()].flatMap(({ hello }) =>
          hello === undefined || hello.readOnly ? [] : (hello.publicUrl ?? []),
        ),
      ),
    ],
  }
}
