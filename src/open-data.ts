import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DIALECTS } from './certification/dialects/dialects.ts'
import type { Config } from './config/config.ts'
import type { CollectionConfig } from './config/collections.ts'
import type { Replica } from './feeds/format/feed.ts'
import { closeAll } from './base/close-all.ts'
import { type Disk, openDisk } from './base/disk.ts'
import { decodeOrigin } from './feeds/format/origin.ts'
import { type FeedStore, openFeedStore } from './feeds/store/feed-store.ts'
import { openIndexes } from './indexes/database.ts'
import type { Logger } from './base/logger.ts'
import { rememberedCollections } from './remembered-collections.ts'
import { openKeyringFiles } from './repository/keys/keyring-files.ts'
import type { RepositorySettings } from './repository/stores.ts'
import { openRepository } from './repository/open-repository.ts'
import type { OpenRepository } from './repository/opened-repository.ts'
import { openWaitingRevocations } from './state/revocations.ts'
import { openVerificationPool } from './repository/verification/verification-pool.ts'
import { shadowFolder } from './shadow-folder.ts'
import { openState, type State } from './state/database.ts'
import { copiedFeeds } from './state/copied-feeds.ts'
import { type Identity, openIdentity } from './state/identity.ts'
import { openJournal } from './state/journal.ts'
import { openPostedKeys } from './state/keys.ts'
import { openWaitingPlace } from './state/waiting-place.ts'

/** A repository, and what the network needs beside it. */
export interface OpenData extends OpenRepository {
  readonly store: FeedStore
  readonly state: State
  readonly identity: Identity
  /** What it serves: of its config, or as it is remembered. */
  readonly collections: readonly CollectionConfig[]
  /** See {@link Indexes.epoch}. */
  readonly epoch: string
  /** Its indexes are those of a node that was ready. */
  readonly wasReady: boolean
}

export type DataSettings = Partial<
  Pick<RepositorySettings, 'onProgress' | 'blockTimeouts' | 'disk' | 'isReading'>
> & {
  /** Of the indexes of a node that was ready, before its data were opened again. */
  readonly readyEpoch?: string | undefined
}

/** Closed in reverse. */
type Closing = (() => Promise<void>)[]

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** When a node has started, most of what was new is here by then, in milliseconds. */
const FIRST_SWEEP = 600_000
/** How often what has waited too long is thrown away, in milliseconds. */
const EXPIRY_INTERVAL = 600_000

/**
 * Everything that a node has on disk, joined to a repository, without a door. Whoever opens it closes it, and with that
 * whatever it has opened itself: a disk that was given stays open.
 * @throws StorageError DATA_IN_USE, DATA_FORMAT_UNKNOWN, DISK, JOURNAL_MISMATCH; ConfigError SETTING_INVALID
 */
