/* What other rooms ask of a peer, and tell of it: whether the operator names it, whose share it takes, what it broke. */
import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { Faults } from './faults.ts'
import type { Host } from './host.ts'
import type { NamedPeers } from './named-peers.ts'
import { NAMED, remoteShare } from './remote-share.ts'

/** By their ids in libp2p's base58 form. */
export interface RemotePeers {
  /** Does the operator name it? */
  readonly isNamed: (peerId: string) => boolean
  /** {@link NAMED} if the operator names it; else by the address where it is, or, when it has gone, by its name. */
  readonly shareOf: (peerId: string) => string
  /** It broke a protocol: its connections end when that was one too many. */
  readonly broke: (peer: PeerId, reason: string) => void
  /** What it offered is not what it said, whoever brought it. */
  readonly offered: (peerId: string, reason: string) => void
}

export function remotePeers(
  host: Host,
  named: Pick<NamedPeers, 'has'>,
  faults: Faults,
): RemotePeers {
  return {
    isNamed: named.has,
    shareOf(peerId) {
      if (named.has(peerId)) return NAMED
      const [connection] = host.getConnections(peerIdFromString(peerId))
      return connection === undefined ? peerId : remoteShare(connection.remoteAddr)
    },
    broke(peer, reason) {
      if (faults.broke(peer.toString(), reason)) host.hangUp(peer).catch(() => undefined)
    },
    offered: faults.offered,
  }
}
