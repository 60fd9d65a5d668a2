/*
 * The replicas that are open, each with its row on the disk, and what happens to them. Which there are, and whether more
 * of one is copied, others judge.
 */
import { type Listeners, makeListeners } from '../../base/listeners.ts'
import type { FollowReason } from '../../contract/following.ts'
import type { Head } from '../../feeds/format/head.ts'
import type { Origin } from '../../feeds/format/origin.ts'
import type { FeedStore } from '../../feeds/store/feed-store.ts'
import type { State } from '../../state/database.ts'
import {
  type FollowedFeedRow,
  putFollowedFeed,
  removeFollowedFeed,
} from '../../state/followed-feeds.ts'
import type { Judged } from './followed.ts'
import { makeMeter } from './meter.ts'
import type { NodeFeeds } from './node-feeds.ts'

export interface ReplicasParts {
  readonly store: Pick<FeedStore, 'get'>
  readonly state: State
  readonly feeds: Pick<NodeFeeds, 'withheld'>
  /** A row cannot be written. */
  readonly onError: (error: unknown) => void
  readonly now: () => number
}

export interface Replicas {
  readonly byKey: ReadonlyMap<string, Judged>
  /** Its row is on the disk. Nothing is copied before its replica is told to. @throws StorageError DISK */
  readonly open: (row: FollowedFeedRow, origin: Origin, why: FollowReason) => Promise<Judged>
  /** Writes what is new in its row; what cannot be written is an error of its own. */
  readonly amend: (one: Judged, fields: Partial<FollowedFeedRow>) => void
  /** It is followed no more. */
  readonly remove: (one: Judged) => void
  /** How one is followed has changed: whoever changes that tells it here. */
  readonly changed: Listeners<[one: Judged]>
  /** Blocks or a head of it have come. */
  readonly grown: Listeners<[one: Judged]>
  /** A head that contradicts the feed was met on the way. */
  readonly contradicted: Listeners<[one: Judged, head: Head]>
  /** Nothing more is copied. */
  readonly close: () => void
}

export function makeReplicas({ store, state, feeds, onError, now }: ReplicasParts): Replicas {
  const byKey = new Map<string, Judged>()
  const changed = makeListeners<[Judged]>()
  const grown = makeListeners<[Judged]>()
  const contradicted = makeListeners<[Judged, Head]>()
  let closed = false
  /** What a closing store refuses is no news. */
  const failed = (error: unknown): void => {
    if (!closed) onError(error)
  }

  return {
    byKey,
    changed,
    grown,
    contradicted,
    async open(row, origin, why) {
      const replica = await store.get(row.key, origin.collection)
      replica.avoid(await feeds.withheld(row.key))
      const meter = makeMeter(now)
      const one: Judged = {
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
        stop: replica.onChanged(() => {
          meter.count(replica.received)
          grown.tell(one)
        }),
      }
      byKey.set(row.key, one)
      replica.onConflict((head) => contradicted.tell(one, head))
      return one
    },
    amend(one, fields) {
      one.row = { ...one.row, ...fields }
      putFollowedFeed(state, one.row).catch(failed)
    },
    remove(one) {
      one.stop()
      one.replica.pause()
      byKey.delete(one.row.key)
      removeFollowedFeed(state, one.row.key).catch(failed)
    },
    close() {
      closed = true
      for (const one of byKey.values()) {
        one.stop()
        one.replica.pause()
      }
    },
  }
}