export async function openData(
  config: Config,
  logger: Logger,
  settings: DataSettings = {},
): Promise<OpenData> {
  const closing: Closing = []
  const close = (): Promise<void> => closeAll(closing)
  const { isReading = false, blockTimeouts, onProgress = () => undefined } = settings
  try {
    const disk = settings.disk ?? openDisk(config.data, logger)
    if (settings.disk === undefined) closing.push(async () => disk.close())
    const pool = openVerificationPool(config.verificationThreads)
    closing.push(() => pool.close())
    const { identity, collections, ...keeping } = await openStores(config, {
      closing,
      disk,
      isReading,
      logger,
    })
    const { state, store, indexes, waiting } = keeping
    const keyringFiles = await openKeyringFiles(config.keyrings, pool)
    const wasReady = indexes.epoch === settings.readyEpoch
    const opened = await openRepository(keeping, {
      collections,
      keyringFiles,
      keep: config.keep,
      operators: config.pagesPolicy?.policy.operators,
      pool,
      now: Date.now,
      onProgress,
      blockTimeouts,
      readOnly: config.readOnly,
      disk,
      isReading,
      wasReady,
      onFault: (error) => logger.error({ err: error }, 'a follower has stopped'),
      about: {
        version: readVersion(),
        peerId: identity.peerId,
        startedAt: new Date().toISOString(),
      },
    })
    closing.push(() => opened.close())
    const expiry = setInterval(() => {
      waiting.expire().catch((error: unknown) => logger.error({ err: error }, 'nothing expires'))
    }, EXPIRY_INTERVAL)
    expiry.unref()
    closing.push(async () => clearInterval(expiry))
    if (!isReading && config.keep.some(({ newest }) => newest !== undefined))
      closing.push(sweepDaily(opened, logger))
    return { ...opened, store, state, identity, collections, epoch: indexes.epoch, wasReady, close }
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}

/** @returns how to sweep no more */
function sweepDaily(repository: OpenRepository, logger: Logger): () => Promise<void> {
  const sweep = (): void => {
    repository
      .sweepNewest()
      .catch((error: unknown) => logger.error({ err: error }, 'old versions stay'))
  }
  const first = setTimeout(sweep, FIRST_SWEEP)
  const daily = setInterval(sweep, DAY)
  first.unref()
  daily.unref()
  return async () => {
    clearTimeout(first)
    clearInterval(daily)
  }
}

/** What lies on the disk; where it takes nothing, state and indexes are copies that are thrown away. */
async function openStores(
  config: Config,
  {
    closing,
    disk,
    isReading,
    logger,
  }: {
    readonly closing: Closing
    readonly disk: Disk
    readonly isReading: boolean
    readonly logger: Logger
  },
) {
  const shadowOf = async (folder: string): Promise<string> => {
    const shadow = await shadowFolder(join(config.data, folder))
    closing.push(shadow.remove)
    return shadow.path
  }
  const state = await openState(config.data, {
    onFailure: disk.failed,
    shadow: isReading ? await shadowOf('state') : undefined,
  })
  closing.push(() => state.close())
  const identity = await openIdentity(state)
  const collections = await rememberedCollections(state, config.collections)
  const journal = await openJournal(state)
  const posted = await openPostedKeys(state)
  const revocations = await openWaitingRevocations(state)
  const waiting = await openWaitingPlace(state, Date.now, {
    items: config.waiting.items,
    bytes: config.waiting.bytes,
    time: config.waiting.hours * HOUR,
  })
  const store = await openFeedStore(config.data, identity, {
    readOnly: isReading,
    onFailure: disk.failed,
    onFault: (error) => logger.error({ err: error }, 'who listens to a feed has failed'),
  })
  closing.push(() => store.close())
  const indexFolder = isReading ? await shadowOf('indexes') : join(config.data, 'indexes')
  const indexes = await openIndexes(indexFolder, { onFailure: disk.failed })
  closing.push(() => indexes.close())
  return { state, identity, collections, journal, posted, revocations, waiting, store, indexes }
}

/** Its origin names the dialect of that collection: who follows it has seen to that. */
export async function addReplica(data: OpenData, feed: Replica): Promise<void> {
  const collection = data.collections.find(({ name }) => name === feed.collection)
  if (collection !== undefined) await data.addReplica(feed, collection.dialect)
}

/**
 * What was followed before is read into the indexes without a network too: also of collections that are not served now,
 * by the dialect of which their origins say that they are.
 */
export async function resumeReplicas(data: OpenData): Promise<void> {
  for (const { key, originBlock } of await copiedFeeds(data.state)) {
    const { collection, dialect: of } = await decodeOrigin(originBlock, key)
    const dialect = Object.values(DIALECTS).find(({ name }) => name === of)?.name
    const replica = await data.store.get(key, collection)
    const origin = replica.has(0) ? await replica.readData(0) : undefined
    const isTold = origin !== undefined && Buffer.compare(origin, originBlock) === 0
    if (isTold && dialect !== undefined) await data.addReplica(replica, dialect)
  }
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown'
}
