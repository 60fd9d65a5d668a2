/*
 * Joins the rooms of this folder to one network: heads and offers come in by gossip and catalog, blocks by replication.
 * It is opened part by part, then started, then shown to the doors, and closed in the reverse order.
 */
import type { NetworkView, PeerBook } from '../contract/following.ts'
import { openAnnouncer } from './announcing/announcer.ts'
import { openCatalog } from './announcing/catalog.ts'
import { openCatalogReader } from './announcing/catalog-reader.ts'
import { contentsOf } from './announcing/contents.ts'
import { makeHeadIntake } from './announcing/head-intake.ts'
import { makeListener } from './announcing/listener.ts'
import { makeNeighbours } from './announcing/neighbours.ts'
import { makeOwnFeeds } from './announcing/own-feeds.ts'
import { topicOf } from './frames/announcement.ts'
import { knownOrigins } from './frames/offer.ts'
import { openEvidenceBook } from './heads/evidence-book.ts'
import { openHeads } from './heads/stored-heads.ts'
import { makePeerFaults } from './hosting/peer-faults.ts'
import { dialDiscovered } from './hosting/discovery.ts'
import { makeFaults } from './hosting/faults.ts'
import { makeHost, shareOfPeer, startHost } from './hosting/host.ts'
import { openNamedPeers } from './hosting/named-peers.ts'
import { openPeering } from './hosting/peering.ts'
import type { NetworkParts } from './network-parts.ts'
import { makeReadiness } from './readiness.ts'
import { feedsHere } from './replication/feeds-here.ts'
import { followPolicy } from './replication/follow-policy.ts'
import { openFollowing } from './replication/following.ts'
import { NAMED } from './replication/quotas.ts'
import { openReplication } from './replication/replication.ts'
import { makeReplicas } from './replication/replicas.ts'
import { makeView } from './view.ts'

export interface Network {
  readonly view: NetworkView
  readonly book: PeerBook
  readonly close: () => Promise<void>
}

/** @throws ConfigError LISTEN_FAILED, SETTING_INVALID; StorageError DISK */
export async function openNetwork(node: NetworkParts): Promise<Network> {
  const memory = await openMemory(node)
  const hosting = await openHosting(node)
  const copying = await openCopying(node, { ...memory, ...hosting })
  const telling = await openTelling(node, { ...memory, ...hosting, ...copying })
  const opened = { ...memory, ...hosting, ...copying, ...telling }
  const started = await start(node, opened)
  return serve(node, opened, started)
}

type Memory = Awaited<ReturnType<typeof openMemory>>
type Hosting = Awaited<ReturnType<typeof openHosting>>
type Copying = Awaited<ReturnType<typeof openCopying>>
type Telling = Awaited<ReturnType<typeof openTelling>>
type Opened = Memory & Hosting & Copying & Telling
type Started = Awaited<ReturnType<typeof start>>

/** Feeds that are here, and what others said of them. */
async function openMemory({ store, state, feeds, identity, logger }: NetworkParts) {
  const onError = (error: unknown): void => {
    logger.error({ err: error }, 'the network cannot keep what it hears')
  }
  const replicas = makeReplicas({ store, state, feeds, onError, now: Date.now })
  const here = feedsHere(feeds, replicas)
  const heads = await openHeads(state, here.has, onError)
  const evidence = await openEvidenceBook({ state, peerId: identity.peerId, isHere: here.has })
  return { onError, replicas, here, heads, evidence }
}

/** Peers, named or not, and connections to them. */
async function openHosting(node: NetworkParts) {
  const { settings, identity, logger } = node
  const named = await openNamedPeers(identity.peerId, settings.peers, node.keptPeers)
  const faults = makeFaults(Date.now)
  const host = await makeHost({
    privateKey: identity.privateKey,
    listen: settings.listen,
    anyPort: settings.anyPort,
    announce: settings.announce,
    mdns: settings.mdns,
    swarmKey: settings.swarmKey,
    topics: [...node.dialects.keys()].map(topicOf),
    isBanned: (peer) => faults.isBanned(peer.toString()),
    isConfigured: named.has,
    isConfiguredAddress: named.hasAddress,
    mostStrangers: node.mostStrangers,
    dialFrom: node.dialFrom,
  })
  const blame = makePeerFaults(faults, host, logger)
  return { named, faults, host, blame, peering: openPeering(host, named) }
}

