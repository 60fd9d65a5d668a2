/* How far feeds have come: into this node, and from here into its indexes. */
import type { Feed } from '../feeds/format/feed.ts'
import type { FeedSelection } from './replication/feed-selection.ts'
import type { NodeFeeds } from './replication/node-feeds.ts'

/** So long nobody has had a block that is waited for, in milliseconds. */
const GONE = 6_000

export interface FeedProgress {
  /** Is in the indexes what was here when this was made? */
  readonly isCaughtUp: () => boolean
  /** Is that feed in the indexes up to that length, or is nothing more of it to be had, or wanted? */
  readonly hasReached: (key: string, length: number) => boolean
}

/** @param onError the indexes cannot be read */
export function followProgress(
  selection: Pick<FeedSelection, 'get' | 'isOpening'>,
  feeds: Pick<NodeFeeds, 'position' | 'followed'>,
  onError: (error: unknown) => void,
): FeedProgress {
  let isCaughtUp = feeds.followed === undefined
  feeds.followed?.().then(() => (isCaughtUp = true), onError)
  const goneSince = new Map<string, number>()

  /** Who has a block says so a little later than how long the feed is. */
  function isGoneForGood(key: string, feed: Feed, position: number): boolean {
    if (!isGone(feed, position)) {
      goneSince.delete(key)
      return false
    }
    const since = goneSince.get(key) ?? Date.now()
    goneSince.set(key, since)
    return Date.now() - since >= GONE
  }

  return {
    isCaughtUp: () => isCaughtUp,
    hasReached(key, length) {
      if (selection.isOpening(key)) return false
      const one = selection.get(key)
      if (one === undefined || one.state !== 'following') return true
      if (!one.isIndexed || one.replica.length < length) return false
      const position = feeds.position(key)
      return position + 1 >= length || isGoneForGood(key, one.replica, position)
    },
  }
}

/**
 * Its last pair of blocks cannot be had from anybody who is connected: withheld there, say. Where later ones are here, the
 * follower goes on by itself.
 */
const isGone = (feed: Feed, sequence: number): boolean =>
  feed.nextHere(sequence + 2) === undefined &&
  [sequence, sequence + 1].some((block) => !feed.has(block) && !feed.obtainable(block))
