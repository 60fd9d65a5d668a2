/* The sessions with each peer, and what was copied over them, also over those of before it went and came again. */
import type SecretStream from '@hyperswarm/secret-stream'
import type { PeerId } from '@libp2p/interface'
import { LRUCache } from 'lru-cache'

export interface Traffic {
  readonly sessions: number
  /** Bytes. */
  readonly received: number
  readonly sent: number
}

/** The sessions with one peer that is connected, and when the next is opened. */
export interface PeerSessions {
  readonly peerId: PeerId
  readonly sessions: Set<SecretStream>
  /** Before the next one, in milliseconds. */
  pause: number
  timer: NodeJS.Timeout | undefined
  isOpening: boolean
  /** Over those that are closed. */
  received: number
  sent: number
}

export interface SessionBook {
  readonly of: (peerId: PeerId) => PeerSessions
  /** It has gone: where no session is open any more, only what was copied is remembered. */
  readonly gone: (peerId: PeerId) => void
  /** A session with it has closed. */
  readonly closed: (peer: PeerSessions, session: SecretStream) => void
  /** @param peerId libp2p's base58 form */
  readonly traffic: (peerId: string) => Traffic
  readonly all: () => readonly PeerSessions[]
  /** A session with it has begun. */
  readonly began: (peer: PeerSessions, session: SecretStream) => void
  /** Whose session it is. */
  readonly peerOf: (session: object) => PeerId | undefined
}

/** The shortest pause before a session is opened again, in milliseconds. */
export const FIRST_PAUSE = 1_000
/** Of those that have gone: what an operator sees of one that comes again. */
const REMEMBERED = 1_000

/** An empty book. Of peers that have gone it remembers only what was copied, of a bounded number. */
export function makeSessionBook(): SessionBook {
  const connected = new Map<string, PeerSessions>()
  const peerIds = new WeakMap<object, PeerId>()
  const gone = new LRUCache<string, Pick<Traffic, 'received' | 'sent'>>({ max: REMEMBERED })
  return {
    of(peerId) {
      const name = peerId.toString()
      const there = connected.get(name)
      if (there !== undefined) return there
      const { received, sent } = gone.get(name) ?? { received: 0, sent: 0 }
      const made = {
        peerId,
        sessions: new Set<SecretStream>(),
        pause: FIRST_PAUSE,
        timer: undefined,
        isOpening: false,
        received,
        sent,
      }
      connected.set(name, made)
      return made
    },
    gone(peerId) {
      const name = peerId.toString()
      const there = connected.get(name)
      if (there === undefined || there.sessions.size > 0) return
      clearTimeout(there.timer)
      connected.delete(name)
      gone.set(name, { received: there.received, sent: there.sent })
    },
    closed(peer, session) {
      peer.sessions.delete(session)
      peer.received += session.rawBytesRead
      peer.sent += session.rawBytesWritten
    },
    traffic(peerId) {
      const there = connected.get(peerId)
      const before = there ?? gone.get(peerId)
      const open = [...(there?.sessions ?? [])]
      return {
        sessions: open.length,
        received: open.reduce((sum, one) => sum + one.rawBytesRead, before?.received ?? 0),
        sent: open.reduce((sum, one) => sum + one.rawBytesWritten, before?.sent ?? 0),
      }
    },
    all: () => [...connected.values()],
    began(peer, session) {
      peer.sessions.add(session)
      peerIds.set(session, peer.peerId)
    },
    peerOf: (session) => peerIds.get(session),
  }
}