/** Which feeds are copied, and the sessions that copy. */
async function openCopying(node: NetworkParts, opened: Memory & Hosting) {
  const { settings, store, dialects } = node
  const { host, named, blame } = opened
  const { follow, quotas } = settings
  const listed = new Set(settings.feeds)
  const following = openFollowing({
    ...opened,
    state: node.state,
    feeds: node.feeds,
    policy: followPolicy({ dialects, follow, listed, isConfigured: named.has }),
    quotas,
    shareOf: (peer) => (named.has(peer) ? NAMED : shareOfPeer(host, peer)),
    disk: node.disk,
    now: Date.now,
    reconsiderEvery: node.reconsiderEvery,
  })
  return { following, replication: await openReplication({ host, store, blame }) }
}

/** What is told to others, and what is heard from them. */
async function openTelling(node: NetworkParts, opened: Memory & Hosting & Copying) {
  const { feeds, publicUrl, readOnly, disk, logger } = node
  const { host, evidence, replicas, onError } = opened
  const collections = [...node.dialects.keys()]
  const known = knownOrigins()
  const neighbours = makeNeighbours()
  const hello = { publicUrl, readOnly }
  const catalog = await openCatalog(host, contentsOf({ hello, feeds, replicas, evidence }))
  const announcer = node.withoutGossip === true ? undefined : openAnnouncer(host, onError)
  const own = makeOwnFeeds({ feeds, announcer, catalog, evidence, disk, logger })
  const intake = makeHeadIntake({ ...opened, feeds, neighbours, own })
  const reader = await openCatalogReader({ ...opened, known, intake })
  const listener =
    node.withoutGossip === true
      ? undefined
      : makeListener({ ...opened, collections, known, intake })
  const discovery = dialDiscovered(host)
  return { neighbours, catalog, announcer, own, intake, reader, listener, discovery }
}

/** What one part finds, the others are told of from here on. */
function connect({ feeds, logger }: NetworkParts, opened: Opened): void {
  const { replicas, evidence, peering, following, catalog, intake, onError } = opened
  for (const feed of evidence.feeds())
    for (const { kind } of evidence.of(feed)) feeds.onEvidence?.(feed, kind)
  evidence.found.add((feed, { kind }) => {
    logger.warn({ feed, kind }, 'the writer of a feed has told two stories')
    feeds.onEvidence?.(feed, kind)
    following.reconsider()
    catalog.changed()
    intake.refuted(feed).catch(onError)
  })
  replicas.changed.add(() => catalog.changed())
  replicas.grown.add(({ replica }) => {
    catalog.grown()
    intake.grown(replica)
  })
  replicas.contradicted.add(({ replica, row }, head) => {
    evidence.compare(replica, row.publicKey, head).catch(onError)
  })
  peering.changed.add(() => following.reconsider())
}

/** @throws ConfigError LISTEN_FAILED; StorageError DISK */
async function start(node: NetworkParts, opened: Opened) {
  const { host, peering, following, own, listener } = opened
  connect(node, opened)
  await following.resume()
  // what was here before is asked for as soon as somebody calls this node ready
  const { feeds, wasReady } = node
  const isReady = makeReadiness({ ...opened, feeds, wasReady, now: Date.now })
  await startHost(host, node.settings)
  listener?.start()
  own.start()
  peering.start()
  const stopDisk = node.disk?.onChanged(() => {
    following.reconsider()
    own.followFormer()
  })
  return { isReady, stopDisk }
}

function serve(node: NetworkParts, opened: Opened, { isReady, stopDisk }: Started): Network {
  const { settings, readOnly, feeds } = node
  const { peerId } = node.identity
  const { peering } = opened
  return {
    view: makeView({ ...opened, settings, readOnly, peerId, feeds, isReady }),
    book: { add: peering.add, remove: peering.remove },
    async close() {
      stopDisk?.()
      opened.own.close()
      opened.discovery.close()
      await peering.close()
      await opened.announcer?.close()
      opened.listener?.close()
      opened.catalog.close()
      await opened.reader.close()
      await opened.following.close()
      await opened.replication.close()
      await opened.host.stop()
      await opened.heads.close()
    },
  }
}
