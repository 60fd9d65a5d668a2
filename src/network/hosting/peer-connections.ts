/* How this node is connected with each peer that it knows: those that the operator named first, then all others. */
import type { Connection } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Faults } from './faults.ts'
import type { Host } from './host.ts'
import type { KnownPeer, Peering } from './peering.ts'

export interface PeerConnection {
  readonly peerId: string
  /** Those by which it is connected first. */
  readonly addresses: readonly string[]
  readonly configured: boolean
  readonly removable: boolean
  readonly connected: boolean
  /** Who dialled; `null` if it is not connected. */
  readonly direction: 'inbound' | 'outbound' | null
  /** Milliseconds since 1970; `null` if it is not connected. */
  readonly connectedAt: number | null
  /** Takes part in gossip. */
  readonly gossip: boolean
  /** Milliseconds since 1970; `null` if no dial is due. */
  readonly nextDialAt: number | null
  /** Why the last dial failed. */
  readonly failure: string | null
  /** How often it broke a protocol. */
  readonly faults: number
}

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
