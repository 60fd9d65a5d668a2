/* What peers say that they have of the feeds here, and what this node says: opened, started and closed as one. */
import type { PeerId } from '@libp2p/interface'
import type { Feed } from '../feeds/format/feed.ts'
import { makeOwnHaves } from './announcing/own-haves.ts'
import { type Haves, openHaves } from './heads/haves.ts'
import type { Host } from './hosting/host.ts'
import type { RemotePeers } from './hosting/remote-peers.ts'
import type { NetworkParts } from './network-parts.ts'
import type { LocalFeeds } from './replication/local-feeds.ts'

export interface NodeHaves extends Haves {
  /** This node says from now on what it has. */
  readonly start: () => void
}

interface Opened {
  readonly host: Host
  readonly peers: RemotePeers
  readonly local: LocalFeeds
  readonly onError: (error: unknown) => void
}

/**
 * What this node and its peers say that they have: as it is on the disk, and from now on. The network closes it.
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openNodeHaves(node: NetworkParts, opened: Opened): Promise<NodeHaves> {
  const { feeds, identity, state, store } = node
  const { host, peers, local, onError } = opened
  const { replicas } = local
  const { peerId, privateKey } = identity
  const connected = connectedPeers(host)
  const haves = await openHaves({
    state,
    onError,
    peerId,
    isHere: local.has,
    ownerOf: (feed) =>
      replicas.byKey.get(feed)?.origin.peerId ?? (local.isOwn(feed) ? peerId : undefined),
    tellers: {
      isNamed: peers.isNamed,
      isConnected: connected.has,
      shareOf: peers.shareOf,
    },
    now: Date.now,
  })
  const own = makeOwnHaves({
    haves,
    feeds: (): readonly Feed[] => [
      ...feeds.ownFeeds(),
      ...feeds.formerFeeds(),
      ...[...replicas.byKey.values()].map(({ replica }) => replica),
    ],
    signer: { peerId, sign: async (bytes) => privateKey.sign(bytes) },
    flush: () => store.flush(),
    every: node.sayHavesEvery,
    onError,
    now: Date.now,
  })
  return {
    ...haves,
    start: own.start,
    async close() {
      connected.close()
      await own.close()
      await haves.close()
    },
  }
}

/** Asked for each of many statements: libp2p would parse a peer id each time. */
function connectedPeers(host: Host): {
  readonly has: (peerId: string) => boolean
  readonly close: () => void
} {
  const peers = new Set(host.getPeers().map(String))
  const onConnect = ({ detail }: CustomEvent<PeerId>): void => void peers.add(detail.toString())
  const onGone = ({ detail }: CustomEvent<PeerId>): void => void peers.delete(detail.toString())
  host.addEventListener('peer:connect', onConnect)
  host.addEventListener('peer:disconnect', onGone)
  return {
    has: (peerId) => peers.has(peerId),
    close() {
      host.removeEventListener('peer:connect', onConnect)
      host.removeEventListener('peer:disconnect', onGone)
    },
  }
}
