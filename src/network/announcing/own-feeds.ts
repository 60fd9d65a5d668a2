/*
 * The feeds that this node writes, and wrote, as others know them: announced whenever they grow. One of which somebody has
 * more than this node is never written again, and what others have of it comes back.
 */
import type { Disk } from '../../base/disk.ts'
import type { Logger } from '../../base/logger.ts'
import type { OwnFeed } from '../../feeds/format/feed.ts'
import type { EvidenceBook } from '../heads/evidence-book.ts'
import type { NodeFeeds } from '../replication/node-feeds.ts'
import type { Announcer } from './announcer.ts'
import type { Catalog } from './catalog.ts'

export interface OwnFeedsParts {
  readonly feeds: NodeFeeds
  /** None: gossip is not used. */
  readonly announcer: Announcer | undefined
  readonly catalog: Catalog
  readonly evidence: EvidenceBook
  /** No feed grows while it takes nothing; always if absent. */
  readonly disk: Pick<Disk, 'fault'> | undefined
  readonly logger: Logger
}

export interface OwnFeeds {
  /** Announces all of them. */
  readonly start: () => void
  /** Somebody has more of one, or another story. @param confirmed length up to which others have what is here */
  readonly lost: (feed: OwnFeed, confirmed: number) => Promise<void>
  /** What others have of a feed that this node wrote once, and has lost, comes back. */
  readonly followFormer: () => void
  readonly close: () => void
}

export function makeOwnFeeds(parts: OwnFeedsParts): OwnFeeds {
  const { feeds, announcer, catalog, evidence, disk, logger } = parts
  const stops: (() => void)[] = []

  function add(feed: OwnFeed): void {
    announcer?.add(feed)
    stops.push(feed.onChanged(catalog.grown))
  }

  const mayGrow = (): boolean => disk?.fault() === undefined
  function followFormer(): void {
    for (const feed of feeds.formerFeeds()) if (!evidence.has(feed.key)) feed.follow(mayGrow)
  }

  return {
    followFormer,
    start() {
      for (const feed of feeds.ownFeeds()) add(feed)
      followFormer()
    },
    async lost(old, confirmed) {
      const feed = await feeds.renew(old, confirmed)
      if (feed === undefined) return
      logger.warn(
        { old: old.key, feed: feed.key },
        'others have more of an own feed: another takes its place',
      )
      announcer?.remove(old.key)
      add(feed)
      followFormer()
      catalog.changed()
    },
    close() {
      for (const stop of stops) stop()
    },
  }
}
