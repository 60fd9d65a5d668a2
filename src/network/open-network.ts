/* Joins the rooms of this folder to one network: heads and offers come in by gossip and catalog, blocks by replication. */
import type { PeerId } from '@libp2p/interface'
import type { FeedStore } from '../feeds/feed-store.ts'
import type { Feed, OwnFeed } from '../feeds/feed.ts'
import type { NetworkView, PeerBook } from '../feeds/following.ts'
import type { Logger } from '../logger.ts'
import type { State } from '../state/database.ts'
import type { Identity } from '../state/identity.ts'
import { openAnnouncer } from './announcer.ts'
import { topicOf } from './announcement.ts'
import { openCatalog } from './catalog.ts'
import type { CatalogEntry, CatalogFrame } from './catalog-frame.ts'
import { openEvidenceBook } from './evidence-book.ts'
import { makeFaults } from './faults.ts'
import { openFollowing } from './following.ts'
import { keptHeads } from './kept-heads.ts'
import { makeHost, startHost } from './host.ts'
import { listen, type News } from './listener.ts'
import { makeNeighbours } from './neighbours.ts'
import type { NetworkSettings } from './network-settings.ts'
import { knownOrigins, type Offer } from './offer.ts'
import { openPeering } from './peering.ts'
import { makeReadiness } from './readiness.ts'
import { openReplication } from './replication.ts'
import { makeView } from './view.ts'

export interface NetworkParts {
  readonly settings: NetworkSettings
  readonly identity: Pick<Identity, 'privateKey' | 'peerId'>
  readonly store: FeedStore
  readonly state: State
  /** Added by `peers add`. */
  readonly keptPeers: {
    readonly list: () => Promise<readonly string[]>
    readonly add: (address: string) => Promise<void>
    readonly remove: (address: string) => Promise<void>
  }
  /** Dialects by the collections of this node. */
  readonly dialects: ReadonlyMap<string, string>
  readonly publicUrl: string | undefined
  readonly readOnly: boolean
  /** Feeds that this node writes, at this moment. */
  readonly ownFeeds: () => readonly OwnFeed[]
  /** Feeds that it wrote once. */
  readonly formerFeeds: () => readonly Feed[]
  /** Reads the feed into the indexes from now on. */
  readonly addReplica: (feed: Feed, dialect: string) => Promise<void>
  /** Blocks of a feed that this node withholds. */
  readonly withheld: (feed: string) => Promise<readonly number[]>
  /**
   * Somebody has a longer head of an own feed, so this node has lost what it wrote: it must never write there again.
   * @param confirmed length up to which others have what is here
   */
  readonly renew: (feed: OwnFeed, confirmed: number) => Promise<void>
  /** Only to be tried without: gossip is lossy. */
  readonly withoutGossip?: boolean | undefined
  readonly logger: Logger
}

export interface Network {
  readonly view: NetworkView
  readonly book: PeerBook
  /** An own feed was made while the network was open. */
  readonly addOwnFeed: (feed: OwnFeed) => void
  readonly close: () => Promise<void>
}

