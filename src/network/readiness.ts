import { peerIdFromString } from '@libp2p/peer-id'
import type { Following } from './following-parts.ts'
import type { Host } from './host.ts'
import type { Neighbours } from './neighbours.ts'
import type { Peering } from './peering.ts'

/** Nobody waits longer for the feeds of configured peers, in milliseconds. */
const PATIENCE = 60_000

export interface ReadinessParts {
  readonly host: Host
  readonly peering: Peering
  readonly neighbours: Neighbours
  readonly following: Following
  /** How many blocks of a feed are in the indexes. */
  readonly position: (feed: string) => number
  readonly now: () => number
}

/**
 * Are the feeds here that the reachable configured peers hold? Once it has said yes it does not take that back: a node
 * that has been useful does not become useless when a new feed comes.
 */
export function makeReadiness(parts: ReadinessParts): () => boolean {
  const { host, peering, neighbours, following, now } = parts
  const began = now()
  let isReady = false

  function hasAllOf(peerId: string): boolean {
    if (host.getConnections(peerIdFromString(peerId)).length === 0) return true
    const neighbour = neighbours.of(peerId)
    if (neighbour?.hasTold !== true) return false
    return [...neighbour.holds].every(([key, length]) => {
      if (following.isOpening(key)) return false
      const one = following.get(key)
      if (one === undefined || one.state !== 'following') return true
      if (!one.isIndexed || one.replica.length < length) return false
      return parts.position(key) + 1 >= length
    })
  }

  return () => {
    isReady ||=
      now() - began >= PATIENCE ||
      peering.peers().every(({ peerId, tried }) => tried && hasAllOf(peerId))
    return isReady
  }
}
