import { cp } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openFeedStore } from '../../src/feeds/store/feed-store.ts'
import { openState } from '../../src/state/database.ts'
import { openIdentity } from '../../src/state/identity.ts'
import { setOwnFeed } from '../../src/state/own-feeds.ts'
import { testConfig } from './open-test-repository.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** A data folder of a node of its own that wrote the origins of these feeds, of dialect debian, before there was format 2. */
export async function folderOfFormat1(
  collections: readonly string[] = ['debian'],
): Promise<string> {
  const data = await temporaryDirectory()
  const state = await openState(data)
  const store = await openFeedStore(data, await openIdentity(state))
  for (const collection of collections) {
    const feed = await store.own(collection, 0)
    await setOwnFeed(state, { collection, generation: 0, key: feed.key })
    await feed.append([await store.originBlock(feed, { format: 1, dialect: 'debian' })])
  }
  await store.flush()
  await store.close()
  await state.close()
  return data
}

const SAVED = fileURLToPath(new URL('../data/data-folder-of-format-1', import.meta.url))

/** A data folder as a node left it that knew no other format: without what ties it to one disk. */
export async function savedOfFormat1(): Promise<string> {
  const data = await temporaryDirectory()
  await cp(SAVED, data, { recursive: true })
  return data
}

/** Of a node whose feed of `debian` is of format 1, and whose feed of `later` is of format 2. */
export async function withBothFormats(data?: string) {
  const folder = data ?? (await folderOfFormat1())
  const { collections } = await testConfig(folder)
  const debian = collections.filter(({ name }) => name === 'debian')
  const later = debian.map((one) => ({ ...one, name: 'later' }))
  return { data: folder, config: { collections: [...debian, ...later] } }
}
