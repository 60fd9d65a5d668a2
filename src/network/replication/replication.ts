/* One session for each pair of peers, over which all feeds that both have open are copied, both ways. */
import type { Connection, PeerId, Stream } from '@libp2p/interface'
import type { FeedStore } from '../../feeds/store/feed-store.ts'
import type { Host } from '../hosting/host.ts'
import type { RemotePeers } from '../hosting/remote-peers.ts'
import { boundFrames } from './bounded-frames.ts'
import { closeSession, OPEN_PATIENCE, openSession } from './session.ts'
import {
  FIRST_PAUSE,
  makeSessionBook,
  type PeerSessions,
  type SessionBook,
} from './session-book.ts'

const REPLICATE = '/countersign/replicate/1'

const MAX_SESSIONS = 2
/** Pauses before a session is opened again are doubled each time, up to this, in milliseconds. */
const LONGEST_PAUSE = 60_000

export interface Replication extends Pick<SessionBook, 'traffic' | 'peerOf'> {
  readonly close: () => Promise<void>
}

/** Takes and opens sessions from now on, until it is closed, which ends them all. It does not close the store. */
export async function openReplication(
  host: Host,
  store: Pick<FeedStore, 'replicate'>,
  peers: RemotePeers,
): Promise<Replication> {
  const book = makeSessionBook()
  let closed = false

  function attach(peer: PeerSessions, stream: Stream, isInitiator: boolean): void {
    const { peerId, sessions } = peer
    if (closed || sessions.size >= MAX_SESSIONS) {
      stream.abort(new Error('there are sessions enough'))
      if (!closed) peers.broke(peerId, 'opened too many replication sessions')
      return
    }
    const session = openSession(stream, isInitiator, {
      onOpen: () => (peer.pause = FIRST_PAUSE),
      onLate: () => peers.broke(peerId, 'did not finish the handshake of replication'),
      onClose: () => {
        book.closed(peer, session)
        if (host.getConnections(peerId).length === 0) book.gone(peerId)
        else if (isInitiator) openLater(peer)
      },
    })
    book.began(peer, session)
    store.replicate(session)
    boundFrames(session, () =>
      peers.broke(peerId, 'sent too many messages in one frame of replication'),
    )
  }

  async function open(peer: PeerSessions): Promise<void> {
    if (closed || peer.isOpening || peer.sessions.size > 0) return
    const [connection] = host.getConnections(peer.peerId)
    if (connection === undefined) return
    peer.isOpening = true
    try {
      const signal = AbortSignal.timeout(OPEN_PATIENCE)
      attach(peer, await connection.newStream(REPLICATE, { signal }), true)
    } catch {
      openLater(peer)
    } finally {
      peer.isOpening = false
    }
  }

  function openLater(peer: PeerSessions): void {
    if (closed || peer.timer !== undefined) return
    peer.timer = setTimeout(() => {
      peer.timer = undefined
      void open(peer)
    }, peer.pause)
    peer.timer.unref()
    peer.pause = Math.min(LONGEST_PAUSE, peer.pause * 2)
  }

  const onStream = (stream: Stream, { remotePeer }: Connection): void =>
    attach(book.of(remotePeer), stream, false)
  await host.handle(REPLICATE, onStream, { maxInboundStreams: MAX_SESSIONS + 1 })
  const topology = await host.register(REPLICATE, {
    onConnect: (peerId) => {
      const peer = book.of(peerId)
      peer.pause = FIRST_PAUSE
      if (isOurs(host, peerId)) void open(peer)
    },
    onDisconnect: book.gone,
  })

  return {
    traffic: book.traffic,
    peerOf: book.peerOf,
    async close() {
      closed = true
      host.unregister(topology)
      await host.unhandle(REPLICATE)
      const all = book.all()
      for (const { timer } of all) clearTimeout(timer)
      await Promise.all(all.flatMap((one) => [...one.sessions]).map(closeSession))
    },
  }
}

const isOurs = (host: Host, peerId: PeerId): boolean =>
  opens(host.peerId.toString(), peerId.toString())

/** Of two peers the lower opens: else both would, at once. By libp2p's base58 forms. */
export const opens = (own: string, other: string): boolean => own < other
