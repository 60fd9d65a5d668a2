/* What becomes of a peer that breaks a protocol: it is counted, and one too many keeps it out for a while. */
import type { PeerId } from '@libp2p/interface'
import type { Logger } from '../../base/logger.ts'
import type { Faults } from './faults.ts'
import type { Host } from './host.ts'

export interface PeerFaults {
  /** On a connection to it, which ends when that was one too many. */
  readonly broke: (peer: PeerId, reason: string) => void
  /** What it offered is not what it said, whoever brought it. @param peerId libp2p's base58 form */
  readonly offered: (peerId: string, reason: string) => void
}

export function makePeerFaults(faults: Faults, host: Host, logger: Logger): PeerFaults {
  return {
    broke(peer, reason) {
      logger.debug({ peer: peer.toString(), reason }, 'a peer broke a protocol')
      if (!faults.note(peer.toString())) return
      logger.warn({ peer: peer.toString() }, 'a peer broke protocols too often and stays out')
      host.hangUp(peer).catch(() => undefined)
    },
    offered(peerId, reason) {
      logger.debug({ peer: peerId, reason }, 'a peer offered what it has not')
      faults.note(peerId)
    },
  }
}
