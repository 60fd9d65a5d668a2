/* The nodes that a picture of the network has, in the order in which they stand in it. */
import { hasEntries, isOwn } from '../../../contract/copies.ts'
import type { KnownFeed, NetworkAnswer } from '../../../contract/network-answer.ts'
import type { PeerStatus } from '../../../contract/peer-status.ts'

/**
 * `this` answers; `connected` and `away` are peers, the latter configured and not connected; `apart` is no peer: it is
 * known by what it wrote or said.
 */
export type NodeKind = 'this' | 'connected' | 'away' | 'apart'

/**
 * What a node has of the feeds that this node writes. `counts`: of each of them its copy counts; `part`: of some; `said`: it says
 * that it has some; `none`: nothing, as far as is known.
 */
export type OwnCopy = 'counts' | 'part' | 'said' | 'none'

export interface KnownNode {
  readonly peerId: string
  /** What it calls itself; anybody can take any name. */
  readonly name: string | null
  readonly kind: NodeKind
  /** As it says itself; `null` if it has not. */
  readonly readOnly: boolean | null
  /** Has one of its feeds told two stories? */
  readonly isDouble: boolean
  /** Only of peers. */
  readonly peer: PeerStatus | undefined
  /** When it said last what it has, by its own clock; `null` if it has not. */
  readonly saidAt: string | null
  readonly copy: OwnCopy
}

/**
 * This node first, then peers: connected ones that are configured, others that are connected, those that are not; then those
 * who are no peers. Among each of these who holds most stands first.
 */
export function nodesOf({ node, peers, feeds, nodes = [] }: NetworkAnswer): readonly KnownNode[] {
  const doubles = new Set(feeds.filter(isRefuted).map(({ owner }) => owner))
  const heard = new Map(nodes.map((one) => [one.peerId, one]))
  const copyOf = ownCopies(feeds)
  const known = (peerId: string, kind: NodeKind, peer?: PeerStatus): KnownNode => ({
    peerId,
    name: kind === 'this' ? node.name : (heard.get(peerId)?.name ?? peer?.name ?? null),
    kind,
    readOnly: kind === 'this' ? node.readOnly : (peer?.readOnly ?? null),
    isDouble: doubles.has(peerId),
    peer,
    saidAt: heard.get(peerId)?.saidAt ?? null,
    copy: copyOf(peerId),
  })
  const named = new Set([node.peerId, ...peers.map(({ peerId }) => peerId)])
  const others = new Set([
    ...feeds.flatMap(({ owner }) => owner ?? []),
    ...nodes.map(({ peerId }) => peerId),
  ])
  const holds = holdings(feeds)
  const rest = [
    ...peers.map((peer) => known(peer.peerId, peer.connected ? 'connected' : 'away', peer)),
    ...[...others].filter((peerId) => !named.has(peerId)).map((peerId) => known(peerId, 'apart')),
  ].toSorted(
    (one, other) =>
      placeOf(one) - placeOf(other) ||
      holds(other.peerId) - holds(one.peerId) ||
      (one.peerId < other.peerId ? -1 : 1),
  )
  return [known(node.peerId, 'this'), ...rest]
}

export const isRefuted = ({ evidence }: KnownFeed): boolean => evidence.length > 0

function placeOf({ kind, peer }: KnownNode): number {
  if (kind === 'apart') return 3
  if (kind === 'away') return 2
  return peer?.configured === true ? 0 : 1
}

/** Of how many feeds a node said that it has something. */
function holdings(feeds: readonly KnownFeed[]): (peerId: string) => number {
  const counts = new Map<string, number>()
  for (const { heads } of feeds)
    for (const { peerId } of heads) counts.set(peerId, (counts.get(peerId) ?? 0) + 1)
  return (peerId) => counts.get(peerId) ?? 0
}

function ownCopies(feeds: readonly KnownFeed[]): (peerId: string) => OwnCopy {
  const own = feeds
    .filter((feed) => isOwn(feed) && hasEntries(feed))
    .map(({ copies, heads }) => ({
      counting: new Set(copies?.peers),
      saying: new Set(heads.filter(hasEntries).map(({ peerId }) => peerId)),
    }))
  return (peerId) => {
    const counted = own.filter(({ counting }) => counting.has(peerId)).length
    if (counted > 0) return counted === own.length ? 'counts' : 'part'
    return own.some(({ saying }) => saying.has(peerId)) ? 'said' : 'none'
  }
}
