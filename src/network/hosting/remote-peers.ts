/* What other rooms ask of a peer, and tell of it: whether the operator names it, where it is, whose share it takes, what it broke. */
import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { AddressScope } from '../../base/address-scope.ts'
import type { Faults } from './faults.ts'
import type { Host } from './host.ts'
import type { NamedPeers } from './named-peers.ts'
import { NAMED, remoteReach, remoteShare } from './remote-share.ts'

/** By their ids in libp2p's base58 form. */
export interface RemotePeers {
  /** This node. */
  readonly self: string
  /** Does the operator name it? */
  readonly isNamed: (peerId: string) => boolean
  readonly isConnected: (peerId: string) => boolean
  /** The operator removed or banned it, or it broke the protocols. */
  readonly isBarred: (peerId: string) => boolean
  /** {@link NAMED} if the operator names it; else as `placeOf` says. */
  readonly shareOf: (peerId: string) => string
  /** Where it is, by the share of its address, whoever names it; when it has gone, its name. */
  readonly placeOf: (peerId: string) => string
  /** From how near it is reached; `undefined`: by no IP address, or it has gone. */
  readonly reachOf: (peerId: string) => AddressScope | undefined
  /** It broke a protocol: its connections end when that was one too many. */
  readonly broke: (peer: PeerId, reason: string) => void
  /** What it offered is not what it said, whoever brought it. */
  readonly offered: (peerId: string, reason: string) => void
}

export interface OpenRemotePeers extends RemotePeers {
  readonly close: () => void
}

/** Who is named, who is barred, and what was broken. */
interface Standing {
  readonly named: Pick<NamedPeers, 'has'>
  /** Removed or banned by the operator. */
  readonly barred: { readonly has: (peerId: string) => boolean }
  readonly faults: Faults
}

/** Listens to how connections come and go. Whoever opens it closes it, before the host. */
export function openRemotePeers(host: Host, { named, barred, faults }: Standing): OpenRemotePeers {
  const connected = connectedPeers(host)
  const addressOf = (peerId: string) => host.getConnections(peerIdFromString(peerId))[0]?.remoteAddr

  function placeOf(peerId: string): string {
    const address = addressOf(peerId)
    return address === undefined ? peerId : remoteShare(address)
  }

  return {
    self: host.peerId.toString(),
    isNamed: named.has,
    isConnected: connected.has,
    isBarred: (peerId) => barred.has(peerId) || faults.isBanned(peerId),
    shareOf: (peerId) => (named.has(peerId) ? NAMED : placeOf(peerId)),
    placeOf,
    reachOf(peerId) {
      const address = addressOf(peerId)
      return address && remoteReach(address)
    },
    broke(peer, reason) {
      if (faults.broke(peer.toString(), reason)) host.hangUp(peer).catch(() => undefined)
    },
    offered: faults.offered,
    close: connected.close,
  }
}

/** Asked for each of many statements: libp2p would parse a peer id each time. */
function connectedPeers(host: Host): {
  readonly has: (peerId: string) => boolean
  readonly close: () => void
} {
  const peers = new Set(host.getPeers().map(String))
  const onConnect = ({ detail }: CustomEvent<PeerId>): void => void peers.add(detail.toString())
  const onGone = ({ detail }: CustomEvent<PeerId>): void => void peers.delete(detail.toString())
  host.addEventListener('peer:connect', onConnect)
  host.addEventListener('peer:disconnect', onGone)
  return {
    has: (peerId) => peers.has(peerId),
    close() {
      host.removeEventListener('peer:connect', onConnect)
      host.removeEventListener('peer:disconnect', onGone)
    },
  }
}
