/* The feeds of others of which not everything is kept, each with what chooses of it. */
import { makeMutex } from '../base/mutex.ts'
import type { DialectName } from '../certification/dialects/dialect.ts'
import { formatOfFeed } from '../feeds/format/block.ts'
import type { Replica } from '../feeds/format/feed.ts'
import type { Followers } from './following/followers.ts'
import type { IndexContext } from './following/index-context.ts'
import type { Source } from './following/located-entry.ts'

export interface ScopedFeeds {
  /** What is followed of it: from now on only that comes. Only once its origin is here. @throws StorageError DISK */
  readonly sourceOf: (replica: Replica, dialect: DialectName) => Promise<Source>
  /** Of a feed of which not everything is kept. */
  readonly get: (feed: string) => Source | undefined
  /** Ends with what it is at. */
  readonly close: () => Promise<void>
}

/** Whenever other things are kept of a feed than before, it is chosen and followed again, until it is closed. */
export function openScopedFeeds(
  { reading: { scope }, onFault }: Pick<IndexContext, 'reading' | 'onFault'>,
  followers: Pick<Followers, 'replace'>,
): ScopedFeeds {
  const sources = new Map<string, Source>()
  const turns = makeMutex()

  async function followAgain(key: string): Promise<void> {
    const source = sources.get(key)
    if (source === undefined) return
    await followers.replace(source)
    source.scoped?.replica.reconsider()
  }

  const stop = scope.changed.subscribe((key) => {
    turns.run(() => followAgain(key)).catch(onFault)
  })
  return {
    async sourceOf(replica, dialect) {
      const { key, collection } = replica
      const found = await scope.of({ key, collection, format: await formatOfFeed(replica) })
      if (found === undefined) return { feed: replica, dialect }
      replica.choose(found)
      const source = { feed: replica, dialect, scoped: { scope: found, replica } }
      sources.set(key, source)
      return source
    },
    get: (feed) => sources.get(feed),
    async close() {
      stop()
      await turns.idle()
    },
  }
}
