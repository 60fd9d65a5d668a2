/*
 * The replicas that are open, each with its row on the disk, and what happens to them. Which there are, and whether more
 * of one is copied, others decide.
 */
import { makeSignal, type Signal } from '../../base/signal.ts'
import type { FollowReason } from '../../contract/following.ts'
import type { Head } from '../../feeds/format/head.ts'
import type { Origin } from '../../feeds/format/origin.ts'
import type { FeedStore } from '../../feeds/store/feed-store.ts'
import type { CopiedFeedRow } from '../../state/copied-feeds.ts'
import type { FollowList } from './follow-list.ts'
import type { MutableFollowed } from './followed-replica.ts'
import { makeMeter } from './meter.ts'
import type { NodeFeeds } from './node-feeds.ts'

export interface Replicas {
  readonly list: FollowList
  readonly byKey: ReadonlyMap<string, MutableFollowed>
  /** Its row is on the disk. Nothing is copied before its replica is told to. @throws StorageError DISK */
  readonly open: (row: CopiedFeedRow, origin: Origin, why: FollowReason) => Promise<MutableFollowed>
  /** Writes what is new in its row; what cannot be written is an error of its own. */
  readonly amend: (one: MutableFollowed, fields: Partial<CopiedFeedRow>) => void
  /** It is followed no more. */
  readonly remove: (one: MutableFollowed) => void
  /** How one is followed has changed: whoever changes that calls its `changed`. */
  readonly changed: Signal<[one: MutableFollowed]>
  /** Blocks or a head of it have come. */
  readonly grown: Signal<[one: MutableFollowed]>
  /** A head that contradicts the feed was met on the way. */
  readonly contradicted: Signal<[one: MutableFollowed, head: Head]>
  /** What its owner signed of it is not so. */
  readonly misrepresented: Signal<[one: MutableFollowed, reason: string]>
  /** Nothing more is copied. */
  readonly close: () => void
}

/**
 * The feeds that are followed: none, until they are opened. The {@link openFeedSelection} that is given them closes them;
 * whoever opens the store closes it.
 */
export function makeReplicas(
  store: Pick<FeedStore, 'get'>,
  feeds: Pick<NodeFeeds, 'withheld' | 'choiceOf'>,
  list: FollowList,
): Replicas {
  const byKey = new Map<string, MutableFollowed>()
  const changed = makeSignal<[MutableFollowed]>(list.failed)
  const grown = makeSignal<[MutableFollowed]>(list.failed)
  const contradicted = makeSignal<[MutableFollowed, Head]>(list.failed)

  return {
    list,
    byKey,
    changed,
    grown,
    contradicted,
    misrepresented: makeSignal<[MutableFollowed, string]>(list.failed),
    async open(row, origin, why) {
      const replica = await store.get(row.key, origin.collection)
      replica.avoid(await feeds.withheld(row.key))
      const { collection, format } = origin
      const choice = await feeds.choiceOf?.({ key: row.key, collection, format })
      if (choice !== undefined) replica.choose(choice)
      const meter = makeMeter(() => replica.received)
      const stops: (() => void)[] = []
      const one: MutableFollowed = {
        row,
        origin,
        replica,
        why,
        state: 'following',
        reason: undefined,
        meter,
        isBegun: false,
        isRubbish: false,
        isIndexed: false,
        seconded: 0,
        changed: () => changed.emit(one),
        stop() {
          for (const stop of stops) stop()
        },
      }
      stops.push(
        replica.onChanged(() => {
          meter.count()
          grown.emit(one)
        }),
        replica.onConflict((head) => contradicted.emit(one, head)),
      )
      byKey.set(row.key, one)
      return one
    },
    amend(one, fields) {
      one.row = { ...one.row, ...fields }
      list.put(one.row)
    },
    remove(one) {
      one.stop()
      one.replica.pause()
      byKey.delete(one.row.key)
      list.remove(one.row.key)
    },
    close() {
      for (const one of byKey.values()) {
        one.stop()
        one.replica.pause()
      }
    },
  }
}
