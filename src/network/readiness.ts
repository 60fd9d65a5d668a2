import { peerIdFromString } from '@libp2p/peer-id'
import type { Replica } from '../feeds/feed.ts'
import type { Following } from './following.ts'
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
      return one.isIndexed && one.replica.length >= length && !lacksSomething(one.replica)
    })
  }

  return () => {
    isReady ||=
      now() - began >= PATIENCE ||
      peering.peers().every(({ peerId, tried }) => tried && hasAllOf(peerId))
    return isReady
  }
}

/** Is there a block that a connected peer could give? */
function lacksSomething(replica: Replica): boolean {
  if (replica.downloaded === replica.length) return false
  for (let sequence = 0; sequence < replica.length; sequence++)
    if (!replica.has(sequence) && replica.obtainable(sequence)) return true
  return false
}
