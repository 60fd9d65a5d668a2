/* How this node is connected with each peer that it knows: those that the operator named first, then all others. */
import type { Connection } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { PeerStatus } from '../../contract/following.ts'
import type { Faults } from './faults.ts'
import type { Host } from './host.ts'
import type { KnownPeer, Peering } from './peering.ts'

/** What of a peer's status the host knows. */
export type PeerConnection = Omit<
  PeerStatus,
  'replicating' | 'name' | 'publicUrl' | 'readOnly' | 'received' | 'sent'
>

export function peerConnections(
  host: Host,
  peering: Peering,
  faults: Faults,
): readonly PeerConnection[] {
  const named = peering.peers()
  const names = new Set(named.map(({ peerId }) => peerId))
  const others = host
    .getPeers()
    .map(String)
    .filter((peerId) => !names.has(peerId))
    .map((peerId) => ({ peerId, addresses: [], nextDialAt: null, failure: null }))
  const inGossip = new Set(host.services.pubsub.getPeers().map(String))
  return [...named, ...others].map((peer) => {
    const { peerId } = peer
    return {
      ...connectionOf(host.getConnections(peerIdFromString(peerId)), peer),
      gossip: inGossip.has(peerId),
      nextDialAt: peer.nextDialAt,
      failure: peer.failure,
      faults: faults.count(peerId),
    }
  })
}

function connectionOf(
  connections: readonly Connection[],
  peer: Pick<KnownPeer, 'peerId' | 'addresses'> & Partial<KnownPeer>,
) {
  const [connection] = connections
  return {
    peerId: peer.peerId,
    addresses: addressesOf(peer.addresses, connections),
    configured: peer.removable !== undefined,
    removable: peer.removable ?? false,
    connected: connection !== undefined,
    direction: connection?.direction ?? null,
    connectedAt: connection?.timeline.open ?? null,
  }
}

function addressesOf(
  named: readonly string[],
  connections: readonly Connection[],
): readonly string[] {
  const used = connections.map(({ remoteAddr, remotePeer }) => {
    const address = remoteAddr.toString()
    return address.includes('/p2p/') ? address : `${address}/p2p/${remotePeer.toString()}`
  })
  if (named.length === 0) return used
  return [...named].toSorted(
    (one, other) => Number(used.includes(other)) - Number(used.includes(one)),
  )
}
