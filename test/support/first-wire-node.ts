/*
 * A node that speaks the first wire alone, as all did before there was a second one: its own reader and teller of frames and its own
 * gossip, and below them the parts that both versions have alike. It dials nobody.
 */
import { TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import type { PeerId, Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { encode } from 'cborg'
import { onTestFinished } from 'vitest'
import { closeAll } from '../../src/base/close-all.ts'
import { openLogger } from '../../src/base/logger.ts'
import type { Config } from '../../src/config/config.ts'
import type { Feed } from '../../src/feeds/format/feed.ts'
import { type HeadIntake, makeHeadIntake } from '../../src/network/announcing/head-intake.ts'
import { offerFields } from '../../src/network/frames/offer.ts'
import { openEvidenceBook } from '../../src/network/heads/evidence-book.ts'
import { makeHeadBook } from '../../src/network/heads/head-book.ts'
import { openStoredHeads } from '../../src/network/heads/stored-heads.ts'
import { makeFaults } from '../../src/network/hosting/faults.ts'
import { type Host, makeHost } from '../../src/network/hosting/host.ts'
import { openNamedPeers } from '../../src/network/hosting/named-peers.ts'
import { openRemotePeers, type RemotePeers } from '../../src/network/hosting/remote-peers.ts'
import { makeCopyRules } from '../../src/network/replication/copy-rules.ts'
import { makeFeedAllowance } from '../../src/network/replication/feed-allowance.ts'
import { openFeedSelection } from '../../src/network/replication/feed-selection.ts'
import { openFollowList } from '../../src/network/replication/follow-list.ts'
import { type LocalFeeds, localFeeds } from '../../src/network/replication/local-feeds.ts'
import { offerPolicy } from '../../src/network/replication/offer-policy.ts'
import { makeReplicas } from '../../src/network/replication/replicas.ts'
import { openReplication } from '../../src/network/replication/replication.ts'
import { openData, type OpenData } from '../../src/open-data.ts'
import { readFirstWireAnnouncement, readFirstWireFrame } from './first-wire-frames.ts'
import { KEPT_NOWHERE, nodeFeedsOf, testSettings } from './network.ts'
import { testConfig } from './open-test-repository.ts'

const CATALOG = '/countersign/catalog/1'
const topicOf = (collection: string): string => `/countersign/announce/1/${collection}`

export interface FirstWireNode extends OpenData {
  readonly address: string
  /** How often a peer said what it takes for a fault. */
  readonly faults: (peerId: string) => number
}

/** What its catalog and its gossip work with. */
interface Parts {
  readonly host: Host
  readonly local: LocalFeeds
  readonly intake: HeadIntake
  readonly peers: RemotePeers
}

const onError = (error: unknown): never => {
  throw error
}

/** @param data a folder whose feeds are of format 1 */
export async function openFirstWireNode(
  data: string,
  config: Partial<Config>,
): Promise<FirstWireNode> {
  const opened = await openData(await testConfig(data, config), openLogger('error'))
  const { state, store, identity, collections } = opened
  const settings = testSettings()
  const feeds = nodeFeedsOf(opened)
  const replicas = makeReplicas(store, feeds, openFollowList(state, onError))
  const local = localFeeds(feeds, replicas, identity.peerId)
  const heads = await openStoredHeads(state, local.has, onError)
  const evidence = await openEvidenceBook(state, local, onError)
  const named = await openNamedPeers(identity.peerId, [], KEPT_NOWHERE)
  const faults = makeFaults(openLogger('error'))
  const names = collections.map(({ name }) => name)
  const { privateKey } = identity
  const host = await makeHost({ ...settings, privateKey, topics: names.map(topicOf) }, named, {
    isBanned: faults.isBanned,
    isBarred: () => false,
  })
  const peers = openRemotePeers(host, { named, barred: { has: () => false }, faults })
  const replication = await openReplication(host, store, peers)
  const dialects = new Map(collections.map(({ name, dialect }) => [name, dialect]))
  const policy = offerPolicy(dialects, settings, { ...peers, voucherOf: () => undefined })
  const allowance = makeFeedAllowance(replicas, settings.quotas, undefined)
  const selection = openFeedSelection(local, makeCopyRules(policy, allowance, evidence), peers)
  const intake = makeHeadIntake(makeHeadBook(heads, evidence, onError), local, selection)
  const parts = { host, local, intake, peers }
  await openCatalog(parts)
  await selection.start()
  await host.start()
  openGossip(parts, names)
  onTestFinished(() =>
    closeAll([
      () => opened.close(),
      heads.close,
      async () => peers.close(),
      async () => host.stop(),
      replication.close,
      selection.close,
    ]),
  )
  return { ...opened, address: String(host.getMultiaddrs()[0]), faults: faults.count }
}

function openGossip({ host, local, intake, peers }: Parts, names: readonly string[]): void {
  const { pubsub } = host.services
  for (const name of names) {
    pubsub.topicValidators.set(topicOf(name), async (peer, message) => {
      try {
        const offer = await readFirstWireAnnouncement(message.data)
        if (offer.origin.collection !== name) return TopicValidatorResult.Reject
        intake.hear(offer, { via: String(peer), author: String(peer), vouched: false })
        return TopicValidatorResult.Accept
      } catch {
        peers.broke(peer, 'it said what no node says')
        return TopicValidatorResult.Reject
      }
    })
    pubsub.subscribe(topicOf(name))
  }
  for (const feed of local.node.ownFeeds())
    feed.onChanged(() => {
      offerOf(feed)
        .then((offer) => pubsub.publish(topicOf(feed.collection), encode([1, offer])))
        .catch(onError)
    })
}

async function openCatalog({ host, local, intake, peers }: Parts): Promise<void> {
  async function hear(stream: Stream, peer: PeerId): Promise<void> {
    const lines = lpStream(stream)
    for (;;) {
      const bytes = await lines.read().catch(() => undefined)
      if (bytes === undefined) break
      try {
        const frame = await readFirstWireFrame(bytes.subarray())
        const via = String(peer)
        if (frame.kind === 'evidence') await intake.hearEvidence(frame.evidence, via)
        if (frame.kind === 'offers')
          for (const offer of frame.offers) intake.hear(offer, { via, author: via, vouched: false })
      } catch {
        peers.broke(peer, 'it said what no node says')
      }
    }
    await stream.close()
  }

  async function tell(peer: PeerId): Promise<void> {
    const [connection] = host.getConnections(peer)
    if (connection === undefined) return
    const lines = lpStream(await connection.newStream(CATALOG))
    await lines.write(encode([1, 0, [null, false]]))
    const items = local.node.ownFeeds().map(async (feed) => [await offerOf(feed), true])
    await lines.write(encode([1, 1, await Promise.all(items)]))
    await lines.unwrap().close()
  }

  await host.handle(CATALOG, async (stream, { remotePeer }) => hear(stream, remotePeer))
  await host.register(CATALOG, { onConnect: tell })
}

async function offerOf(feed: Feed): Promise<readonly unknown[]> {
  const originBlock = await feed.readData(0)
  if (feed.publicKey === undefined || originBlock === undefined) throw new Error('it is empty')
  return offerFields({ publicKey: feed.publicKey, head: await feed.head(), originBlock })
}
