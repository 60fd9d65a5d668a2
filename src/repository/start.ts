/* What a repository does, in order, before it takes anything. */
import { noteConfiguredKeys } from './keys/configured-keys.ts'
import type { Modules } from './open-modules.ts'
import { knownAmong } from './submission/releases.ts'

/** Before anything is answered: what was withheld leaves the indexes, and what keys have changed is derived. */
export async function prepare({ keeping, settings, withholding, indexing, keys, book }: Modules) {
  await withholding.unlist()
  await noteConfiguredKeys(keeping.indexes, settings.keyringFiles)
  await indexing.deriver.run()
  await keys.indexPosted()
  await book.start()
}

/**
 * Behind the back of whoever opens it: nobody who submits meets a feed that is not followed whole. What comes before it is
 * done is told to nobody: the start itself does what is to be done with that.
 * @returns resolves when all of it is done; whoever waits for less asks `starting`
 */
export function start(rooms: Modules): Promise<void> {
  const done = run(rooms)
  done.catch((error: unknown) => {
    rooms.starting.failed(error)
    rooms.indexing.onFault(error)
  })
  return done
}

async function run(rooms: Modules): Promise<void> {
  const { settings, starting, indexing, book, keys, withholding, renewals, releases } = rooms
  await catchUp(rooms, book.reachOwn)
  if (settings.isReading === true) {
    starting.done()
    return
  }
  await keys.settlePosted()
  await withholding.finish()
  indexing.keysCame.subscribe(releases.releaseSoon)
  indexing.keysCame.subscribe(keys.revocations.applySoon)
  indexing.reading.withheld.onMet(withholding.finishSoon)
  book.onAdded(withholding.finishSoon)
  starting.done()
  indexing.tallier.soon()
  withholding.finishSoon()
  void renewals.finish()
  await releaseKnown(rooms)
}

/** Follows so far, and does what that has left to be done. */
export async function catchUp(
  { indexing, releases }: Pick<Modules, 'indexing' | 'releases'>,
  reach: () => Promise<void>,
): Promise<void> {
  await reach()
  await indexing.deriver.run()
  await releases.idle()
}

/** Takes what waits for keys that are here. */
export async function releaseKnown({ keeping, indexing }: Modules): Promise<void> {
  await indexing.keysCame.emit([
    ...(await knownAmong(keeping.waiting.keyIds(), indexing.reading.keyring)),
    ...keeping.revocations.keyIds(),
  ])
}
