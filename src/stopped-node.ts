/* What is done to the data of a node that does not run. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config/config.ts'
import { ownFeedKey } from './feeds/store/feed-store.ts'
import { deleteIndexes } from './indexes/database.ts'
import type { Logger } from './base/logger.ts'
import { openData, resumeReplicas } from './open-data.ts'
import { retireOwnFeeds } from './repository/own-feeds/own-feeds.ts'
import { openState } from './state/database.ts'
import { openIdentity } from './state/identity.ts'
import { ownFeeds } from './state/own-feeds.ts'

/** Deletes the indexes of a stopped node and builds them again from its feeds. */
export async function reindex(
  config: Config,
  logger: Logger,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  // the lock of a running node is its state: without it the indexes must not be touched
  const state = await openState(config.data)
  try {
    await deleteIndexes(join(config.data, 'indexes'))
  } finally {
    await state.close()
  }
  const data = await openData(config, logger, { onProgress, blockTimeouts: { gone: 0, stuck: 0 } })
  try {
    await resumeReplicas(data)
    await data.caughtUp()
  } finally {
    await data.close()
  }
}

/**
 * Makes a copy of a node's data fit to be used: what was written after it was made may be anywhere, so its own feeds are
 * never written again.
 * @returns the feeds that take their place
 * @throws what {@link openData} throws
 */
export async function restore(
  config: Config,
  logger: Logger,
): Promise<readonly { collection: string; previous: string; feed: string }[]> {
  const state = await openState(config.data)
  try {
    const { feedSeed } = await openIdentity(state)
    await retireOwnFeeds(state, (...feed) => ownFeedKey(feedSeed, ...feed))
    // this file marks a folder as the original; without the file the store takes this folder for the original
    await rm(join(config.data, 'feeds', 'CORESTORE'), { force: true })
  } finally {
    await state.close()
  }
  const data = await openData(config, logger)
  try {
    await data.caughtUp()
    const rows = await ownFeeds(data.state)
    return rows.flatMap(({ collection, previous, key }) =>
      previous === undefined ? [] : [{ collection, previous, feed: key }],
    )
  } finally {
    await data.close()
  }
}
