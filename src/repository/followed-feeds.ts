/* Every feed that is here, own ones and replicas, each with a follower that reads it into the indexes. */
import { makeSignal } from '../base/signal.ts'
import type { DialectName } from '../certification/dialects/dialect.ts'
import type { Feed, OwnFeed, Replica } from '../feeds/format/feed.ts'
import type { IndexContext } from './following/index-context.ts'
import { BLOCK_TIMEOUTS } from './following/missing-blocks.ts'
import type { RepositorySettings } from './stores.ts'
import { type Followers, openFollowers } from './following/followers.ts'
import type { OwnFeeds, Replacement } from './own-feeds/own-feeds.ts'
import { openScopedFeeds, type ScopedFeeds } from './scoped-feeds.ts'

type FeedBookSettings = Pick<
  RepositorySettings,
  'onProgress' | 'disk' | 'wasReady' | 'blockTimeouts'
>

export interface FollowedFeeds extends Pick<
  Followers,
  'reached' | 'expect' | 'position' | 'close'
> {
  /** Those that this node writes now: the same array, whatever is replaced. */
  readonly own: readonly OwnFeed[]
  /** What is followed of a feed of which not everything is kept. */
  readonly scoped: ScopedFeeds['get']
  /** Follows what was here before. */
  readonly start: () => Promise<void>
  readonly add: (replica: Replica, dialect: DialectName) => Promise<void>
  /** Calls back when a feed was added, or was here when it was to be. */
  readonly onAdded: (listener: () => void) => () => void
  /** A new own feed, and the one before it as another's. */
  readonly replace: (replacement: Replacement) => Promise<void>
  /**
   * Does it answer for the own feeds? Once the indexes have had all of them it goes on to: what was appended and not followed
   * because a write failed was acknowledged to nobody. A follower that anything but the disk has stopped is another matter.
   */
  readonly isReady: () => boolean
  /** Resolves when the indexes have all of the own feeds. */
  readonly reachOwn: () => Promise<void>
  /** Resolves when they have every block that is here. */
  readonly reachAll: () => Promise<void>
}

/**
 * Follows nothing before it is started. The repository closes it, which waits until each follower is done with the batch that
 * it is at.
 */
export function openFollowedFeeds(
  ownFeeds: OwnFeeds,
  indexing: IndexContext,
  settings: FeedBookSettings,
): FollowedFeeds {
  const { feeds, withheld } = indexing.reading
  const added = makeSignal(indexing.onFault)
  const own = [...ownFeeds.byCollection.values()]
  for (const feed of own) feeds.put(feed)
  for (const { feed, dialect } of ownFeeds.former) enter(feed, dialect)
  let hadOwn = settings.wasReady === true

  function enter(feed: Feed, dialect: DialectName): void {
    feed.avoid(withheld.blocks(feed.key))
    feeds.put(feed, dialect)
  }

  const followers = openFollowers(
    indexing,
    settings.blockTimeouts ?? BLOCK_TIMEOUTS,
    ({ position }) => {
      const all = feeds.all()
      const done = all.reduce((sum, { key }) => sum + position(key), 0)
      settings.onProgress(
        done,
        all.reduce((sum, { length }) => sum + length, 0),
      )
    },
  )

  async function follow(feed: Feed): Promise<void> {
    const dialect = feeds.dialectOf(feed)
    if (dialect !== undefined) await followers.add({ feed, dialect })
  }

  const scopedFeeds = openScopedFeeds(indexing, followers)
  return {
    reached: followers.reached,
    expect: followers.expect,
    position: followers.position,
    isReady() {
      hadOwn ||= own.every(({ key, length }) => followers.position(key) + 1 >= length)
      const hasStopped = own.some(({ key }) => followers.hasStopped(key))
      return hadOwn && (!hasStopped || settings.disk.isBroken())
    },
    scoped: scopedFeeds.get,
    close: async () => {
      await scopedFeeds.close()
      await followers.close()
    },
    own,
    async start() {
      for (const feed of feeds.all()) await follow(feed)
    },
    async add(feed, dialect) {
      if (feeds.of(feed.key) === undefined) {
        enter(feed, dialect)
        await followers.add(await scopedFeeds.sourceOf(feed, dialect))
      }
      added.emit()
    },
    onAdded: added.subscribe,
    async replace({ feed, former }) {
      enter(former.feed, former.dialect)
      await followers.replace(former)
      const at = own.findIndex(({ key }) => key === former.feed.key)
      own.splice(at, 1, feed)
      feeds.put(feed)
      await follow(feed)
    },
    async reachOwn() {
      await Promise.all(own.map(({ key, length }) => followers.reached(key, length)))
      hadOwn = true
    },
    async reachAll() {
      const ends = feeds.all().map((feed) => followers.reached(feed.key, endOf(feed)))
      await Promise.all(ends)
    },
  }
}

/** Where the last pair ends that is here whole: what is missing before it is a hole. */
function endOf(feed: Feed): number {
  let end = feed.has(0) ? 1 : 0
  for (let at = feed.nextHere(1); at !== undefined; at = feed.nextHere(at + 1)) {
    // an index block, with its data block before it
    if (at % 2 === 0 && isSettled(feed, at - 1)) end = at + 1
  }
  return end
}

/** Is that data block here, or will it not come by itself? */
const isSettled = (feed: Feed, sequence: number): boolean =>
  feed.has(sequence) || feed.avoids(sequence) || feed.leavesOut(sequence)
