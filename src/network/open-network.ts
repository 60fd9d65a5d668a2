/* Joins the rooms of this folder to one network: heads and offers come in by gossip and catalog, blocks by replication. */
import type { PeerId } from '@libp2p/interface'
import type { OwnFeed } from '../feeds/format/feed.ts'
import type { NetworkView, PeerBook } from '../contract/following.ts'
import { openAnnouncer } from './announcing/announcer.ts'
import { topicOf } from './frames/announcement.ts'
import { openCatalog } from './announcing/catalog.ts'
import { dialDiscovered } from './hosting/discovery.ts'
import { openEvidenceBook } from './heads/evidence-book.ts'
import { makeFaults } from './hosting/faults.ts'
import { openFollowing } from './replication/following.ts'
import { makeHearing } from './announcing/hearing.ts'
import { openHeads } from './heads/kept-heads.ts'
import { makeHost, shareOfPeer, startHost } from './hosting/host.ts'
import { listen } from './announcing/listener.ts'
import { makeNeighbours } from './announcing/neighbours.ts'
import type { NetworkParts } from './network-parts.ts'
import { knownOrigins } from './frames/offer.ts'
import { openPeering } from './hosting/peering.ts'
import { NAMED } from './replication/quotas.ts'
import { makeReadiness } from './readiness.ts'
import { openReplication } from './replication/replication.ts'
import { makeView } from './view.ts'

export interface Network {
  readonly view: NetworkView
  readonly book: PeerBook
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
    isConfigured: (peer: string): boolean => peering.isConfigured(peer),
    isConfiguredAddress: (share: string): boolean => peering.isConfiguredAddress(share),
    mostStrangers: parts.mostStrangers,
    dialFrom: parts.dialFrom,
  }
  const host = await makeHost(hostSettings)
  const onFault = (peer: PeerId, reason: string): void => {
    logger.debug({ peer: peer.toString(), reason }, 'a peer broke a protocol')
    if (!faults.note(peer.toString())) return
    logger.warn({ peer: peer.toString() }, 'a peer broke protocols too often and stays out')
    host.hangUp(peer).catch(() => undefined)
  }

  const isHere = (key: string): boolean => isOwn(key) || following.get(key) !== undefined
  const heads = await openHeads(state, isHere, onError)
  const evidence = await openEvidenceBook({
    state,
    peerId,
    isHere,
    onFound: (feed, { kind }) => {
      logger.warn({ feed, kind }, 'the writer of a feed has told two stories')
      parts.onEvidence?.(feed, kind)
      following.reconsider()
      catalog.changed()
      hearing.refuted(feed).catch(onError)
    },
  })
  for (const feed of evidence.feeds())
    for (const { kind } of evidence.of(feed)) parts.onEvidence?.(feed, kind)
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
    shareOf: (peer) => (peering.isConfigured(peer) ? NAMED : shareOfPeer(host, peer)),
    addReplica: parts.addReplica,
    rubbish: parts.rubbish,
    seconded: parts.seconded,
    ownKeys: () => parts.ownFeeds().map(({ key }) => key),
    reconsiderEvery: parts.reconsiderEvery,
    diskFault: () => parts.disk?.fault()?.reason,
    onConflict: ({ replica, row }, head) => {
      evidence.compare(replica, row.publicKey, head).catch(onError)
    },
    onGrown: ({ replica }) => {
      catalog.grown()
      hearing.grown(replica)
    },
    onChanged: () => catalog.changed(),
    onFault: (via, reason) => {
      logger.debug({ peer: via, reason }, 'a peer offered what it has not')
      faults.note(via)
    },
    onError,
    now: Date.now,
  })

  function onError(error: unknown): void {
    logger.error({ err: error }, 'the network cannot keep what it hears')
  }

  const hearing = makeHearing({
    heads,
    evidence,
    following,
    neighbours,
    ownFeeds: parts.ownFeeds,
    formerFeeds: parts.formerFeeds,
    onLost: renew,
    onError,
  })

  /** Never writes a feed again that somebody has more of. */
  async function renew(old: OwnFeed, confirmed: number): Promise<void> {
    const feed = await parts.renew(old, confirmed)
    if (feed === undefined) return
    logger.warn(
      { old: old.key, feed: feed.key },
      'others have more of an own feed: another takes its place',
    )
    announcer.remove(old.key)
    addOwnFeed(feed)
    followFormer()
    catalog.changed()
  }

  const mayGrow = (): boolean => parts.disk?.fault() === undefined

  /** What others have of a feed that this node wrote once, and has lost, comes back. */
  function followFormer(): void {
    for (const feed of parts.formerFeeds()) if (!evidence.has(feed.key)) feed.follow(mayGrow)
  }

  const catalog = await openCatalog({
    host,
    known,
    isConfigured: peering.isConfigured,
    hello: () => ({ publicUrl: parts.publicUrl, readOnly: parts.readOnly }),
    entries: hearing.entries,
    evidence: evidence.encoded,
    onFrame: hearing.onFrame,
    onTold: (peer) => neighbours.hasTold(peer.toString()),
    onGone: (peer) => neighbours.forget(peer.toString()),
    onFault,
  })
  const replication = await openReplication({
    host,
    replicate: (stream) => store.replicate(stream),
    onFault,
  })
  const discovery = dialDiscovered(host)
  await following.resume()
  // what was here before is asked for as soon as somebody calls this node ready
  let hasFollowed = parts.followed === undefined || parts.wasReady === true
  parts.followed?.().then(() => (hasFollowed = true), onError)
  await startHost(host, hostSettings)
  const listener = parts.withoutGossip
    ? undefined
    : listen({
        host,
        collections,
        known,
        hear: (offer, by) => hearing.hear(offer, { ...by, vouched: false }),
        onFault,
      })
  const announcer = openAnnouncer({ host, onFault: onError })
  const stops: (() => void)[] = []
  const addOwnFeed = (feed: OwnFeed): void => {
    if (parts.withoutGossip !== true) announcer.add(feed)
    stops.push(feed.onChanged(() => catalog.grown()))
  }
  for (const feed of parts.ownFeeds()) addOwnFeed(feed)
  followFormer()
  peering.start()
  if (parts.disk !== undefined)
    stops.push(
      parts.disk.onChanged(() => {
        following.reconsider()
        followFormer()
      }),
    )

  const readiness = makeReadiness({
    host,
    peering,
    neighbours,
    following,
    position: parts.position,
    wasReady: parts.wasReady,
    now: Date.now,
  })
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
    readiness: () => hasFollowed && readiness(),
  })
  return {
    view,
    book: { add: peering.add, remove: peering.remove },
    async close() {
      for (const stop of stops) stop()
      discovery.close()
      await peering.close()
      await announcer.close()
      listener?.close()
      await catalog.close()
      await following.close()
      await replication.close()
      await host.stop()
      await heads.close()
    },
  }
}
