import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.ts'
import type { Feed } from './feeds/feed.ts'
import { openFeedStore, ownFeedKey } from './feeds/feed-store.ts'
import type { FeedStore } from './feeds/feed-store.ts'
import { decodeOrigin } from './feeds/origin.ts'
import { openControl } from './http/control/control.ts'
import { isEverywhere, listen } from './http/listen.ts'
import { buildServer } from './http/server.ts'
import { deleteIndexes, openIndexes } from './indexes/database.ts'
import type { Logger } from './logger.ts'
import { openNetwork } from './network/open-network.ts'
import type { Network } from './network/open-network.ts'
import { openKeyringFiles } from './repository/keyring-files.ts'
import type { NodeRepository } from './repository/node-repository.ts'
import { retireOwnFeeds } from './repository/own-feeds.ts'
import { openRepository } from './repository/open-repository.ts'
import type { RepositorySettings } from './repository/keeping.ts'
import type { OpenRepository } from './repository/open-repository.ts'
import { openVerificationPool } from './repository/verification-pool.ts'
import { openState } from './state/database.ts'
import type { State } from './state/database.ts'
import { ownFeeds } from './state/own-feeds.ts'
import { followedFeeds } from './state/followed-feeds.ts'
import { openIdentity } from './state/identity.ts'
import type { Identity } from './state/identity.ts'
import { openJournal } from './state/journal.ts'
import { openPostedKeys } from './state/keys.ts'
import { peerAddresses, putPeerAddress, removePeerAddress } from './state/peers.ts'
import { openWaitingPlace } from './state/waiting.ts'

/** A node that serves. */
export interface Node {
  readonly repository: NodeRepository
  /** Where it listens; the port is the real one if 0 was asked for. */
  readonly url: string
  /** At every address of this machine; the url names one of them that works from here. */
  readonly everywhere: boolean
  /** By which other nodes reach it. */
  readonly addresses: readonly string[]
  readonly peerId: string
  /** Takes nothing more, ends what runs, syncs, closes in reverse. Safe to call twice. */
  close(): Promise<void>
}

