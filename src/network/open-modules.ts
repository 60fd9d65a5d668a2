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
import { openBarredPeers } from './exchange/barred-peers.ts'
import { openExchange } from './exchange/open-exchange.ts'
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
import { peerIdOf } from './hosting/peer-address.ts'
import { isUrl, openPeering } from './hosting/peering.ts'
import { openRemotePeers } from './hosting/remote-peers.ts'
import { swarmName } from './hosting/swarm-key.ts'
import type { UrlPeer } from './hosting/url-peer.ts'
import { openUrlPeers } from './hosting/url-peers.ts'
import type { NetworkParts } from './network-parts.ts'
import { openNodeCopies } from './node-copies.ts'
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
import { openVouches } from './replication/open-vouches.ts'

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
  const evidence = await openEvidenceBook(state, local, onError)
  return { onError, replicas, local, evidence, book: makeHeadBook(heads, evidence, onError) }
}

/** This node as its peers meet it, and whom of them the operator named. */
async function openHosting(node: NetworkParts, closing: Closing) {
  const { settings, identity, dialects, mostStrangers, dialFrom } = node
  const topics = [...dialects.keys()].flatMap((collection) =>
    WIRES.map((wire) => ({ wire, collection })),
  )
  const barred = await openBarredPeers(node.state)
  const addresses = settings.peers.filter((peer) => !isUrl(peer))
  const isBanned = (address: string): boolean => barred.of(peerIdOf(address)) === 'banned'
  for (const address of addresses.filter(isBanned))
    node.logger.warn(
      { address },
      'a peer of the settings is banned: countersign peers unban lets it in',
    )
  const named = await openNamedPeers(
    identity.peerId,
    addresses.filter((address) => !isBanned(address)),
    node.keptPeers,
  )
  const faults = makeFaults(node.logger)
  const { privateKey } = identity
  const host = await makeHost(
    { ...settings, privateKey, topics: topics.map(topicOf), mostStrangers, dialFrom },
    named,
    {
      isBanned: (peerId) => faults.isBanned(peerId) || barred.has(peerId),
      isBarred: barred.has,
    },
  )
  closing.push(async () => host.stop())
  const gossip = node.without === 'gossip' ? NO_GOSSIP : gossipOf(host, topics)
  const peers = openRemotePeers(host, { named, barred, faults })
  closing.push(async () => peers.close())
  return { barred, named, faults, host, gossip, peers }
}

/** The sessions that copy, and which feeds are copied. */
async function openCopying(node: NetworkParts, opened: Memory & Hosting, closing: Closing) {
  const { settings, dialects, disk } = node
  const { host, peers, local, replicas, evidence, onError } = opened
  const replication = await openReplication(host, node.store, peers)
  closing.push(replication.close)
  const vouches = await openVouches(node.state, { host, peers }, onError)
  closing.push(vouches.close)
  const policy = offerPolicy(dialects, settings, {
    isNamed: peers.isNamed,
    voucherOf: vouches.of,
  })
  const allowance = makeFeedAllowance(replicas, settings.quotas, disk)
  const rules = makeCopyRules(policy, allowance, evidence)
  const selection = openFeedSelection(local, rules, peers)
  closing.push(selection.close)
  const { pushes } = node.store
  const pushBook = makePushBook()
  const sender = openPushSender(pushes, node.feeds, pushBook)
  closing.push(async () => sender())
  const receiving = { pushes, local, allowance, replication, peers, book: pushBook }
  const receiver = openPushReceiver(receiving)
  closing.push(async () => receiver())
  return { replication, vouches, selection, pushBook }
}

/** What is told to others, what is heard from them, and whom this node dials. */
async function openTelling(
  node: NetworkParts,
  opened: Memory & Hosting & Copying,
  closing: Closing,
) {
  const { host, gossip, peers, local, book, vouches, selection, onError } = opened
  const { publicUrl, readOnly, disk, without } = node
  const meeting = await openMeeting(node, opened, closing)
  const { exchange } = meeting
  const haves = await openNodeHaves(node, { peers, local, onError })
  closing.push(haves.close)
  const hello = { publicUrl, readOnly, name: node.settings.name }
  const contents = catalogContents(hello, local, { evidence: book.evidence, haves, exchange })
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
  const copies = await openNodeCopies(node, { host, peers, local, haves, neighbours, onError })
  closing.push(copies.close)
  const heard = makeCatalogIntake({ neighbours, intake, haves, exchange, vouches }, skipped)
  const reader = await openCatalogReader(host, heard, peers)
  closing.push(reader.close)
  const discovery = dialDiscovered(host)
  closing.push(async () => discovery.close())
  return {
    ...meeting,
    haves,
    copies,
    catalog,
    announcer,
    recovery,
    intake,
    validator,
    neighbours,
    skipped,
  }
}

/** With whom this node is connected: whom the operator names, and whom others know. */
async function openMeeting(
  node: NetworkParts,
  { host, named, peers, onError }: Memory & Hosting,
  closing: Closing,
) {
  const { settings, state, identity, readOnly, logger } = node
  const kept = {
    list: () => peerUrlRows(state),
    put: (peer: UrlPeer) => putPeerUrl(state, peer),
    remove: (url: string) => removePeerUrl(state, url),
  }
  const urls = await openUrlPeers(settings.peers.filter(isUrl), { kept, askNode, peers }, onError)
  closing.push(urls.close)
  const peering = openPeering(host, { named, urls }, onError)
  closing.push(peering.close)
  const exchange = await openExchange(
    {
      privateKey: identity.privateKey,
      sharing: { shareAddress: settings.shareAddress, readOnly },
      connections: settings.connections,
      swarm: await swarmName(settings.swarmKey),
      every: node.lookEvery,
    },
    { host, peers, peering, state },
    onError,
  )
  closing.push(exchange.close)
  const isolation = watchIsolation(host, peering, {
    counts: (peerId) => named.has(peerId) || exchange.isChosen(peerId),
    logger,
    patience: node.isolatedAfter,
  })
  closing.push(async () => isolation.close())
  return { urls, peering, exchange, isolation }
}
