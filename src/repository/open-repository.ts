import { closeAll } from '../base/close-all.ts'
import type { Stores, RepositorySettings } from './stores.ts'
import { makeLocalRepository } from './local-repository.ts'
import type { OpenRepository } from './opened.ts'
import { makeStatus } from './queries/status.ts'
import { countUnusable, countConfirmed } from './queries/feed-usefulness.ts'
import { catchUp, prepare, releaseKnown, start } from './start.ts'
import { openModules, type Modules } from './open-modules.ts'

/** Joins feeds, state and indexes to one repository: replays the journal first, then follows, then takes submissions. */
export async function openRepository(
  keeping: Stores,
  settings: RepositorySettings,
): Promise<OpenRepository> {
  const rooms = await openModules(keeping, settings)
  await prepare(rooms)
  return serve(rooms, start(rooms))
}

/** @param started resolves when the start is over, and then what it has found is released */
function serve(rooms: Modules, started: Promise<void>): OpenRepository {
  const { keeping, settings, network, indexing, events, book, writing, keys, renewals } = rooms
  const { answering, road, releases, withholding } = rooms
  const { indexes } = keeping
  const { feeds } = indexing.reading
  const { own, writer } = writing
  const { disk } = settings
  const unsubscribe = disk.onChanged(() => {
    if (disk.fault() === undefined) releaseKnown(rooms).catch(indexing.onFault)
  })
  const ownFeeds = own.byCollection
  const status = makeStatus(
    { indexes, ownFeeds, book, waiting: keeping.waiting, network: () => network.view },
    settings,
  )
  return {
    repository: makeLocalRepository(answering, road, {
      status,
      events,
      place: keeping.waiting,
      isReadOnly: settings.readOnly === true,
    }),
    join: (view) => {
      network.view = view
    },
    caughtUp: async () => {
      await started
      await catchUp(rooms, book.reachAll)
      await indexing.tallier.idle()
    },
    followed: book.reachAll,
    addReplica: book.add,
    rubbish: (feed) => countUnusable(indexes, feed),
    seconded: (key, others) => countConfirmed(indexes, feeds.of(key), others),
    position: book.position,
    ...withholding.door,
    ownFeeds: () => book.own,
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
        book.close,
        writer.close,
        renewals.idle,
        keys.revocations.idle,
        withholding.close,
      ])
    },
  }
}
