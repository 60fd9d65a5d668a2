/* Everything that a repository is joined of, in the order in which it is opened. */
import { makeStartGate } from '../base/start-gate.ts'
import { makeKeyedMutex } from '../base/mutex.ts'
import type { NetworkView } from '../contract/following.ts'
import { keyInFeed } from '../indexes/keyring.ts'
import { makeKnownFeeds } from './entries/known-feeds.ts'
import { openReadContext } from './entries/read-context.ts'
import { openEvents } from './events/events.ts'
import { openFollowedFeeds } from './followed-feeds.ts'
import { openIndexContext } from './following/index-context.ts'
import { noteNamedOperators } from './following/tally-scheduler.ts'
import type { Stores, RepositorySettings } from './stores.ts'
import { makeKeyLearning } from './key-intake/key-learning.ts'
import { makeNewestSweep } from './newest-sweep.ts'
import { openOwnFeeds } from './own-feeds/own-feeds.ts'
import { makeRenewals } from './own-feeds/renewals.ts'
import { openWriter } from './own-feeds/writer.ts'
import { openQueryContext } from './queries/query-context.ts'
import { makeAliasShares } from './submission/own-variant.ts'
import { makeReleases } from './submission/releases.ts'
import { release } from './submission/submit.ts'
import { openWaitingSubmissions } from './submission/waiting-submissions.ts'
import { openWithholding } from './withholding/open-withholding.ts'

export type Modules = Awaited<ReturnType<typeof openModules>>

/**
 * The own feeds with what the journal has for them, how they are read and followed, and what is done with what comes. Nothing
 * follows or takes anything before {@link start}. {@link openRepository} closes what must be closed.
 * @throws StorageError DISK, JOURNAL_MISMATCH, FEED_CORRUPT
 */
export async function openModules(stores: Stores, settings: RepositorySettings) {
  const { indexes, state, store, journal, posted, waiting: waitingPlace } = stores
  const { keyringFiles, pool, now, disk } = settings
  const { operators = [], keep = [], readOnly = false, isReading = false } = settings
  const onFault = (error: unknown): void => {
    // a fault of a store is one of the disk too
    disk.failed(error)
    settings.onFault(error)
  }
  /** `view`: as long as nobody has joined it there is none. */
  const network: { view: NetworkView | undefined } = { view: undefined }
  const startGate = makeStartGate()
  const collections = new Map(settings.collections.map((one) => [one.name, one]))

  const own = await openOwnFeeds(readOnly ? [] : settings.collections, stores, isReading)
  const feeds = makeKnownFeeds(collections)
  const verifying = { keyringFiles, pool, keep, operators, now, onFault }
  const reading = await openReadContext(state, indexes, { feeds, ...verifying })
  await noteNamedOperators(indexes, reading.namedOperators())
  const queries = openQueryContext(indexes, reading, collections)
  const indexing = openIndexContext(indexes, reading, onFault)
  const events = await openEvents(queries, indexing.lock, () => network.view)
  const followedFeeds = openFollowedFeeds(own, indexing, settings)

  const newestSweep = makeNewestSweep(indexing, followedFeeds)

  const { opened } = indexing
  const writer = openWriter({ journal, own, posted, opened }, (feed, fingerprint) =>
    keyInFeed(indexes, feed, fingerprint),
  )
  const writing = { own, feeds: followedFeeds.own, writer, reached: followedFeeds.reached }
  const keys = makeKeyLearning(indexing, writing, stores)
  const renewals = makeRenewals(state, { indexing, writing }, followedFeeds.replace)
  const holdings = { state, store, waiting: waitingPlace, indexing, writing }
  const withholding = openWithholding(holdings, { startGate, disk }, followedFeeds.expect)
  const submissions = {
    collections,
    indexing,
    writing,
    keys,
    waiting: openWaitingSubmissions(waitingPlace, pool),
    startGate,
    disk,
    elsewhere: () => network.view?.writableUrls() ?? [],
    turns: makeKeyedMutex(),
    aliases: makeAliasShares(),
  }
  const releases = makeReleases((keyIds) => release(submissions, keyIds), onFault)
  return {
    stores,
    settings,
    network,
    startGate,
    queries,
    indexing,
    events,
    followedFeeds,
    newestSweep,
    writing,
    keys,
    renewals,
    withholding,
    submissions,
    releases,
  }
}
