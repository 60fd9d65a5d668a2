/* What a repository does, in order, before it takes anything. */
import { noteConfiguredKeys } from './keys/configured-keys.ts'
import type { Modules } from './open-modules.ts'
import { knownAmong } from './submission/releases.ts'

/** Before anything is answered: what was withheld leaves the indexes, and what keys have changed is derived. */
export async function prepare({
  stores,
  settings,
  withholding,
  indexing,
  keys,
  followedFeeds,
}: Modules) {
  await withholding.unlist()
  await noteConfiguredKeys(stores.indexes, settings.keyringFiles)
  await indexing.deriver.run()
  await keys.indexPosted()
  await followedFeeds.start()
}

/**
 * Behind the back of whoever opens it: nobody who submits meets a feed that is not followed whole. What comes before it is
 * done is told to nobody: the start itself does what is to be done with that.
 * @returns resolves when all of it is done; whoever waits for less asks `startGate`
 */
export function start(modules: Modules): Promise<void> {
  const done = run(modules)
  done.catch((error: unknown) => {
    modules.startGate.failed(error)
    modules.indexing.onFault(error)
  })
  return done
}

async function run(modules: Modules): Promise<void> {
  const { settings, startGate, indexing, followedFeeds, keys, withholding, renewals, releases } =
    modules
  await catchUp(modules, followedFeeds.reachOwn)
  if (settings.isReading === true) {
    startGate.done()
    return
  }
  await keys.settlePosted()
  await withholding.finish()
  indexing.keysChanged.subscribe(releases.releaseSoon)
  indexing.keysChanged.subscribe(keys.revocations.applySoon)
  indexing.reading.withheld.onReappeared(withholding.finishSoon)
  followedFeeds.onAdded(withholding.finishSoon)
  startGate.done()
  indexing.tallyScheduler.schedule()
  withholding.finishSoon()
  void renewals.finish()
  await releaseKnown(modules)
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
export async function releaseKnown({ stores, indexing }: Modules): Promise<void> {
  indexing.keysChanged.emit([
    ...(await knownAmong(stores.waiting.keyIds(), indexing.reading.keyring)),
    ...stores.revocations.keyIds(),
  ])
}
