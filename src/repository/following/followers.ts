import type { Feed } from '../../feeds/format/feed.ts'
import { makeSemaphore } from './semaphore.ts'
import { type Follower, openFollower } from './follower.ts'
import type { IndexContext } from './index-context.ts'
import type { BlockTimeouts } from './missing-blocks.ts'
import type { Source } from './located-entry.ts'

/** One follower for every feed that the node has, its own and replicas. */
export interface Followers {
  readonly add: (source: Source) => Promise<void>
  /** Goes on by another handle of the same feed, or by other rules. */
  readonly replace: (source: Source) => Promise<void>
  /** @throws StorageError if the follower of that feed has stopped, AdmissionError CLOSING */
  readonly reached: (feed: string, length: number) => Promise<void>
  /** Takes a block of a feed for a hole, to be filled whenever it comes. */
  readonly expect: (feed: string, sequence: number) => Promise<void>
  readonly position: (feed: string) => number
  /** A StorageError has stopped the follower of that feed. */
  readonly hasStopped: (feed: string) => boolean
  readonly close: () => Promise<void>
}

/** Of replicas, that are in memory at once: as many feeds that take long to verify hold up no other. */
const BATCHES = 4

/**
 * Follows nothing before a feed is added. Whoever opens it closes it, and with that every follower; the feeds stay open.
 * @param onProgress called after each batch of any feed
 */
export function openFollowers(
  indexing: IndexContext,
  timeouts: BlockTimeouts,
  onProgress: (followers: Pick<Followers, 'position'>) => void,
): Followers {
  const budget = { bytes: 0 }
  const replicas = makeSemaphore(BATCHES)
  // what this node has written itself waits for no other feed
  const batchesOf = (feed: Feed) => ('append' in feed ? makeSemaphore(1) : replicas)
  const followers = new Map<string, Follower>()
  const replacing = new Map<string, Promise<void>>()
  const position = (feed: string): number => followers.get(feed)?.position() ?? 0
  const follow = async (source: Source): Promise<void> => {
    const { feed } = source
    const pace = {
      semaphore: batchesOf(feed),
      budget,
      timeouts,
      onProgress: () => onProgress({ position }),
    }
    followers.set(feed.key, await openFollower(source, indexing, pace))
  }
  /** By the follower that there is then, where another goes on in its place. */
  async function reached(feed: string, length: number): Promise<void> {
    await replacing.get(feed)
    const follower = followers.get(feed)
    if (follower === undefined) throw new Error(`feed ${feed} has no follower`)
    try {
      await follower.reached(length)
    } catch (error) {
      if (!replacing.has(feed) && followers.get(feed) === follower) throw error
      await reached(feed, length)
    }
  }

  async function replace(source: Source): Promise<void> {
    await followers.get(source.feed.key)?.close()
    await follow(source)
  }

  return {
    add: async (source) => {
      if (!followers.has(source.feed.key)) await follow(source)
    },
    replace: async (source) => {
      const { key } = source.feed
      const replaced = replace(source).finally(() => replacing.delete(key))
      replacing.set(key, replaced)
      await replaced
    },
    reached,
    expect: async (feed, sequence) => followers.get(feed)?.expect(sequence),
    position,
    hasStopped: (feed) => followers.get(feed)?.hasStopped() ?? false,
    close: async () => {
      await Promise.all([...followers.values()].map((follower) => follower.close()))
    },
  }
}
