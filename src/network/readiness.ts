import { peerIdFromString } from '@libp2p/peer-id'
import type { Feed } from '../feeds/format/feed.ts'
import type { Following } from './replication/following.ts'
import type { NodeFeeds } from './replication/node-feeds.ts'
import type { Host } from './hosting/host.ts'
import type { Neighbours } from './announcing/neighbours.ts'
import type { Peering } from './hosting/peering.ts'

/** Nobody waits longer for the feeds of configured peers, in milliseconds. */
const PATIENCE = 60_000
/** So long nobody has had a block that is waited for, in milliseconds. */
const GONE = 6_000

export interface ReadinessParts {
  readonly host: Host
  readonly peering: Peering
  readonly neighbours: Neighbours
  readonly following: Following
  readonly feeds: Pick<NodeFeeds, 'position' | 'followed'>
  /** It has said yes before, and was opened again. */
  readonly wasReady: boolean | undefined
  readonly onError: (error: unknown) => void
  readonly now: () => number
}

/**
 * Its last pair of blocks cannot be had from anybody who is connected: withheld there, say. Where later ones are here, the
 * follower goes on by itself.
 */
const isGone = (feed: Feed, sequence: number): boolean =>
  feed.nextHere(sequence + 2) === undefined &&
  [sequence, sequence + 1].some((block) => !feed.has(block) && !feed.obtainable(block))

/**
 * Are the feeds here that the reachable configured peers hold, and is in the indexes what was here when this was made? Once
 * it has said yes it does not take that back: a node that has been useful does not become useless when a new feed comes.
 */
export function makeReadiness(parts: ReadinessParts): () => boolean {
  const { host, peering, neighbours, following, feeds, now, wasReady = false } = parts
  const began = now()
  let isReady = wasReady
  let hasFollowed = wasReady || feeds.followed === undefined
  feeds.followed?.().then(() => (hasFollowed = true), parts.onError)
  const goneSince = new Map<string, number>()

  /** Who has a block says so a little later than how long the feed is. */
  function isGoneForGood(key: string, feed: Feed, position: number): boolean {
    if (!isGone(feed, position)) {
      goneSince.delete(key)
      return false
    }
    const since = goneSince.get(key) ?? now()
    goneSince.set(key, since)
    return now() - since >= GONE
  }

  function hasAllOf(peerId: string): boolean {
    if (host.getConnections(peerIdFromString(peerId)).length === 0) return true
    const neighbour = neighbours.of(peerId)
    if (neighbour?.hasTold !== true) return false
    return [...neighbour.holds].every(([key, length]) => {
      if (following.isOpening(key)) return false
      const one = following.get(key)
      if (one === undefined || one.state !== 'following') return true
      if (!one.isIndexed || one.replica.length < length) return false
      const position = feeds.position(key)
      return position + 1 >= length || isGoneForGood(key, one.replica, position)
    })
  }

  return () => {
    if (!hasFollowed) return false
    isReady ||=
      now() - began >= PATIENCE ||
      peering.peers().every(({ peerId, tried }) => tried && hasAllOf(peerId))
    return isReady
  }
}
