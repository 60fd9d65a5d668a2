import { setTimeout } from 'node:timers/promises'
import type { Collection } from '../certification/admission.ts'
import { AdmissionError } from '../errors.ts'
import type { FeedStore } from '../feeds/feed-store.ts'
import { readCounter, collectionCounter, countRebuilders } from '../indexes/counters.ts'
import type { Indexes } from '../indexes/database.ts'
import { countKeys, keyInFeed } from '../indexes/keyring.ts'
import type { State } from '../state/database.ts'
import type { Journal } from '../state/journal.ts'
import type { PostedKeys } from '../state/keys.ts'
import type { WaitingPlace } from '../state/waiting.ts'
import { addKeys, releaseWaiting } from './add-keys.ts'
import { deriveAgain } from './derive.ts'
import { openFollowers } from './followers.ts'
import { makeIndexLock } from './index-lock.ts'
import { openKeyring } from './keyring.ts'
import type { KeyringFiles } from './keyring-files.ts'
import { indexPostedKeys, learnKey } from './learn-key.ts'
import { makeLocalRepository } from './local-repository.ts'
import type { NodeRepository } from './node-repository.ts'
import { openOwnFeeds } from './own-feeds.ts'
import { makePut } from './put.ts'
import { makeReadCertification, makeReadEntry } from './read-entry.ts'
import type { Status } from './repository.ts'
import { makeSubmit } from './submit.ts'
import type { VerificationPool } from './verification-pool.ts'
import { openWaitingRoom } from './waiting-room.ts'
import { openWriter } from './writer.ts'

/** What lies on the disk, opened. The one who opened it closes it. */
export interface Keeping {
  readonly state: State
  readonly journal: Journal
  readonly posted: PostedKeys
  readonly waiting: WaitingPlace
  readonly store: FeedStore
  readonly indexes: Indexes
}

export interface RepositorySettings {
  readonly collections: readonly Collection[]
  readonly keyringFiles: KeyringFiles
  readonly pool: VerificationPool
  readonly now: () => number
  /** After each batch that a follower has written: how far, of how many blocks. */
  readonly onProgress: (done: number, total: number) => void
  readonly onFault: (error: unknown) => void
  readonly about: Pick<Status, 'version' | 'peerId' | 'startedAt'>
}

export interface OpenRepository {
  readonly repository: NodeRepository
  /** Resolves when the indexes have everything that the feeds had when it was asked. */
  caughtUp(): Promise<void>
  close(): Promise<void>
}

/** Joins feeds, state and indexes to one repository: replays the journal first, then follows, then takes submissions. */
export async function openRepository(
  keeping: Keeping,
  settings: RepositorySettings,
): Promise<OpenRepository> {
  const { indexes, store, state, journal, posted } = keeping
  const { pool, now, onFault } = settings
  const collections = new Map(settings.collections.map((one) => [one.name, one]))
  const own = await openOwnFeeds(settings.collections, { state, journal, store })
  const feeds = [...own.byCollection.values()]
  const byKey = new Map(feeds.map((feed) => [feed.key, feed]))

  const lock = makeIndexLock()
  const keyring = openKeyring(indexes, settings.keyringFiles)
  const examiners = { keyring, pool }
  const readEntry = makeReadEntry((key) => byKey.get(key))
  const following = { indexes, lock, examiners, readEntry }
  const followers = openFollowers({
    ...following,
    onKeys: (keyIds) => void release(keyIds).catch(onFault),
    onProgress: () => {
      const done = feeds.reduce((sum, { key }) => sum + followers.position(key), 0)
      settings.onProgress(
        done,
        feeds.reduce((sum, { length }) => sum + length, 0),
      )
    },
    onFault,
  })
  const { reached } = followers
  const writer = openWriter({
    journal,
    settle: own.settle,
    keyInFeed: (feed, fingerprint) => keyInFeed(indexes, feed, fingerprint),
  })
  const learning = { ...following, posted, feeds, writer, reached }
  const learn = (key: Parameters<typeof learnKey>[1]): Promise<void> => learnKey(learning, key)
  const started = async (): Promise<void> => {
    if (!isStarted) await inTime(starting)
  }
  const waiting = openWaitingRoom(keeping.waiting)
  const submit = makeSubmit({
    collections,
    feeds: own.byCollection,
    indexes,
    examiners,
    writer,
    readEntry,
    reached,
    learn,
    waiting,
    started,
    now,
  })
  const release = (keyIds: readonly string[]): Promise<readonly string[]> =>
    releaseWaiting({ waiting, submit }, keyIds)

  await lock.run(() => deriveAgain(indexes, examiners, readEntry))
  await indexPostedKeys(learning)
  for (const feed of feeds) {
    const dialect = settings.collections.find(({ name }) => name === feed.collection)?.dialect
    if (dialect !== undefined) await followers.add(feed, dialect)
  }

  const caughtUp = async (): Promise<void> => {
    await Promise.all(feeds.map(({ key, length }) => reached(key, length)))
    await lock.idle()
  }
  let isStarted = false
  const starting = (async () => {
    await caughtUp()
    isStarted = true
  })()
  starting.catch(onFault)

  const repository = makeLocalRepository(
    {
      collections,
      indexes,
      keyring,
      readEntry,
      read: makeReadCertification(readEntry, pool),
      submit,
      addKeys: async (bytes) => {
        await started()
        return addKeys({ keyring, learn, release }, bytes)
      },
      ready: async () => followers.caughtUp(),
      status: async () => ({
        ...settings.about,
        collections: await Promise.all(
          settings.collections.map(async ({ name, dialect, admit }) => {
            const feed = own.byCollection.get(name)
            return {
              name,
              dialect,
              admit: typeof admit === 'string' ? admit : admit.join(' '),
              certifications: await readCounter(indexes, collectionCounter(name)),
              feed: feed?.key ?? null,
              length: feed?.length ?? 0,
              followed: feed === undefined ? 0 : followers.position(feed.key),
            }
          }),
        ),
        keys: await countKeys(indexes),
        rebuilders: await countRebuilders(indexes),
        waiting: keeping.waiting.counts(),
        peers: 0,
        advice: [],
      }),
      now,
    },
    (browse) => makePut({ ...browse, submit, place: keeping.waiting }),
  )
  return {
    repository,
    caughtUp,
    close: async () => {
      await writer.close()
      await followers.close()
      await lock.idle()
    },
  }
}

/** How long a submission waits for a node that has just started, in milliseconds. */
const START_PATIENCE = 10_000

/** Before the own feeds are followed nobody can tell what is in them already. */
async function inTime(starting: Promise<void>): Promise<void> {
  const late = Symbol('late')
  const timeout = new AbortController()
  const first = await Promise.race([
    starting,
    setTimeout(START_PATIENCE, late, { signal: timeout.signal, ref: false }).catch(() => late),
  ])
  timeout.abort()
  if (first === late)
    throw new AdmissionError(
      'BEHIND',
      'This node is still building its indexes; GET /ready tells when it is done. Try again then, or another node.',
    )
}
