import type { Neighbours } from './announcing/neighbours.ts'
import type { FeedProgress } from './feed-progress.ts'
import type { KnownPeer, Peering } from './hosting/peering.ts'

/** Nobody waits longer for the feeds of configured peers, in milliseconds. */
const PATIENCE = 60_000

/**
 * Are the feeds here that the reachable configured peers hold, and is in the indexes what was here when this was made? Once
 * it has said yes it does not take that back: a node that has been useful does not become useless when a new feed comes.
 */
export function makeReadiness(
  peering: Pick<Peering, 'peers' | 'unanswered'>,
  neighbours: Neighbours,
  progress: FeedProgress,
): () => boolean {
  const began = Date.now()
  let isReady = false

  function hasAllOf({ peerId, connected }: KnownPeer): boolean {
    if (!connected) return true
    const neighbour = neighbours.of(peerId)
    if (neighbour?.hasTold !== true) return false
    return [...neighbour.holds].every(([key, length]) => progress.hasReached(key, length))
  }

  return () => {
    if (!progress.isCaughtUp()) return false
    isReady ||=
      Date.now() - began >= PATIENCE ||
      (peering.unanswered().every(({ tried }) => tried) &&
        peering.peers().every((one) => one.tried && hasAllOf(one)))
    return isReady
  }
}