/** @throws ConfigError LISTEN_FAILED, SETTING_INVALID; StorageError DISK */
export async function openNetwork(parts: NetworkParts): Promise<Network> {
  const { settings, identity, store, state, logger } = parts
  const collections = [...parts.dialects.keys()]
  const known = knownOrigins()
  const faults = makeFaults(Date.now)
  const neighbours = makeNeighbours()
  const { peerId } = identity
  const isOwn = (key: string): boolean =>
    [...parts.ownFeeds(), ...parts.formerFeeds()].some((feed) => feed.key === key)

  const hostSettings = {
    privateKey: identity.privateKey,
    listen: settings.listen,
    anyPort: settings.anyPort,
    announce: settings.announce,
    mdns: settings.mdns,
    swarmKey: settings.swarmKey,
    topics: collections.map(topicOf),
    isBanned: (peer: PeerId) => faults.isBanned(peer.toString()),
  }
  const host = await makeHost(hostSettings)
  const onFault = (peer: PeerId, reason: string): void => {
    logger.debug({ peer: peer.toString(), reason }, 'a peer broke a protocol')
    if (!faults.note(peer.toString())) return
    logger.warn({ peer: peer.toString() }, 'a peer broke protocols too often and stays out')
    host.hangUp(peer).catch(() => undefined)
  }

  const heads = await keptHeads(state, onError)
  const evidence = await openEvidenceBook({
    state,
    peerId,
    onFound: () => {
      following.reconsider()
      catalog.changed()
    },
  })
  const peering = openPeering({
    host,
    configured: settings.peers,
    kept: await parts.keptPeers.list(),
    keep: parts.keptPeers.add,
    forget: parts.keptPeers.remove,
    onChanged: () => following.reconsider(),
  })
  const following = openFollowing({
    store,
    state,
    dialects: parts.dialects,
    follow: settings.follow,
    listed: new Set(settings.feeds),
    quotas: settings.quotas,
    isConfigured: peering.isConfigured,
    isOwn,
    withheld: parts.withheld,
    isFrozen: evidence.has,
    addReplica: parts.addReplica,
    onChanged: () => catalog.changed(),
    onFault: (via, reason) => {
      logger.debug({ peer: via, reason }, 'a peer offered what it has not')
      faults.note(via)
    },
    now: Date.now,
  })

  function onError(error: unknown): void {
    logger.error({ err: error }, 'the network cannot keep what it hears')
  }

  /** Every head that comes, by whatever way, comes through here, and is verified. */
  function hear(
    offer: Offer,
    by: { readonly via: string; readonly author: string; readonly vouched: boolean },
  ): News {
    const { key, publicKey, head } = offer
    if (head.fork > 0) {
      const isNews = !evidence.has(key)
      evidence.fork(publicKey, head).catch(onError)
      return isNews ? 'news' : 'old'
    }
    const own = parts.ownFeeds().find((feed) => feed.key === key)
    const verdict = heads.hear(key, head, by.author)
    if (own !== undefined) hearOwn(own, head.length).catch(onError)
    else following.offer(offer, by)
    const here = own ?? following.get(key)?.replica
    if (here !== undefined) evidence.compare(here, publicKey, head).catch(onError)
    if (verdict !== 'longest') return 'old'
    return here === undefined ? 'unknown-feed' : 'news'
  }

  async function hearOwn(own: OwnFeed, length: number): Promise<void> {
    if (length > own.length) await parts.renew(own, confirmedLength(own))
  }

  /** What others have of an own feed as it is here. */
  function confirmedLength(own: OwnFeed): number {
    return Math.max(
      0,
      ...heads
        .of(own.key)
        .filter(({ length }) => length <= own.length)
        .map(({ length }) => length),
    )
  }

  async function onFrame(peer: PeerId, frame: CatalogFrame): Promise<void> {
    const via = peer.toString()
    if (frame.kind === 'hello') neighbours.hello(via, frame.hello)
    if (frame.kind === 'evidence') await evidence.hear(frame.evidence, via)
    if (frame.kind !== 'offers') return
    for (const entry of frame.entries) {
      neighbours.holds(via, entry.key, entry.head.length)
      hear(entry, { via, author: via, vouched: entry.vouched })
    }
  }

  async function entries(): Promise<readonly CatalogEntry[]> {
    const own = [...parts.ownFeeds(), ...parts.formerFeeds()].map(async (feed) => {
      const originBlock = await feed.readData(0)
      if (feed.publicKey === undefined || originBlock === undefined) return []
      return [{ publicKey: feed.publicKey, head: await feed.head(), originBlock, vouched: true }]
    })
    const replicas = following.all().map(async ({ row, replica, why }) => {
      if (!replica.has(0)) return []
      const { publicKey, originBlock } = row
      return [{ publicKey, head: await replica.head(), originBlock, vouched: why !== 'stranger' }]
    })
    return (await Promise.all([...own, ...replicas])).flat()
  }

  const catalog = await openCatalog({
    host,
    known,
    hello: () => ({ publicUrl: parts.publicUrl, readOnly: parts.readOnly }),
    entries,
    evidence: evidence.encoded,
    onFrame,
    onTold: (peer) => neighbours.hasTold(peer.toString()),
    onFault,
  })
  const replication = await openReplication({
    host,
    replicate: (stream) => store.replicate(stream),
    onFault,
  })
  await following.resume()
  await startHost(host, hostSettings)
  const listener = parts.withoutGossip
    ? undefined
    : listen({
        host,
        collections,
        known,
        hear: (offer, by) => hear(offer, { ...by, vouched: false }),
        onFault,
      })
  const announcer = openAnnouncer({ host, onFault: onError })
  const stops: (() => void)[] = []
  const addOwnFeed = (feed: OwnFeed): void => {
    if (parts.withoutGossip !== true) announcer.add(feed)
    stops.push(feed.onChanged(() => catalog.changed()))
  }
  for (const feed of parts.ownFeeds()) addOwnFeed(feed)
  peering.start()

  const readiness = makeReadiness({ host, peering, neighbours, following, now: Date.now })
  const view = makeView({
    host,
    settings,
    readOnly: parts.readOnly,
    peerId,
    ownFeeds: parts.ownFeeds,
    formerFeeds: parts.formerFeeds,
    following,
    peering,
    neighbours,
    replication,
    heads,
    evidence,
    faults,
    readiness,
  })
  return {
    view,
    book: { add: peering.add, remove: peering.remove },
    addOwnFeed,
    async close() {
      for (const stop of stops) stop()
      await peering.close()
      await announcer.close()
      listener?.close()
      await catalog.close()
      await following.close()
      await replication.close()
      await host.stop()
      await evidence.idle()
    },
  }
}
