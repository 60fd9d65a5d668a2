import type { Collection } from '../certification/admission.ts'
import type { DialectName } from '../certification/dialects/dialect.ts'
import type { FeedStore } from '../feeds/feed-store.ts'
import type { Feed, OwnFeed } from '../feeds/feed.ts'
import { readCounter, collectionCounter, countRebuilders } from '../indexes/counters.ts'
import type { Indexes } from '../indexes/database.ts'
import { countKeys, keyInFeed } from '../indexes/keyring.ts'
import type { State } from '../state/database.ts'
import type { Journal } from '../state/journal.ts'
import type { PostedKeys } from '../state/keys.ts'
import type { WaitingPlace } from '../state/waiting.ts'
import { addKeys } from './add-keys.ts'
import { noteConfiguredKeys } from './configured-keys.ts'
import { makeDeriver } from './derive.ts'
import { openFollowers } from './followers.ts'
import { inTime } from './in-time.ts'
import { makeIndexLock } from './index-lock.ts'
import { openKeyring } from './keyring.ts'
import type { KeyringFiles } from './keyring-files.ts'
import { indexPostedKeys, learnKey } from './learn-key.ts'
import { makeLocalRepository } from './local-repository.ts'
import { PATIENCE } from './missing.ts'
import type { Patience } from './missing.ts'
import type { NodeRepository } from './node-repository.ts'
import { openWithholding } from './open-withholding.ts'
import type { WithholdingDoor } from './open-withholding.ts'
import { openOwnFeeds } from './own-feeds.ts'
import { forgetWhenWritten, settlePosted } from './posted-keys.ts'
import { makePut } from './put.ts'
import { makeReadCertification, makeReadEntry } from './read-entry.ts'
import { makeReleases } from './releases.ts'
import type { Status } from './repository.ts'
import { makeSubmit } from './submit.ts'
import { makeTurns } from './turns.ts'
import type { VerificationPool } from './verification-pool.ts'
import { openKept } from './kept.ts'
import { openWaitingRoom } from './waiting-room.ts'
import { openWithheld } from './withheld.ts'
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
  /** How long a missing block of a replica is waited for; usual if absent. */
  readonly patience?: Patience | undefined
  readonly about: Pick<Status, 'version' | 'peerId' | 'startedAt'>
}

export interface OpenRepository extends WithholdingDoor {
  readonly repository: NodeRepository
  /** Resolves when the indexes have everything that the feeds had when it was asked. */
  caughtUp(): Promise<void>
  /** Follows another node's feed from now on. Only once its origin is here, and names this collection and dialect. */
  addReplica(feed: Feed, dialect: DialectName): Promise<void>
  /** Feeds that this node writes now. */
  ownFeeds(): readonly OwnFeed[]
  /** Feeds that it wrote once. */
  formerFeeds(): readonly Feed[]
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
  const followed = [...feeds, ...own.former.map(({ feed }) => feed)]
  const byKey = new Map<string, Feed>(followed.map((feed) => [feed.key, feed]))
  const dialects = new Map(own.former.map(({ feed, dialect }) => [feed.key, dialect]))

  let isStarted = false
  // before that its key is known already, and what waits is released by the start itself
  const onKeys = (keyIds: readonly string[]): void => {
    if (isStarted) releases.releaseSoon(keyIds)
  }
  const lock = makeIndexLock()
  const keyring = openKeyring(indexes, settings.keyringFiles)
  // before that, the start itself does it
  const finishSoon = (): void => {
    if (isStarted) withholding.finishSoon()
  }
  const withheld = await openWithheld(state, () => finishSoon())
  const kept = openKept(state)
  const examiners = { keyring, pool, withheld }
  const feedOf = (key: string): Feed | undefined => byKey.get(key)
  const entries = makeReadEntry(feedOf, kept)
  const readEntry = entries.read
  const certifications = makeReadCertification(readEntry, pool)
  const deriver = makeDeriver({ indexes, lock, examiners, readEntry })
  const following = { indexes, lock, examiners, derive: () => deriver.run() }
  const followers = openFollowers({
    ...following,
    kept: async (feed, sequence) => {
      const others = await kept.block({ feed, sequence })
      return others.length > 0 || withheld.isCleared(feed, sequence) ? others : undefined
    },
    onKeys,
    onProgress: () => {
      const done = followed.reduce((sum, { key }) => sum + followers.position(key), 0)
      settings.onProgress(
        done,
        followed.reduce((sum, { length }) => sum + length, 0),
      )
    },
    onFault,
    patience: settings.patience ?? PATIENCE,
  })
  const { reached } = followers
  const written = openWriter({
    journal,
    settle: own.settle,
    keyInFeed: (feed, fingerprint) => keyInFeed(indexes, feed, fingerprint),
  })
  const writer = forgetWhenWritten(written, posted)
  const learning = { ...following, posted, feeds, writer, reached, onKeys, turns: makeTurns() }
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
    release: (keyIds) => releases.release(keyIds),
    started,
    now,
  })
  const releases = makeReleases({ waiting, submit }, onFault)
  const withholding = openWithholding({
    state,
    store,
    indexes,
    withheld,
    kept,
    writer: written,
    own: own.byCollection,
    reached,
    expect: followers.expect,
    entries,
    certifications,
    lock,
    examiners,
    waiting: keeping.waiting,
    now,
    feedOf,
    dialectOf: ({ key, collection }) => dialects.get(key) ?? collections.get(collection)?.dialect,
    started,
    onFault,
  })

  await noteConfiguredKeys(indexes, settings.keyringFiles)
  await deriver.run()
  await indexPostedKeys(learning)
  for (const feed of feeds) {
    const dialect = settings.collections.find(({ name }) => name === feed.collection)?.dialect
    if (dialect !== undefined) await followers.add(feed, dialect)
  }
  for (const { feed, dialect } of own.former) await followers.add(feed, dialect)

  const caughtUp = async (): Promise<void> => {
    await Promise.all(followed.map(({ key, length }) => reached(key, length)))
    await deriver.run()
    await releases.idle()
  }
  const starting = (async () => {
    await caughtUp()
    await settlePosted(learning)
    await withholding.finish()
    isStarted = true
    finishSoon()
    const keys = await Promise.all(
      keeping.waiting
        .keyIds()
        .map(async (keyId) => ({ keyId, rows: await keyring.forKeyId(keyId) })),
    )
    onKeys(keys.flatMap(({ keyId, rows }) => (rows.length > 0 ? [keyId] : [])))
  })()
  starting.catch(onFault)

  const repository = makeLocalRepository(
    {
      collections,
      indexes,
      keyring,
      readEntry,
      read: certifications.read,
      withheld,
      submit,
      addKeys: async (bytes) => {
        await started()
        return addKeys({ pool, keyring, learn, release: releases.release }, bytes)
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
    caughtUp: async () => {
      await starting
      await caughtUp()
    },
    addReplica: async (feed, dialect) => {
      if (byKey.has(feed.key)) return
      feed.avoid(withheld.blocks(feed.key))
      byKey.set(feed.key, feed)
      dialects.set(feed.key, dialect)
      await followers.add(feed, dialect)
      finishSoon()
    },
    ...withholding.door,
    ownFeeds: () => feeds,
    formerFeeds: () => own.former.map(({ feed }) => feed),
    close: async () => {
      await withholding.close()
      await writer.close()
      await followers.close()
      // whoever asked for it, or onFault, has been told
      await starting.catch(() => undefined)
      await releases.idle()
      await deriver.close()
      await lock.idle()
    },
  }
}
