import { onTestFinished } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import type { DialectName } from '../../src/certification/dialects/dialect.ts'
import type { OwnFeed } from '../../src/feeds/format/feed.ts'
import { type FeedStore, openFeedStore } from '../../src/feeds/store/feed-store.ts'
import { openLogger } from '../../src/base/logger.ts'
import type { BlockTimeouts } from '../../src/repository/following/missing-blocks.ts'
import { openNetwork, type Network } from '../../src/network/open-network.ts'
import type { NetworkSettings, Quotas } from '../../src/contract/networking.ts'
import { openData, type OpenData } from '../../src/open-data.ts'
import { openState } from '../../src/state/database.ts'
import { openIdentity } from '../../src/state/identity.ts'
import type { NodeFeeds } from '../../src/network/replication/node-feeds.ts'
import { indexRows } from './index-rows.ts'
import { testConfig } from './open-test-repository.ts'
import { temporaryDirectory } from './temporary-directory.ts'
import { until } from './until.ts'

const GIBIBYTE = 2 ** 30

export const QUOTAS: Quotas = {
  strangerBytes: GIBIBYTE,
  strangerFeeds: 256,
  peerFeeds: 1024,
  feedBytesPerHour: 4 * GIBIBYTE,
  feedEntriesPerHour: 2_000_000,
  totalBytes: 0,
}

export interface TestNodeOptions extends Partial<NetworkSettings> {
  readonly data?: string
  readonly config?: Partial<Config>
  readonly without?: 'gossip' | 'catalog'
  readonly publicUrl?: string
  readonly patience?: BlockTimeouts
  readonly mostStrangers?: number
  readonly isolatedAfter?: number
  readonly lookEvery?: number
  readonly sayHavesEvery?: number
}

export interface TestNode extends OpenData {
  readonly data: string
  readonly network: Network
  /** The one by which others of this machine reach it. */
  readonly address: string
  /** Safe to call twice. */
  readonly stop: () => Promise<void>
}

export function testSettings(options: TestNodeOptions = {}): NetworkSettings {
  return {
    listen: ['/ip4/127.0.0.1/tcp/0'],
    anyPort: false,
    announce: [],
    peers: [],
    follow: 'open',
    feeds: [],
    mdns: false,
    readyNeedsPeers: false,
    connections: 0,
    shareAddress: false,
    quotas: QUOTAS,
    ...options,
  }
}

export const KEPT_NOWHERE = {
  list: async () => [],
  add: async () => undefined,
  remove: async () => undefined,
}

/** A node with a real repository and a real network on loopback, without an HTTP door. */
export async function openTestNode(options: TestNodeOptions = {}): Promise<TestNode> {
  const data = options.data ?? (await temporaryDirectory())
  const opened = await openData(await testConfig(data, options.config), openLogger('error'), {
    blockTimeouts: options.patience,
  })
  const network = await openTestNetwork(opened, options)
  opened.join(network.view)
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> =>
    (stopped ??= (async () => {
      await network.close()
      await opened.close()
    })())
  onTestFinished(stop)
  return { ...opened, data, network, address: network.view.addresses()[0] ?? '', stop }
}

/** A real network of a repository that is open. Whoever opens it closes it. */
export function openTestNetwork(opened: OpenData, options: TestNodeOptions = {}): Promise<Network> {
  return openNetwork({
    settings: testSettings(options),
    identity: opened.identity,
    store: opened.store,
    state: opened.state,
    keptPeers: KEPT_NOWHERE,
    dialects: new Map(opened.collections.map(({ name, dialect }) => [name, dialect])),
    publicUrl: options.publicUrl,
    readOnly: options.config?.readOnly ?? false,
    feeds: nodeFeedsOf(opened),
    reconsiderEvery: 500,
    without: options.without,
    mostStrangers: options.mostStrangers,
    isolatedAfter: options.isolatedAfter,
    lookEvery: options.lookEvery,
    sayHavesEvery: options.sayHavesEvery,
    logger: openLogger('error'),
  })
}

