import { closeAll } from '../base/close-all.ts'
import type { Stores, RepositorySettings } from './stores.ts'
import { makeLocalRepository } from './local-repository.ts'
import type { OpenRepository } from './opened-repository.ts'
import { savedRemains } from './tombstones/saved-entries.ts'
import { makeStatus } from './queries/status.ts'
import { countUnusable, countConfirmed } from './queries/feed-usefulness.ts'
import { catchUp, prepare, releaseKnown, start } from './start.ts'
import { openModules, type Modules } from './open-modules.ts'

/**
 * Joins feeds, state and indexes to one repository: replays the journal first, then follows, then takes submissions. Whoever
 * opens it closes it, and the stores behind it.
 * @throws StorageError DISK, JOURNAL_MISMATCH, FEED_CORRUPT
 */
export async function openRepository(
  stores: Stores,
  settings: RepositorySettings,
): Promise<OpenRepository> {
  const modules = await openModules(stores, settings)
  await prepare(modules)
  return serve(modules, start(modules))
}

/** @param started resolves when the start is over, and then what it has found is released */
function serve(modules: Modules, started: Promise<void>): OpenRepository {
  const { stores, settings, network, indexing, events, followedFeeds, writing, keys, renewals } =
    modules
  const { queries, submissions, releases, withholding, newestSweep } = modules
  const { indexes } = stores
  const { feeds } = indexing.reading
  const { own, writer } = writing
  const { disk } = settings
  const unsubscribe = disk.onChanged(() => {
    if (disk.fault() === undefined) releaseKnown(modules).catch(indexing.onFault)
  })
  const ownFeeds = own.byCollection
  const status = makeStatus(
    {
      indexes,
      ownFeeds,
      followedFeeds,
      waiting: stores.waiting,
      keysKept: () => stores.posted.count + stores.revocations.count(),
      remains: savedRemains(stores.state, indexing.reading.withheld),
      network: () => network.view,
    },
    { ...settings, scope: settings.keep?.length ? { rules: settings.keep } : undefined },
  )
  return {
    repository: makeLocalRepository(queries, submissions, {
      status,
      events,
      network: () => network.view,
      place: stores.waiting,
      isReadOnly: settings.readOnly === true,
    }),
    join: (view) => {
      network.view = view
    },
    caughtUp: async () => {
      await started
      await catchUp(modules, followedFeeds.reachAll)
      await indexing.tallyScheduler.idle()
    },
    followed: followedFeeds.reachAll,
    addReplica: followedFeeds.add,
    choiceOf: indexing.reading.scope.of,
    sweepNewest: newestSweep.sweep,
    rubbish: (feed) => countUnusable(indexes, feed),
    seconded: (key, others) => countConfirmed(queries.indexes, feeds.of(key), others),
    position: followedFeeds.position,
    ...withholding.door,
    ownFeeds: () => followedFeeds.own,
    formerFeeds: () => own.former.map(({ feed }) => feed),
    renew: renewals.renew,
    noteEvidence: events.noteEvidence,
    close: async () => {
      unsubscribe()
      events.close()
      // the last of these first
      await closeAll([
        indexing.close,
        releases.idle,
        // whoever asked for it, or onFault, has been told
        () => started.catch(() => undefined),
        indexing.reading.scope.close,
        followedFeeds.close,
        newestSweep.close,
        writer.close,
        renewals.idle,
        keys.revocations.idle,
        withholding.close,
      ])
    },
  }
}
