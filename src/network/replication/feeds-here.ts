import type { Feed, Replica } from '../../feeds/format/feed.ts'
import type { NodeFeeds } from './node-feeds.ts'
import type { Replicas } from './replicas.ts'

/** All feeds that are here: those that this node writes or wrote, and replicas of others. */
export interface FeedsHere {
  /** Does this node write it, or did it once? */
  readonly isOwn: (key: string) => boolean
  readonly has: (key: string) => boolean
  readonly get: (key: string) => Feed | undefined
}

export function feedsHere(feeds: NodeFeeds, replicas: Replicas): FeedsHere {
  const isOwn = (key: string): boolean =>
    [...feeds.ownFeeds(), ...feeds.formerFeeds()].some((feed) => feed.key === key)
  const former = (key: string): Replica | undefined =>
    feeds.formerFeeds().find((feed) => feed.key === key)
  return {
    isOwn,
    has: (key) => isOwn(key) || replicas.byKey.has(key),
    get: (key) =>
      feeds.ownFeeds().find((feed) => feed.key === key) ??
      replicas.byKey.get(key)?.replica ??
      former(key),
  }
}
