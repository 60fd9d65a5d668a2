import { type Naming, NOBODY } from '../certification/agreement/naming.ts'
import { closeAll } from '../base/close-all.ts'
import type { Feed } from '../feeds/format/feed.ts'
import type { Indexes } from '../indexes/database.ts'
import { keyInFeed } from '../indexes/keyring.ts'
import { noteConfiguredKeys } from './keys/configured-keys.ts'
import { makeDeriver } from './following/derive.ts'
import { openEvents } from './events/events.ts'
import { openFeedBook } from './feed-book.ts'
import { inTime } from '../base/in-time.ts'
import { makeIndexLock } from './following/index-lock.ts'
import { makeKeyLearning } from './key-intake/key-learning.ts'
import { openKeyring } from './keys/keyring.ts'
import { makeLocalRepository } from './local-repository.ts'
import { PATIENCE } from './following/missing.ts'
import { openWithholding } from './withholding/open-withholding.ts'
import type { OpenRepository } from './opened.ts'
import { openOwnFeeds } from './own-feeds/own-feeds.ts'
import { forgetWhenWritten } from './key-intake/posted-keys.ts'
import { makeProve } from './queries/prove.ts'
import { makePut } from './submission/put.ts'
import { makeReadCertification, makeReadEntry } from './entries/read-entry.ts'
import { readOnly } from './submission/read-only.ts'
import { faultsOf, onRoom, withDisk, withholdingOnDisk } from './with-disk.ts'
import { makeRenewals } from './own-feeds/renewals.ts'
import { knownAmong, makeReleases } from './submission/releases.ts'
import { makeSubmit } from './submission/submit.ts'
import { countRubbish, countSeconded, makeStatus } from './queries/status.ts'
import { makeTallier } from './following/tallier.ts'
import { noteNaming } from './following/note-naming.ts'
import type { Keeping, RepositorySettings } from './keeping.ts'
import { keptBlocks, openKept } from './tombstones/kept.ts'
import { LOCAL, makeWaitingList, openWaitingRoom } from './submission/waiting-room.ts'
import { openWithheld } from './tombstones/withheld.ts'
import { openWriter } from './own-feeds/writer.ts'

