/* Everything that a repository is joined of, in the order in which it is opened. */
import { NOBODY } from '../certification/agreement/naming.ts'
import { makeStart } from '../base/start.ts'
import { makeKeyedMutex } from '../base/mutex.ts'
import type { NetworkView } from '../contract/following.ts'
import { keyInFeed } from '../indexes/keyring.ts'
import { makeKnownFeeds } from './entries/known-feeds.ts'
import { openReading } from './entries/reading.ts'
import { openEvents } from './events/events.ts'
import { openFollowedFeeds } from './followed-feeds.ts'
import { openIndexing } from './following/indexing.ts'
import { noteNaming } from './following/tallier.ts'
import type { Stores, RepositorySettings } from './stores.ts'
import { makeKeyLearning } from './key-intake/key-learning.ts'
import { openOwnFeeds } from './own-feeds/own-feeds.ts'
import { makeRenewals } from './own-feeds/renewals.ts'
import { openWriter } from './own-feeds/writer.ts'
import { openAnswering } from './queries/answering.ts'
import { makeAliasShares } from './submission/own-variant.ts'
import { makeReleases } from './submission/releases.ts'
import { release } from './submission/submit.ts'
import { openWaitingRoom } from './submission/waiting-room.ts'
import { openWithholding } from './withholding/open-withholding.ts'

export type Modules = Awaited<ReturnType<typeof openModules>>

/** The own feeds with what the journal has for them, how they are read and followed, and what is done with what comes. */
export async function openModules(keeping: Stores, settings: RepositorySettings) {
  const { indexes, state, store, journal, posted, waiting: place } = keeping
  const { keyringFiles, pool, now, disk } = settings
  const { naming = NOBODY, readOnly = false, isReading = false } = settings
  const onFault = (error: unknown): void => {
    // a fault of a store is one of the disk too
    disk.failed(error)
    settings.onFault(error)
  }
  /** `view`: as long as nobody has joined it there is none. */
  const network: { view: NetworkView | undefined } = { view: undefined }
  const starting = makeStart()
  const collections = new Map(settings.collections.map((one) => [one.name, one]))

  const own = await openOwnFeeds(readOnly ? [] : settings.collections, keeping, isReading)
  await noteNaming(indexes, naming)
  const feeds = makeKnownFeeds(collections)
  const named = { naming: () => naming, now }
  const reading = await openReading(state, indexes, { feeds, keyringFiles, pool, ...named })
  const answering = openAnswering(indexes, reading, collections)
  const indexing = openIndexing(indexes, reading, onFault)
  const events = await openEvents(answering, indexing.lock, () => network.view)
  const book = openFollowedFeeds(own, indexing, settings)

  const writer = openWriter(journal, own.settle, {
    keyInFeed: (feed, fingerprint) => keyInFeed(indexes, feed, fingerprint),
    posted,
  })
  const writing = { own, feeds: book.own, writer, reached: book.reached }
  const keys = makeKeyLearning(indexing, writing, keeping)
  const renewals = makeRenewals(state, { indexing, writing }, book.replace)
  const holdings = { state, store, waiting: place, indexing, writing }
  const withholding = openWithholding(holdings, { start: starting, disk }, book.expect)
  const road = {
    collections,
    indexing,
    writing,
    keys,
    waiting: openWaitingRoom(place, pool),
    start: starting,
    disk,
    elsewhere: () => network.view?.writableUrls() ?? [],
    turns: makeKeyedMutex(),
    aliases: makeAliasShares(),
  }
  const releases = makeReleases((keyIds) => release(road, keyIds), onFault)
  return {
    keeping,
    settings,
    network,
    starting,
    answering,
    indexing,
    events,
    book,
    writing,
    keys,
    renewals,
    withholding,
    road,
    releases,
  }
}
