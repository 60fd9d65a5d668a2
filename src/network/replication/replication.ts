/* One session for each pair of peers, over which all feeds that both have open are copied, both ways. */
import SecretStream from '@hyperswarm/secret-stream'
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import { LRUCache } from 'lru-cache'
import type { Host } from '../hosting/host.ts'
import { streamDuplex } from './stream-duplex.ts'

export const REPLICATE = '/countersign/replicate/1'

/** A handshake that takes longer is given up, in milliseconds: garbage and silence hold memory. */
const OPEN_PATIENCE = 10_000
const MAX_SESSIONS = 2
/** Pauses before a session is opened again, in milliseconds: doubled each time. */
const FIRST_PAUSE = 1_000
const LONGEST_PAUSE = 60_000

export interface ReplicationParts {
  readonly host: Host
  /** Sends and takes blocks over it. */
  readonly replicate: (stream: SecretStream) => void
  /** The handshake failed, or there were too many sessions. */
  readonly onFault: (peer: PeerId, reason: string) => void
}

export interface Traffic {
  readonly sessions: number
  readonly received: number
  readonly sent: number
}

export interface Replication {
  /** @param peerId libp2p's base58 form */
  readonly traffic: (peerId: string) => Traffic
  readonly close: () => Promise<void>
}

interface Totals {
  readonly received: number
  readonly sent: number
}

interface Neighbour {
  readonly peerId: PeerId
  readonly sessions: Set<SecretStream>
  received: number
  sent: number
  pause: number
  timer?: NodeJS.Timeout | undefined
  isOpening: boolean
}

export async function openReplication(parts: ReplicationParts): Promise<Replication> {
  const { host } = parts
  const neighbours = new Map<string, Neighbour>()
  /** Of those that have gone: what an operator sees of one that comes again. */
  const gone = new LRUCache<string, Totals>({ max: 1_000 })
  let closed = false

  function neighbourOf(peerId: PeerId): Neighbour {
    const name = peerId.toString()
    const there = neighbours.get(name)
    if (there !== undefined) return there
    const sessions = new Set<SecretStream>()
    const { received, sent } = gone.get(name) ?? { received: 0, sent: 0 }
    const made = { peerId, sessions, received, sent, pause: FIRST_PAUSE, isOpening: false }
    neighbours.set(name, made)
    return made
  }

  function attach(neighbour: Neighbour, stream: Stream, isInitiator: boolean): void {
    if (closed || neighbour.sessions.size >= MAX_SESSIONS) {
      stream.abort(new Error('there are sessions enough'))
      if (!closed) parts.onFault(neighbour.peerId, 'opened too many replication sessions')
      return
    }
    const raw = streamDuplex(stream)
    raw.on('error', () => undefined)
    const session = new SecretStream(isInitiator, raw)
    session.on('error', () => undefined)
    neighbour.sessions.add(session)
    const patience = setTimeout(() => {
      parts.onFault(neighbour.peerId, 'did not finish the handshake of replication')
      session.destroy()
    }, OPEN_PATIENCE)
    session.once('open', () => {
      clearTimeout(patience)
      neighbour.pause = FIRST_PAUSE
    })
    session.once('close', () => {
      clearTimeout(patience)
      neighbour.sessions.delete(session)
      neighbour.received += session.rawBytesRead
      neighbour.sent += session.rawBytesWritten
      if (host.getConnections(neighbour.peerId).length === 0) forget(neighbour)
      else if (isInitiator) openLater(neighbour)
    })
    parts.replicate(session)
  }

  function forget(neighbour: Neighbour): void {
    const { peerId, sessions, received, sent } = neighbour
    if (sessions.size > 0) return
    clearTimeout(neighbour.timer)
    neighbours.delete(peerId.toString())
    gone.set(peerId.toString(), { received, sent })
  }

  /** Of two peers the lower opens: else both would, at once. */
  const isOurs = (peerId: PeerId): boolean => host.peerId.toString() < peerId.toString()

  async function openSession(neighbour: Neighbour): Promise<void> {
    const { peerId } = neighbour
    if (closed || neighbour.isOpening || neighbour.sessions.size > 0) return
    const [connection] = host.getConnections(peerId)
    if (connection === undefined) return
    neighbour.isOpening = true
    try {
      const stream = await connection.newStream(REPLICATE, {
        signal: AbortSignal.timeout(OPEN_PATIENCE),
      })
      attach(neighbour, stream, true)
    } catch {
      openLater(neighbour)
    } finally {
      neighbour.isOpening = false
    }
  }

  function openLater(neighbour: Neighbour): void {
    if (closed || neighbour.timer !== undefined) return
    neighbour.timer = setTimeout(() => {
      neighbour.timer = undefined
      void openSession(neighbour)
    }, neighbour.pause)
    neighbour.timer.unref()
    neighbour.pause = Math.min(LONGEST_PAUSE, neighbour.pause * 2)
  }

  await host.handle(
    REPLICATE,
    (stream: Stream, connection: Connection) => {
      attach(neighbourOf(connection.remotePeer), stream, false)
    },
    { maxInboundStreams: MAX_SESSIONS + 1 },
  )
  const topology = await host.register(REPLICATE, {
    onConnect: (peerId) => {
      const neighbour = neighbourOf(peerId)
      neighbour.pause = FIRST_PAUSE
      if (isOurs(peerId)) void openSession(neighbour)
    },
    onDisconnect: (peerId) => {
      const neighbour = neighbours.get(peerId.toString())
      if (neighbour !== undefined) forget(neighbour)
    },
  })

  return {
    traffic(peerId) {
      const neighbour = neighbours.get(peerId)
      const before: Totals | undefined = neighbour ?? gone.get(peerId)
      const open = [...(neighbour?.sessions ?? [])]
      return {
        sessions: open.length,
        received: open.reduce((sum, one) => sum + one.rawBytesRead, before?.received ?? 0),
        sent: open.reduce((sum, one) => sum + one.rawBytesWritten, before?.sent ?? 0),
      }
    },
    async close() {
      closed = true
      host.unregister(topology)
      await host.unhandle(REPLICATE)
      const open = [...neighbours.values()].flatMap((neighbour) => {
        clearTimeout(neighbour.timer)
        return [...neighbour.sessions]
      })
      await Promise.all(
        open.map(
          (session) =>
            new Promise<void>((resolve) => {
              session.once('close', resolve)
              session.destroy()
            }),
        ),
      )
    },
  }
}