/** Joins feeds, state and indexes to one repository: replays the journal first, then follows, then takes submissions. */
export async function openRepository(
  keeping: Keeping,
  settings: RepositorySettings,
): Promise<OpenRepository> {
  const { indexes, store, state, journal, posted } = keeping
  const { pool, now, disk, isReading = false } = settings
  const onFault = faultsOf(settings)
  const collections = new Map(settings.collections.map((one) => [one.name, one]))
  const written = settings.readOnly === true ? [] : settings.collections
  const own = await openOwnFeeds(written, { state, journal, store, isReading })

  const network = settings.network ?? ((): undefined => undefined)
  const refusal = () => readOnly(network()?.writableUrls() ?? [])
  let isStarted = false
  // before that its key is known already, and what waits is released by the start itself
  const onKeys = (keyIds: readonly string[]): void => {
    if (!isStarted) return
    releases.releaseSoon(keyIds)
    keys.revocations.applySoon(keyIds)
  }
  const naming = (): Naming => settings.naming ?? NOBODY
  await noteNaming(indexes, naming())
  const lock = makeIndexLock(() => tallier.settle())
  const tallier = makeTallier({ indexes, lock, naming, now, onFault })
  const keyring = openKeyring(indexes, settings.keyringFiles, pool)
  // before that, the start itself does it
  const finishSoon = (): void => {
    if (isStarted) withholding.finishSoon()
  }
  const withheld = await openWithheld(state, () => finishSoon())
  // whoever asks is never told what has a tombstone, whatever its rows still say
  const shown: Indexes = { ...indexes, isHidden: (id) => withheld.get(id) !== undefined }
  const events = await openEvents({ indexes: shown, lock, withheld, now, network })
  const kept = openKept(state)
  const examiners = { keyring, pool, withheld, counting: { naming, now } }
  const feedOf = (key: string): Feed | undefined => book.of(key)
  const entries = makeReadEntry(feedOf, kept)
  const readEntry = entries.read
  const certifications = makeReadCertification(readEntry, pool)
  const deriver = makeDeriver({ indexes, lock, examiners, readEntry })
  const following = { indexes, lock, examiners, derive: () => deriver.run() }
  const book = openFeedBook({
    collections,
    own,
    withheld,
    settings,
    following: {
      ...following,
      kept: keptBlocks(kept, withheld),
      onKeys,
      onFault,
      patience: settings.patience ?? PATIENCE,
    },
  })
  const { reached } = book
  const plainWriter = openWriter({
    journal,
    settle: own.settle,
    keyInFeed: (feed, fingerprint) => keyInFeed(indexes, feed, fingerprint),
  })
  const writer = forgetWhenWritten(plainWriter, posted)
  const started = (): Promise<void> => (isStarted ? Promise.resolve() : inTime(starting))
  const writing = { posted, feeds: book.own, writer, reached, onKeys, onFault }
  const keys = makeKeyLearning({
    ...following,
    ...writing,
    keyring,
    pool,
    place: keeping.revocations,
    release: (keyIds) => releases.release(keyIds),
  })
  const waiting = openWaitingRoom(keeping.waiting, pool)
  const submit = makeSubmit({
    collections,
    feeds: own.byCollection,
    indexes,
    examiners,
    writer,
    readEntry,
    reached,
    learn: keys.learn,
    waiting,
    release: (keyIds) => releases.release(keyIds),
    started,
    now,
    readOnly: refusal,
  })
  const submitOnDisk: typeof submit = (one) => disk.writing(() => submit(one))
  const releases = makeReleases({ waiting, submit: submitOnDisk }, onFault)
  const withholding = openWithholding({
    state,
    store,
    indexes,
    withheld,
    kept,
    writer: plainWriter,
    own: own.byCollection,
    reached,
    expect: book.expect,
    entries,
    certifications,
    lock,
    examiners,
    waiting: keeping.waiting,
    now,
    feedOf,
    dialectOf: book.dialectOf,
    started,
    onFault,
  })

  await withholding.unlist()
  await noteConfiguredKeys(indexes, settings.keyringFiles)
  await deriver.run()
  await keys.indexPosted()
  await book.start()

  const caughtUp = async (reach: () => Promise<void>): Promise<void> => {
    await reach()
    await deriver.run()
    await releases.idle()
  }
  const renewals = makeRenewals({
    state,
    own,
    writer: plainWriter,
    indexes,
    examiners,
    feedOf,
    follow: book.replace,
    reached,
    onFault,
  })
  const releaseKnown = async () =>
    onKeys([
      ...(await knownAmong(keeping.waiting.keyIds(), keyring)),
      ...keeping.revocations.keyIds(),
    ])
  const unsubscribe = onRoom(disk, () => releaseKnown().catch(onFault))
  const starting = (async () => {
    await caughtUp(book.reachOwn)
    if (isReading) return
    await keys.settlePosted()
    await withholding.finish()
    isStarted = true
    tallier.soon()
    finishSoon()
    void renewals.finish()
    await releaseKnown()
  })()
  starting.catch(onFault)

  const answers = makeStatus({
    settings,
    ownFeeds: own.byCollection,
    indexes,
    position: book.position,
    answersForOwn: book.isReady,
    waiting: () => keeping.waiting.counts(),
    diskFault: disk.fault,
    network,
  })
  const repository = makeLocalRepository(
    {
      collections,
      indexes: shown,
      keyring,
      readEntry,
      read: certifications.read,
      withheld,
      events,
      submit,
      addKeys: async (bytes, address = LOCAL) => {
        await started()
        return keys.add(bytes, address)
      },
      answers,
      waiting: makeWaitingList({ place: keeping.waiting, collections, pool }),
      proof: makeProve(feedOf),
      now,
      naming,
    },
    (browse) => {
      if (settings.readOnly === true) return () => Promise.reject(refusal())
      return makePut({ ...browse, submit, place: keeping.waiting })
    },
  )
  return {
    repository: settings.readOnly === true ? repository : withDisk(repository, disk),
    caughtUp: async () => {
      await starting
      await caughtUp(book.reachAll)
      await tallier.idle()
    },
    followed: book.reachAll,
    addReplica: (feed, dialect) => book.add(feed, dialect).then(finishSoon),
    rubbish: (feed) => countRubbish(indexes, feed),
    seconded: (key, others) => countSeconded(indexes, book.of(key), others),
    position: book.position,
    ...withholdingOnDisk(withholding.door, disk),
    ownFeeds: () => book.own,
    formerFeeds: () => own.former.map(({ feed }) => feed),
    renew: renewals.renew,
    noteEvidence: events.noteEvidence,
    close: async () => {
      unsubscribe()
      events.close()
      await closeAll([
        lock.idle,
        tallier.close,
        deriver.close,
        releases.idle,
        // whoever asked for it, or onFault, has been told
        () => starting.catch(() => undefined),
        book.close,
        writer.close,
        renewals.idle,
        keys.revocations.idle,
        withholding.close,
      ])
    },
  }
}
