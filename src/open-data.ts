import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import type { Feed } from './feeds/feed.ts'
import { openFeedStore } from './feeds/feed-store.ts'
import type { FeedStore } from './feeds/feed-store.ts'
import { openIndexes } from './indexes/database.ts'
import type { Logger } from './logger.ts'
import { openKeyringFiles } from './repository/keyring-files.ts'
import type { RepositorySettings } from './repository/keeping.ts'
import { openRepository } from './repository/open-repository.ts'
import type { OpenRepository } from './repository/opened.ts'
import { openWaitingRevocations } from './state/revocations.ts'
import { openVerificationPool } from './repository/verification-pool.ts'
import { openState } from './state/database.ts'
import type { State } from './state/database.ts'
import { openIdentity } from './state/identity.ts'
import type { Identity } from './state/identity.ts'
import { openJournal } from './state/journal.ts'
import { openPostedKeys } from './state/keys.ts'
import { openWaitingPlace } from './state/waiting.ts'

/** A repository, and what the network needs beside it. */
export interface OpenData extends OpenRepository {
  readonly store: FeedStore
  readonly state: State
  readonly identity: Identity
}

export type DataSettings = Partial<Pick<RepositorySettings, 'onProgress' | 'patience' | 'network'>>

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
    const pool = openVerificationPool(config.verificationThreads)
    closing.push(() => pool.close())
    const state = await openState(config.data)
    closing.push(() => state.close())
    const identity = await openIdentity(state)
    const journal = await openJournal(state)
    const posted = await openPostedKeys(state)
    const revocations = await openWaitingRevocations(state)
    const waiting = await openWaitingPlace(state, Date.now, {
      items: config.waiting.items,
      bytes: config.waiting.bytes,
      time: config.waiting.hours * HOUR,
    })
    const store = await openFeedStore(config.data, identity)
    closing.push(() => store.close())
    const indexes = await openIndexes(join(config.data, 'indexes'))
    closing.push(() => indexes.close())
    const keyringFiles = await openKeyringFiles(config.keyrings, pool)
    const opened = await openRepository(
      { state, journal, posted, revocations, waiting, store, indexes },
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

/** Its origin names the dialect of that collection: who follows it has seen to that. */
export async function addReplica(config: Config, data: OpenData, feed: Feed): Promise<void> {
  const collection = config.collections.find(({ name }) => name === feed.collection)
  if (collection !== undefined) await data.addReplica(feed, collection.dialect)
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown'
}