export interface NodeParts {
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** A repository, and what the network needs beside it. */
export interface OpenData extends OpenRepository {
  readonly store: FeedStore
  readonly state: State
  readonly identity: Identity
}

export type DataSettings = Partial<Pick<RepositorySettings, 'onProgress' | 'patience' | 'network'>>

/** How long a request may take to arrive, in milliseconds. */
const REQUEST_TIMEOUT = 30_000
const HOUR = 3_600_000
/** How often what has waited too long is thrown away, in milliseconds. */
const EXPIRY_INTERVAL = 600_000

/**
 * Everything that a node has on disk, joined to a repository, without a door.
 * @throws StorageError DATA_IN_USE, DATA_FORMAT_UNKNOWN, DISK, JOURNAL_MISMATCH; ConfigError SETTING_INVALID
 */
export async function openData(
  config: Config,
  logger: Logger,
  settings: DataSettings = {},
): Promise<OpenData> {
  const closing: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).toReversed()) await step()
  }
  try {
    const keyringFiles = await openKeyringFiles(config.keyrings)
    const state = await openState(config.data)
    closing.push(() => state.close())
    const identity = await openIdentity(state)
    const journal = await openJournal(state)
    const posted = await openPostedKeys(state)
    const waiting = await openWaitingPlace(state, Date.now, {
      items: config.waiting.items,
      bytes: config.waiting.bytes,
      time: config.waiting.hours * HOUR,
    })
    const store = await openFeedStore(config.data, identity)
    closing.push(() => store.close())
    const indexes = await openIndexes(join(config.data, 'indexes'))
    closing.push(() => indexes.close())
    const pool = openVerificationPool(config.verificationThreads)
    closing.push(() => pool.close())
    const opened = await openRepository(
      { state, journal, posted, waiting, store, indexes },
      {
        collections: config.collections,
        keyringFiles,
        pool,
        now: Date.now,
        onProgress: settings.onProgress ?? (() => undefined),
        patience: settings.patience,
        readOnly: config.readOnly,
        network: settings.network,
        onFault: (error) => logger.error({ err: error }, 'a follower has stopped'),
        about: {
          version: readVersion(),
          peerId: identity.peerId,
          startedAt: new Date().toISOString(),
        },
      },
    )
    closing.push(() => opened.close())
    const expiry = setInterval(() => {
      waiting.expire().catch((error: unknown) => logger.error({ err: error }, 'nothing expires'))
    }, EXPIRY_INTERVAL)
    expiry.unref()
    closing.push(async () => clearInterval(expiry))
    return { ...opened, store, state, identity, close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Opens a node and lets it listen.
 * @throws what {@link openData} throws; ConfigError LISTEN_FAILED
 */
export async function openNode(config: Config, { logger, signal }: NodeParts): Promise<Node> {
  const closing: (() => Promise<unknown>)[] = []
  let closed: Promise<void> | undefined
  const close = (): Promise<void> =>
    (closed ??= (async () => {
      for (const step of closing.splice(0).toReversed()) await step()
    })())
  try {
    let network: Network | undefined
    const data = await openData(config, logger, { network: () => network?.view })
    closing.push(() => data.close())
    signal.throwIfAborted()
    network = await joinNetwork(config, data, logger)
    closing.push(network.close)
    const control = await openControl(config.data, { repository: data, peers: network, logger })
    closing.push(() => control.close())
    const server = buildServer(data.repository, {
      publicUrl: config.publicUrl,
      trustProxy: config.trustProxy,
      submissionsPerMinute: config.submissionsPerMinute,
      logLevel: config.logLevel,
      requestTimeout: REQUEST_TIMEOUT,
    })
    closing.push(() => server.close())
    signal.throwIfAborted()
    const url = await listen(server, config.http)
    return {
      repository: data.repository,
      url,
      everywhere: isEverywhere(config.http.host),
      addresses: network.view.addresses(),
      peerId: data.identity.peerId,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function joinNetwork(config: Config, data: OpenData, logger: Logger): Promise<Network> {
  const { state, store, identity } = data
  return openNetwork({
    settings: config.network,
    identity,
    store,
    state,
    keptPeers: {
      list: () => peerAddresses(state),
      add: (address) => putPeerAddress(state, address),
      remove: (address) => removePeerAddress(state, address),
    },
    dialects: new Map(config.collections.map(({ name, dialect }) => [name, dialect])),
    publicUrl: config.publicUrl,
    readOnly: config.readOnly,
    ownFeeds: () => data.ownFeeds(),
    formerFeeds: () => data.formerFeeds(),
    addReplica: (feed) => addReplica(config, data, feed),
    rubbish: (feed) => data.rubbish(feed),
    position: (feed) => data.position(feed),
    withheld: (feed) => data.withheldBlocks(feed),
    renew: (feed, confirmed) => data.renew(feed, confirmed),
    logger,
  })
}

/** Its origin names the dialect of that collection: who follows it has seen to that. */
async function addReplica(config: Config, data: OpenData, feed: Feed): Promise<void> {
  const collection = config.collections.find(({ name }) => name === feed.collection)
  if (collection !== undefined) await data.addReplica(feed, collection.dialect)
}

/** What was followed before is read into the indexes without a network too. */
async function resumeReplicas(config: Config, data: OpenData): Promise<void> {
  for (const { key, originBlock } of await followedFeeds(data.state)) {
    const { collection } = await decodeOrigin(originBlock, key)
    const replica = await data.store.get(key, collection)
    const origin = replica.has(0) ? await replica.readData(0) : undefined
    if (origin !== undefined && Buffer.compare(origin, originBlock) === 0)
      await addReplica(config, data, replica)
  }
}

/** Deletes the indexes of a stopped node and builds them again from its feeds. */
export async function reindex(
  config: Config,
  logger: Logger,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  // the lock of a running node is its state: without it the indexes must not be touched
  const state = await openState(config.data)
  try {
    await deleteIndexes(join(config.data, 'indexes'))
  } finally {
    await state.close()
  }
  const data = await openData(config, logger, { onProgress, patience: { gone: 0, stuck: 0 } })
  try {
    await resumeReplicas(config, data)
    await data.caughtUp()
  } finally {
    await data.close()
  }
}

/**
 * Makes a copy of a node's data fit to be used: what was written after it was made may be anywhere, so its own feeds are
 * never written again.
 * @returns the feeds that take their place
 * @throws what {@link openData} throws
 */
export async function restore(
  config: Config,
  logger: Logger,
): Promise<readonly { collection: string; previous: string; feed: string }[]> {
  const state = await openState(config.data)
  try {
    const { feedSeed } = await openIdentity(state)
    await retireOwnFeeds(state, (...feed) => ownFeedKey(feedSeed, ...feed))
    // what marks the folder as the original: without it the store takes this one for that
    await rm(join(config.data, 'feeds', 'CORESTORE'), { force: true })
  } finally {
    await state.close()
  }
  const data = await openData(config, logger)
  try {
    await data.caughtUp()
    const rows = await ownFeeds(data.state)
    return rows.flatMap(({ collection, previous, key }) =>
      previous === undefined ? [] : [{ collection, previous, feed: key }],
    )
  } finally {
    await data.close()
  }
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown'
}
