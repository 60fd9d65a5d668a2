/* What peers say that they have of the feeds here, and what this node says: opened, started and closed as one. */
import { makeOwnHaves } from './announcing/own-haves.ts'
import { type Haves, openHaves } from './heads/haves.ts'
import type { RemotePeers } from './hosting/remote-peers.ts'
import type { NetworkParts } from './network-parts.ts'
import type { LocalFeeds } from './replication/local-feeds.ts'

export interface NodeHaves extends Haves {
  /** This node says from now on what it has. */
  readonly start: () => void
}

interface Opened {
  readonly peers: RemotePeers
  readonly local: LocalFeeds
  readonly onError: (error: unknown) => void
}

/**
 * What this node and its peers say that they have: as it is on the disk, and from now on. The network closes it.
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openNodeHaves(node: NetworkParts, opened: Opened): Promise<NodeHaves> {
  const { identity, state, store } = node
  const { peers, local, onError } = opened
  const { peerId, privateKey } = identity
  const haves = await openHaves(state, { feeds: local, peers }, { now: Date.now, onError })
  const own = makeOwnHaves({
    haves,
    feeds: local.all,
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
      await own.close()
      await haves.close()
    },
  }
}
