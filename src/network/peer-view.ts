/* How this node is connected with its peers, with what they say of themselves and what was copied. */
import type { PeerStatus, UnansweredPeer } from '../contract/following.ts'
import type { Neighbours } from './announcing/neighbours.ts'
import type { PeerConnection } from './hosting/peer-connections.ts'
import type { AskedPeer } from './hosting/url-peers.ts'
import type { Replication } from './replication/replication.ts'

export function peerStatusOf(
  { nextDialAt, failure, faults, ...connection }: PeerConnection,
  neighbours: Neighbours,
  replication: Pick<Replication, 'traffic'>,
): PeerStatus {
  const { peerId } = connection
  const hello = neighbours.of(peerId)?.hello
  const { sessions, received, sent } = replication.traffic(peerId)
  return {
    ...connection,
    replicating: sessions > 0,
    name: neighbours.nameOf(peerId) ?? null,
    publicUrl: hello?.publicUrl ?? null,
    readOnly: hello?.readOnly ?? null,
    nextDialAt,
    failure,
    faults,
    received,
    sent,
  }
}

/** None of a peer that has answered. */
export const unansweredPeer = ({
  url,
  isAdded,
  peerId,
  failure,
  isSelf,
}: AskedPeer): readonly UnansweredPeer[] =>
  peerId === undefined ? [{ url, removable: isAdded, failure: failure ?? null, isSelf }] : []
