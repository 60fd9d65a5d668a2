import type { Collection } from '../../certification/admission.ts'
import type { DialectName } from '../../certification/dialects/dialect.ts'
import type { Feed } from '../../feeds/format/feed.ts'

/** Every feed that is here, own ones and replicas. */
export interface KnownFeeds {
  readonly of: (key: string) => Feed | undefined
  readonly all: () => readonly Feed[]
  /** Returns `undefined` if the collection of the feed is not configured any more. */
  readonly dialectOf: (feed: Feed) => DialectName | undefined
  /** @param dialect if absent, the feed has the dialect of its collection */
  readonly put: (feed: Feed, dialect?: DialectName) => void
}

/** A list without feeds. Whoever opens a feed puts it there, and closes it. */
export function makeKnownFeeds(collections: ReadonlyMap<string, Collection>): KnownFeeds {
  const byKey = new Map<string, Feed>()
  const dialects = new Map<string, DialectName>()
  return {
    of: (key) => byKey.get(key),
    all: () => [...byKey.values()],
    dialectOf: ({ key, collection }) => dialects.get(key) ?? collections.get(collection)?.dialect,
    put: (feed, dialect) => {
      byKey.set(feed.key, feed)
      if (dialect !== undefined) dialects.set(feed.key, dialect)
    },
  }
}
