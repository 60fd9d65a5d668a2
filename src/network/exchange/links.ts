/* The connections that count, as the host has them, and how they come and go. */
import type { Connection, PeerId } from '@libp2p/interface'
import type { Host } from '../hosting/host.ts'
import type { Choice } from './candidate-pool.ts'
import type { Link } from './choose-peers.ts'

/** A connection that ends sooner was refused, in milliseconds. */
const SHORT = 10_000

/**
 * Those with named peers, and those that this node dialled.
 * @param chosen how peers were chosen that are connected because of that; whom mDNS found was not
 */
export function linksOf(
  host: Host,
  isNamed: (peerId: string) => boolean,
  chosen: ReadonlyMap<string, Choice>,
): readonly Link[] {
  const found = new Map<string, Link>()
  for (const { remotePeer, direction } of host.getConnections()) {
    const peerId = remotePeer.toString()
    if (isNamed(peerId)) found.set(peerId, { peerId, choice: 'named' })
    else if (direction === 'outbound')
      found.set(peerId, { peerId, choice: chosen.get(peerId) ?? 'worth' })
  }
  return [...found.values()]
}

/** Each with a peer id. */
interface LinkListener {
  /** A connection that this node dialled ended at once. */
  readonly onRefused: (peerId: string) => void
  /** One ended that had been there for a while. */
  readonly onKept: (peerId: string) => void
  /** It is connected now, whoever dialled. */
  readonly onMet: (peerId: string) => void
  /** It is not connected any more. */
  readonly onGone: (peerId: string) => void
}

/** Tells how connections come and go, until the answer is called. */
export function listen(host: Host, listener: LinkListener): () => void {
  const onClose = ({ detail }: CustomEvent<Connection>): void => {
    const { remotePeer, direction, timeline } = detail
    if (direction === 'inbound') return
    const wasShort = (timeline.close ?? Date.now()) - timeline.open < SHORT
    if (wasShort) listener.onRefused(remotePeer.toString())
    else listener.onKept(remotePeer.toString())
  }
  const onConnect = ({ detail }: CustomEvent<PeerId>): void => listener.onMet(detail.toString())
  const onDisconnect = ({ detail }: CustomEvent<PeerId>): void => listener.onGone(detail.toString())
  host.addEventListener('connection:close', onClose)
  host.addEventListener('peer:connect', onConnect)
  host.addEventListener('peer:disconnect', onDisconnect)
  return () => {
    host.removeEventListener('connection:close', onClose)
    host.removeEventListener('peer:connect', onConnect)
    host.removeEventListener('peer:disconnect', onDisconnect)
  }
}
