/*
 * Whose copies count. A key costs nothing, so it is never enough that somebody has a feed: the operator named him, or a peer that the
 * operator named vouches for a feed that he writes. Of one network around an address all together are one copy.
 */
import { prefixOf, shareOf } from '../../base/address-share.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'

export interface CountingPeers {
  /** Whose copy it is, by a name that all have who make one copy together; `undefined`: it does not count. */
  readonly groupOf: (peerId: string, share: string) => string | undefined
  /** Does it count, if its blocks are right? */
  readonly counts: (peerId: string) => boolean
}

/**
 * @param operators peer ids of each operator whose copies count, in place of all others; none: who is named or vouched for
 * @param peers whom the operator of this node named
 * @param owners those that own a feed that is copied on the word of the operator, or of a peer that he named
 */
export function countingPeers(
  operators: readonly (readonly string[])[],
  { isNamed }: Pick<RemotePeers, 'isNamed'>,
  owners: { readonly has: (peerId: string) => boolean },
): CountingPeers {
  const operatorOf = new Map(
    operators.flatMap((peerIds, at) => peerIds.map((peerId) => [peerId, `operator ${at}`])),
  )
  const counts = (peerId: string): boolean =>
    operators.length > 0 ? operatorOf.has(peerId) : isNamed(peerId) || owners.has(peerId)
  return {
    counts,
    groupOf(peerId, share) {
      if (operators.length > 0) return operatorOf.get(peerId)
      if (!counts(peerId)) return undefined
      // behind it stands a tunnel, or a node that somebody tries: he wrote each of these addresses himself
      if (isLoopback(share) && isNamed(peerId)) return `peer ${peerId}`
      return prefixOf(share)
    },
  }
}

const LOOPBACK_6 = shareOf('::1')

/** @param share of an address */
const isLoopback = (share: string): boolean => share.startsWith('127.') || share === LOOPBACK_6
