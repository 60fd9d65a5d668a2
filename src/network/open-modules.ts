/* The parts of a network, opened in order: a part refers only to those that were opened before it. */
import { askNode } from '../client/ask-node.ts'
import { peerUrlRows, putPeerUrl, removePeerUrl } from '../state/peer-urls.ts'
import { openAnnouncementValidator } from './announcing/announcement-validator.ts'
import { openAnnouncer } from './announcing/announcer.ts'
import { NO_CATALOG, openCatalog } from './announcing/catalog.ts'
import { catalogContents } from './announcing/catalog-contents.ts'
import { makeCatalogIntake } from './announcing/catalog-intake.ts'
import { openCatalogReader } from './announcing/catalog-reader.ts'
import { makeHeadIntake } from './announcing/head-intake.ts'
import { makeNeighbours } from './announcing/neighbours.ts'
import { makeOwnFeedRecovery } from './announcing/own-feed-recovery.ts'
import { makeSkipped } from './announcing/skipped.ts'
import { topicOf, WIRES } from './frames/wire.ts'
import { openEvidenceBook } from './heads/evidence-book.ts'
import { makeHeadBook } from './heads/head-book.ts'
import { openStoredHeads } from './heads/stored-heads.ts'
import { dialDiscovered } from './hosting/discovery.ts'
import { makeFaults } from './hosting/faults.ts'
import { gossipOf, NO_GOSSIP } from './hosting/gossip.ts'
import { makeHost } from './hosting/host.ts'
import { watchIsolation } from './hosting/isolation.ts'
import { openNamedPeers } from './hosting/named-peers.ts'
import { isUrl, openPeering } from './hosting/peering.ts'
import { remotePeers } from './hosting/remote-peers.ts'
import { openUrlPeers } from './hosting/url-peers.ts'
import type { NetworkParts } from './network-parts.ts'
import { openNodeHaves } from './node-haves.ts'
import { makeCopyRules } from './replication/copy-rules.ts'
import { makeFeedAllowance } from './replication/feed-allowance.ts'
import { openFeedSelection } from './replication/feed-selection.ts'
import { openFollowList } from './replication/follow-list.ts'
import { offerPolicy } from './replication/offer-policy.ts'
import { localFeeds } from './replication/local-feeds.ts'
import { makePushBook } from './replication/push-counts.ts'
import { openPushReceiver } from './replication/push-receiver.ts'
import { openPushSender } from './replication/push-sender.ts'
import { makeReplicas } from './replication/replicas.ts'
import { openReplication } from './replication/replication.ts'

/** What is open, in the order in which it was opened. */
export type Closing = (() => Promise<void>)[]

/**
 * Opens the parts of a network. None of them dials anybody or says anything yet.
 * @param closing gets the way to close each part right after that part is open: the network closes them in reverse, also if
 *   one of them fails to open
 * @throws ConfigError SETTING_INVALID; StorageError DISK
 */
export async function openModules(node: NetworkParts, closing: Closing): Promise<Opened> {
  const memory = await openMemory(node, closing)
  const hosting = await openHosting(node, closing)
  const copying = await openCopying(node, { ...memory, ...hosting }, closing)
  const telling = await openTelling(node, { ...memory, ...hosting, ...copying }, closing)
  return { ...memory, ...hosting, ...copying, ...telling }
}

type Memory = Awaited<ReturnType<typeof openMemory>>
type Hosting = Awaited<ReturnType<typeof openHosting>>
type Copying = Awaited<ReturnType<typeof openCopying>>
type Telling = Awaited<ReturnType<typeof openTelling>>
export type Opened = Memory & Hosting & Copying & Telling

/** Feeds that are here, and what others said of them. */
async function openMemory(
  { store, state, feeds, identity, logger }: NetworkParts,
  closing: Closing,
) {
  const onError = (error: unknown): void => {
    logger.error({ err: error }, 'the network cannot keep what it hears')
  }
  const replicas = makeReplicas(store, feeds, openFollowList(state, onError))
  const local = localFeeds(feeds, replicas, identity.peerId)
  const heads = await openStoredHeads(state, local.has, onError)
  closing.push(heads.close)
  const evidence = await openEvidenceBook(state, {
    self: identity.peerId,
    isFeedHere: local.has,
    onError,
  })
  return { onError, replicas, local, evidence, book: makeHeadBook(heads, evidence, onError) }
}