export function nodeFeedsOf(opened: OpenData): NodeFeeds {
  return {
    ownFeeds: () => opened.ownFeeds(),
    formerFeeds: () => opened.formerFeeds(),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the network has compared it with the collection's
    addReplica: (feed, dialect) => opened.addReplica(feed, dialect as DialectName),
    choiceOf: (feed) => opened.choiceOf(feed),
    rubbish: (feed) => opened.rubbish(feed),
    seconded: (feed, others) => opened.seconded(feed, others),
    position: (feed) => opened.position(feed),
    withheld: (feed) => opened.withheldBlocks(feed),
    isWithheld: (id) => opened.isWithheld(id),
    renew: (feed, confirmed) => opened.renew(feed, confirmed),
    onEvidence: (feed, kind) => void opened.noteEvidence(feed, kind),
  }
}

export interface Liar {
  readonly network: Network
  readonly address: string
  readonly feed: OwnFeed
  readonly store: FeedStore
}

/** A peer whose feeds hold whatever a test writes: it has no repository that would refuse that. */
export async function openLiar(
  blocks: (feed: OwnFeed) => Promise<readonly Uint8Array[]>,
  options: TestNodeOptions & {
    readonly feedSeed?: Uint8Array | undefined
    /** What it says of its feed. */
    readonly change?: ((feed: OwnFeed) => OwnFeed) | undefined
  } = {},
): Promise<Liar> {
  return openPeer(options, async (store) => {
    const feed = await store.own('debian', 0)
    await feed.append(await blocks(feed))
    return [feed]
  })
}

/** A peer that dials a node, from some address of this machine, and offers it so many feeds of its own. */
export async function openStrangers(count: number, address: string, from?: string): Promise<void> {
  await openPeer({ peers: [address], dialFrom: from }, async (store) => {
    const feeds: OwnFeed[] = []
    for (let generation = 0; generation < count; generation++) {
      const made = await store.own('debian', generation)
      await made.append([await store.originBlock(made, { format: 1, dialect: 'debian' })])
      feeds.push(made)
    }
    return feeds
  })
}

async function openPeer(
  options: TestNodeOptions & {
    readonly dialFrom?: string | undefined
    readonly feedSeed?: Uint8Array | undefined
    readonly change?: ((feed: OwnFeed) => OwnFeed) | undefined
  },
  write: (store: FeedStore) => Promise<readonly OwnFeed[]>,
): Promise<Liar> {
  const data = await temporaryDirectory()
  const state = await openState(data)
  const identity = await openIdentity(state)
  const feedSeed = options.feedSeed ?? identity.feedSeed
  const store = await openFeedStore(data, { ...identity, feedSeed })
  const feeds = await write(store)
  const [feed] = feeds
  if (feed === undefined) throw new Error('it writes no feed')
  const { change } = options
  const network = await openNetwork({
    settings: testSettings(options),
    dialFrom: options.dialFrom,
    identity,
    store,
    state,
    keptPeers: KEPT_NOWHERE,
    dialects: new Map([['debian', 'debian']]),
    publicUrl: undefined,
    readOnly: false,
    feeds: {
      ownFeeds: () => (change === undefined ? feeds : feeds.map(change)),
      formerFeeds: () => [],
      addReplica: async () => undefined,
      rubbish: async () => 0,
      seconded: async () => 0,
      position: () => 0,
      withheld: async () => [],
      isWithheld: () => false,
      renew: async () => undefined,
    },
    logger: openLogger('error'),
  })
  onTestFinished(async () => {
    await network.close()
    await store.close()
    await state.close()
  })
  return { network, address: network.view.addresses()[0] ?? '', feed, store }
}

/** Both ends can give each other blocks. */
export async function areConnected(...nodes: readonly Pick<TestNode, 'network'>[]): Promise<void> {
  for (const { network } of nodes)
    await until(() => {
      const peers = network.view.peers()
      return peers.length > 0 && peers.every(({ replicating }) => replicating)
    })
}

export const has = async (node: OpenData, id: string): Promise<boolean> =>
  (await node.repository.certification(id)) !== undefined

/** Stops it, and counts the entries of feeds that were rejected. */
export async function countRejected(node: TestNode): Promise<number> {
  await node.stop()
  const rows = await indexRows(node.data)
  return rows.filter((row) => row.startsWith(Buffer.from('j').toString('hex'))).length
}
