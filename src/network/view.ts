/* What the doors may ask of the network, put together when it is asked. */
import type { Connection } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { LRUCache } from 'lru-cache'
import type { OwnFeed, Replica } from '../feeds/format/feed.ts'
import type { FollowedFeed, FollowReason, NetworkView, PeerStatus } from '../contract/following.ts'
import { decodeOrigin, type Origin } from '../feeds/format/origin.ts'
import type { EvidenceBook } from './heads/evidence-book.ts'
import type { Faults } from './hosting/faults.ts'
import type { Followed, Refused } from './replication/followed.ts'
import { type AdviceParts, adviceOf } from './advice.ts'
import type { Neighbours } from './announcing/neighbours.ts'
import type { KnownPeer } from './hosting/peering.ts'
import type { Replication } from './replication/replication.ts'

export interface ViewParts extends AdviceParts {
  readonly neighbours: Neighbours
  readonly replication: Replication
  readonly evidence: EvidenceBook
  readonly faults: Faults
  readonly isReady: () => boolean
}

export function makeView(parts: ViewParts): NetworkView {
  const { host, settings, peering, neighbours, feeds: own } = parts

  function peers(): readonly PeerStatus[] {
    const named = peering.peers()
    const names = new Set(named.map(({ peerId }) => peerId))
    const others = host
      .getPeers()
      .map(String)
      .filter((peerId) => !names.has(peerId))
    const inGossip = new Set(host.services.pubsub.getPeers().map(String))
    return [
      ...named.map((peer) => peerStatus(parts, inGossip, peer)),
      ...others.map((peerId) =>
        peerStatus(parts, inGossip, { peerId, addresses: [], nextDialAt: null, failure: null }),
      ),
    ]
  }

  async function feeds(): Promise<readonly FollowedFeed[]> {
    const written = own.ownFeeds().map((feed) => ownStatus(parts, feed, 'own'))
    const former = own.formerFeeds().map((feed) => ownStatus(parts, feed, 'former'))
    return [
      ...(await Promise.all([...written, ...former])),
      ...parts.following.all().map((one) => replicaStatus(parts, one)),
      ...parts.following.refused().map((one) => refusedStatus(parts, one)),
    ]
  }

  return {
    addresses: () => host.getMultiaddrs().map(String),
    follow: settings.follow,
    readOnly: parts.readOnly,
    peers,
    onPeers: (listener) => {
      host.addEventListener('peer:connect', listener)
      host.addEventListener('peer:disconnect', listener)
      return () => {
        host.removeEventListener('peer:connect', listener)
        host.removeEventListener('peer:disconnect', listener)
      }
    },
    feeds,
    writableUrls: neighbours.writableUrls,
    ready: parts.isReady,
    advice: () => adviceOf(parts),
  }
}

function peerStatus(
  { host, neighbours, replication, faults }: ViewParts,
  inGossip: ReadonlySet<string>,
  peer: Pick<KnownPeer, 'peerId' | 'addresses' | 'nextDialAt' | 'failure'> & Partial<KnownPeer>,
): PeerStatus {
  const { peerId } = peer
  const connections = host.getConnections(peerIdFromString(peerId))
  const [connection] = connections
  const { sessions, received, sent } = replication.traffic(peerId)
  const hello = neighbours.of(peerId)?.hello
  return {
    peerId,
    addresses: addressesOf(peer.addresses, connections),
    configured: peer.removable !== undefined,
    removable: peer.removable ?? false,
    connected: connection !== undefined,
    direction: connection?.direction ?? null,
    connectedAt: connection?.timeline.open ?? null,
    gossip: inGossip.has(peerId),
    replicating: sessions > 0,
    publicUrl: hello?.publicUrl ?? null,
    readOnly: hello?.readOnly ?? null,
    nextDialAt: peer.nextDialAt,
    failure: peer.failure,
    faults: faults.count(peerId),
    received,
    sent,
  }
}

/** Those by which it is connected first. */
function addressesOf(
  named: readonly string[],
  connections: readonly Connection[],
): readonly string[] {
  const used = connections.map(({ remoteAddr, remotePeer }) => {
    const address = remoteAddr.toString()
    return address.includes('/p2p/') ? address : `${address}/p2p/${remotePeer.toString()}`
  })
  if (named.length === 0) return used
  return [...named].toSorted(
    (one, other) => Number(used.includes(other)) - Number(used.includes(one)),
  )
}

/** What was heard of a feed from others. */
function heard({ heads, evidence }: ViewParts, key: string, length: number) {
  return {
    known: Math.max(length, heads.longest(key)?.length ?? 0),
    heads: heads.of(key),
    evidence: evidence.of(key),
  }
}

/** A function of the block: nobody who asks how a feed is has its owner verified again. */
const origins = new LRUCache<string, Origin>({ max: 1024 })

async function originOf(block: Uint8Array, feed: string): Promise<Origin> {
  const name = `${feed} ${Buffer.from(block).toString('latin1')}`
  const origin = origins.get(name) ?? (await decodeOrigin(block, feed))
  origins.set(name, origin)
  return origin
}

async function ownStatus(
  parts: ViewParts,
  feed: OwnFeed | Replica,
  why: Extract<FollowReason, 'own' | 'former'>,
): Promise<FollowedFeed> {
  const block = await feed.readData(0)
  const origin = block === undefined ? undefined : await originOf(block, feed.key)
  const { key, collection, length, bytes } = feed
  return {
    key,
    collection,
    owner: origin?.peerId ?? parts.peerId,
    previous: origin?.previous ?? null,
    why,
    state: 'following',
    reason: null,
    length,
    downloaded: 'downloaded' in feed ? feed.downloaded : length,
    bytes,
    ...heard(parts, key, length),
  }
}

function replicaStatus(parts: ViewParts, one: Followed): FollowedFeed {
  const { row, origin, replica, why, state, reason } = one
  const { length, downloaded, bytes } = replica
  return {
    key: row.key,
    collection: origin.collection,
    owner: origin.peerId,
    previous: origin.previous ?? null,
    why,
    state,
    reason: reason ?? null,
    length,
    downloaded,
    bytes,
    ...heard(parts, row.key, length),
  }
}

function refusedStatus(parts: ViewParts, { offer, why, reason }: Refused): FollowedFeed {
  const { key, origin } = offer
  return {
    key,
    collection: origin.collection,
    owner: origin.peerId,
    previous: origin.previous ?? null,
    why,
    state: 'refused',
    reason,
    length: 0,
    downloaded: 0,
    bytes: 0,
    ...heard(parts, key, offer.head.length),
  }
}