/** This node as its peers meet it, and whom of them the operator named. */
async function openHosting(node: NetworkParts, closing: Closing) {
  const { settings, identity, dialects, mostStrangers, dialFrom } = node
  const topics = [...dialects.keys()].flatMap((collection) =>
    WIRES.map((wire) => ({ wire, collection })),
  )
  const named = await openNamedPeers(
    identity.peerId,
    settings.peers.filter((peer) => !isUrl(peer)),
    node.keptPeers,
  )
  const faults = makeFaults(node.logger)
  const { privateKey } = identity
  const host = await makeHost(
    { ...settings, privateKey, topics: topics.map(topicOf), mostStrangers, dialFrom },
    named,
    faults,
  )
  closing.push(async () => host.stop())
  const gossip = node.without === 'gossip' ? NO_GOSSIP : gossipOf(host, topics)
  return { named, faults, host, gossip, peers: remotePeers(host, named, faults) }
}

/** The sessions that copy, and which feeds are copied. */
async function openCopying(node: NetworkParts, opened: Memory & Hosting, closing: Closing) {
  const { settings, dialects, disk } = node
  const { host, peers, local, replicas, evidence } = opened
  const replication = await openReplication(host, node.store, peers)
  closing.push(replication.close)
  const policy = offerPolicy(dialects, settings, peers)
  const allowance = makeFeedAllowance(replicas, settings.quotas, disk)
  const rules = makeCopyRules(policy, allowance, evidence)
  const selection = openFeedSelection(local, rules, peers)
  closing.push(selection.close)
  const { pushes } = node.store
  const pushBook = makePushBook()
  const sender = openPushSender(pushes, pushBook)
  closing.push(async () => sender())
  const receiving = { pushes, local, allowance, replication, peers, book: pushBook }
  const receiver = openPushReceiver(receiving)
  closing.push(async () => receiver())
  return { replication, selection, pushBook }
}

/** What is told to others, what is heard from them, and whom this node dials. */
async function openTelling(
  node: NetworkParts,
  { host, named, gossip, peers, local, book, selection, onError }: Memory & Hosting & Copying,
  closing: Closing,
) {
  const { publicUrl, readOnly, disk, without } = node
  const haves = await openNodeHaves(node, { host, peers, local, onError })
  closing.push(haves.close)
  const hello = { publicUrl, readOnly, name: node.settings.name }
  const contents = catalogContents(hello, local, { evidence: book.evidence, haves })
  const catalog = without === 'catalog' ? NO_CATALOG : await openCatalog(host, contents)
  closing.push(async () => catalog.close())
  const announcer = openAnnouncer(gossip, onError)
  closing.push(announcer.close)
  const recovery = makeOwnFeedRecovery(local, book, disk)
  const intake = makeHeadIntake(book, local, selection)
  const skipped = makeSkipped()
  const validator = openAnnouncementValidator(intake, peers, skipped)
  closing.push(async () => validator.close())
  const neighbours = makeNeighbours()
  const heard = makeCatalogIntake({ neighbours, intake, haves }, skipped)
  const reader = await openCatalogReader(host, heard, peers)
  closing.push(reader.close)
  const discovery = dialDiscovered(host)
  closing.push(async () => discovery.close())
  const urls = await openUrlPeers({
    configured: node.settings.peers.filter(isUrl),
    kept: {
      list: () => peerUrlRows(node.state),
      put: (peer) => putPeerUrl(node.state, peer),
      remove: (url) => removePeerUrl(node.state, url),
    },
    askNode,
    self: node.identity.peerId,
    onError,
  })
  closing.push(urls.close)
  const peering = openPeering(host, { named, urls }, onError)
  closing.push(peering.close)
  const isolation = watchIsolation(host, peering, {
    counts: named.has,
    logger: node.logger,
    patience: node.isolatedAfter,
  })
  closing.push(async () => isolation.close())
  return {
    haves,
    catalog,
    announcer,
    recovery,
    intake,
    validator,
    neighbours,
    skipped,
    urls,
    peering,
    isolation,
  }
}
