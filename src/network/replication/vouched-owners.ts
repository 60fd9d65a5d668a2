import type { FollowReason } from '../../contract/following.ts'
import type { Replicas } from './replicas.ts'

/** Reasons for which a feed is copied on the word of the operator, or of a peer that he named. */
const ON_WORD: ReadonlySet<FollowReason> = new Set(['listed', 'peer', 'vouched'])
/** So long an answer stands, in milliseconds: it is asked for each of many peers of each of many feeds. */
const STANDS = 1_000

/**
 * Peers that own a feed that is copied on the word of the operator, or of a peer that he named. It is not enough that a named peer
 * passes on what somebody says of himself: it does so for anybody.
 * @param now milliseconds since 1970
 */
export function vouchedOwners(
  { byKey }: Pick<Replicas, 'byKey'>,
  now: () => number,
): { readonly has: (peerId: string) => boolean } {
  let owners: ReadonlySet<string> = new Set()
  let at = -Infinity
  return {
    has(peerId) {
      if (Math.abs(now() - at) >= STANDS) {
        at = now()
        const there = [...byKey.values()].filter(({ why }) => ON_WORD.has(why))
        owners = new Set(there.map(({ origin }) => origin.peerId))
      }
      return owners.has(peerId)
    },
  }
}
