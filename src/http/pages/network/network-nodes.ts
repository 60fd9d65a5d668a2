/* The nodes that a picture of the network has, in the order in which they stand in it. */
import type { KnownFeed, NetworkAnswer } from '../../../contract/network-answer.ts'
import type { PeerStatus } from '../../../contract/peer-status.ts'

/**
 * `this` answers; `connected` and `away` are peers, the latter configured and not connected; `apart` is no peer: it is
 * known by a feed that it wrote.
 */
export type NodeKind = 'this' | 'connected' | 'away' | 'apart'

export interface KnownNode {
  readonly peerId: string
  readonly kind: NodeKind
  /** As it says itself; `null` if it has not. */
  readonly readOnly: boolean | null
  /** Has one of its feeds told two stories? */
  readonly isDouble: boolean
  /** Only of peers. */
  readonly peer: PeerStatus | undefined
}

/** This node first, then peers: configured ones, those who hold most, then writers of feeds who are no peers. */
export function nodesOf({ node, peers, feeds }: NetworkAnswer): readonly KnownNode[] {
  const doubles = new Set(feeds.filter(isRefuted).map(({ owner }) => owner))
  const holding = new Map<string, number>()
  for (const { heads } of feeds)
    for (const { peerId } of heads) holding.set(peerId, (holding.get(peerId) ?? 0) + 1)
  const known = (peerId: string, kind: NodeKind, peer?: PeerStatus): KnownNode => ({
    peerId,
    kind,
    readOnly: kind === 'this' ? node.readOnly : (peer?.readOnly ?? null),
    isDouble: doubles.has(peerId),
    peer,
  })
  const here = peers.toSorted(
    (one, other) =>
      Number(other.configured) - Number(one.configured) ||
      Number(other.connected) - Number(one.connected) ||
      (holding.get(other.peerId) ?? 0) - (holding.get(one.peerId) ?? 0) ||
      (one.peerId < other.peerId ? -1 : 1),
  )
  const named = new Set([node.peerId, ...here.map(({ peerId }) => peerId)])
  const writers = new Set(feeds.flatMap(({ owner }) => owner ?? []))
  return [
    known(node.peerId, 'this'),
    ...here.map((peer) => known(peer.peerId, peer.connected ? 'connected' : 'away', peer)),
    ...[...writers].filter((peerId) => !named.has(peerId)).map((peerId) => known(peerId, 'apart')),
  ]
}

export const isRefuted = ({ evidence }: KnownFeed): boolean => evidence.length > 0
