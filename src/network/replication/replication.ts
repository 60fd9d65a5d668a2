/* One session for each pair of peers, over which all feeds that both have open are copied, both ways. */
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import type { FeedStore } from '../../feeds/store/feed-store.ts'
import type { PeerFaults } from '../hosting/peer-faults.ts'
import type { Host } from '../hosting/host.ts'
import { closeSession, OPEN_PATIENCE, openSession } from './session.ts'
import { FIRST_PAUSE, makeSessionBook, type Neighbour, type SessionBook } from './session-book.ts'

export const REPLICATE = '/countersign/replicate/1'

const MAX_SESSIONS = 2
/** Pauses before a session is opened again are doubled each time, up to this, in milliseconds. */
const LONGEST_PAUSE = 60_000

export interface ReplicationParts {
  readonly host: Host
  readonly store: Pick<FeedStore, 'replicate'>
  readonly blame: PeerFaults
}

export interface Replication extends Pick<SessionBook, 'traffic'> {
  readonly close: () => Promise<void>
}

export async function openReplication({
  host,
  store,
  blame,
}: ReplicationParts): Promise<Replication> {
  const book = makeSessionBook()
  let closed = false

  function attach(neighbour: Neighbour, stream: Stream, isInitiator: boolean): void {
    const { peerId, sessions } = neighbour
    if (closed || sessions.size >= MAX_SESSIONS) {
      stream.abort(new Error('there are sessions enough'))
      if (!closed) blame.broke(peerId, 'opened too many replication sessions')
      return
    }
    const session = openSession(stream, isInitiator, {
      onOpen: () => (neighbour.pause = FIRST_PAUSE),
      onLate: () => blame.broke(peerId, 'did not finish the handshake of replication'),
      onClose: () => {
        book.closed(neighbour, session)
        if (host.getConnections(peerId).length === 0) book.gone(peerId)
        else if (isInitiator) openLater(neighbour)
      },
    })
    sessions.add(session)
    store.replicate(session)
  }

  async function open(neighbour: Neighbour): Promise<void> {
    if (closed || neighbour.isOpening || neighbour.sessions.size > 0) return
    const [connection] = host.getConnections(neighbour.peerId)
    if (connection === undefined) return
    neighbour.isOpening = true
    try {
      const signal = AbortSignal.timeout(OPEN_PATIENCE)
      attach(neighbour, await connection.newStream(REPLICATE, { signal }), true)
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
      void open(neighbour)
    }, neighbour.pause)
    neighbour.timer.unref()
    neighbour.pause = Math.min(LONGEST_PAUSE, neighbour.pause * 2)
  }

  const onStream = (stream: Stream, { remotePeer }: Connection): void =>
    attach(book.of(remotePeer), stream, false)
  await host.handle(REPLICATE, onStream, { maxInboundStreams: MAX_SESSIONS + 1 })
  const topology = await host.register(REPLICATE, {
    onConnect: (peerId) => {
      const neighbour = book.of(peerId)
      neighbour.pause = FIRST_PAUSE
      if (isOurs(host, peerId)) void open(neighbour)
    },
    onDisconnect: book.gone,
  })

  return {
    traffic: book.traffic,
    async close() {
      closed = true
      host.unregister(topology)
      await host.unhandle(REPLICATE)
      const neighbours = book.all()
      for (const { timer } of neighbours) clearTimeout(timer)
      await Promise.all(neighbours.flatMap((one) => [...one.sessions]).map(closeSession))
    },
  }
}

/** Of two peers the lower opens: else both would, at once. */
const isOurs = (host: Host, peerId: PeerId): boolean => host.peerId.toString() < peerId.toString()
