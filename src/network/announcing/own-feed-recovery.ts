/*
 * What becomes of an own feed of which somebody has more than this node, or another story: it is never written again, another
 * takes its place, and what others have of it comes back.
 */
import type { Disk } from '../../base/disk.ts'
import { makeSignal, type Signal } from '../../base/signal.ts'
import type { OwnFeed } from '../../feeds/format/feed.ts'
import type { HeadBook } from '../heads/head-book.ts'
import type { LocalFeeds } from '../replication/local-feeds.ts'

export interface OwnFeedRecovery {
  /** Writes another feed instead of that one, if this node writes it. @throws StorageError DISK */
  readonly renew: (key: string) => Promise<void>
  /** An own feed has another in its place. */
  readonly renewed: Signal<[former: OwnFeed, feed: OwnFeed]>
  /** What others have of feeds that this node wrote once, and has lost, comes back. */
  readonly followFormer: () => void
}

/** @param disk nothing comes back while it takes nothing; it always does if absent */
export function makeOwnFeedRecovery(
  { node, written, replicas }: LocalFeeds,
  { heads, evidence }: HeadBook,
  disk: Pick<Disk, 'fault'> | undefined,
): OwnFeedRecovery {
  const renewed = makeSignal<[OwnFeed, OwnFeed]>(replicas.list.failed)
  const mayGrow = (): boolean => disk?.fault() === undefined

  function followFormer(): void {
    for (const feed of node.formerFeeds()) if (!evidence.has(feed.key)) feed.follow(mayGrow)
  }

  /** What others have of an own feed as it is here. */
  async function confirmedLength(feed: OwnFeed): Promise<number> {
    const shorter = heads.of(feed.key).filter(({ length }) => length <= feed.length)
    const lengths = await Promise.all(
      shorter.map(async ({ length, root }) => ((await feed.root(length)) === root ? length : 0)),
    )
    return Math.max(0, ...lengths)
  }

  return {
    renewed,
    followFormer,
    async renew(key) {
      const former = written(key)
      if (former === undefined) return
      const feed = await node.renew(former, await confirmedLength(former))
      if (feed === undefined) return
      renewed.emit(former, feed)
      followFormer()
    },
  }
}
