/* What a peer is asked for next, and what its answers come to. */
import { randomInt } from 'node:crypto'
import { yieldMainThread } from '../../base/main-thread.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import type { CheckBook } from './check-book.ts'
import { makeCheckTurns } from './check-turns.ts'
import { type Claim, isClaimed, sampleOf, tipOf } from './choose-blocks.ts'
import type { AskedBlocks, ReadBack } from './read-back.ts'

/** Which feeds are checked, against whose claims, and where it is noted what came of it. */
export interface Checking {
  readonly feeds: CheckedFeeds
  readonly claims: Claims
  readonly book: CheckBook
}

export interface CheckedFeeds {
  /** All that are here at this moment, and have a block. */
  readonly all: () => readonly Feed[]
  /** The feed, if this node writes it. */
  readonly written: (feed: string) => Feed | undefined
}

export interface Claims {
  /** `undefined`: that peer says nothing of that feed. */
  readonly of: (feed: string, peerId: string) => Claim | undefined
}

export interface CheckTask extends AskedBlocks {
  readonly claim: Claim
  /** A sample of all, not only the newest. */
  readonly isWhole: boolean
}

export interface CheckTasks {
  /** @param mayAskTip for what has just been appended, too */
  readonly next: (peerId: string, mayAskTip: boolean) => Promise<CheckTask | undefined>
  /** Notes what came of one. @param peer with where it is, see `shareOf` of addresses */
  readonly done: (
    task: CheckTask,
    peer: { readonly peerId: string; readonly share: string },
    found: readonly ReadBack[],
  ) => void
  /** This node has appended to a feed. */
  readonly grown: (feed: string) => void
  /** Forgets feeds that are here no more. */
  readonly tidy: () => void
}

/**
 * Asks nobody itself: whoever makes it does, and tells what came of it.
 * @param now milliseconds since 1970
 */
export function makeCheckTasks({ feeds, claims, book }: Checking, now: () => number): CheckTasks {
  const isWritten = (feed: string): boolean => feeds.written(feed) !== undefined
  const turns = makeCheckTurns(now, Math.random)

  function taskOf(feed: Feed, peerId: string, mayAskTip: boolean): CheckTask | undefined {
    const claim = claims.of(feed.key, peerId)
    if (claim === undefined || !turns.mayAsk(feed.key, peerId)) return undefined
    const row = book.get(feed.key, peerId)
    const isWhole = !book.stands(row) || turns.isOld(feed.key, peerId, row.checkedAt)
    if (!isWhole && !(mayAskTip && isWritten(feed.key))) return undefined
    const sequences = isWhole
      ? sampleOf(feed, claim, (bound) => randomInt(bound))
      : tipOf(feed, claim, row?.proven ?? [])
    return sequences.length === 0 ? undefined : { feed, sequences, claim, isWhole }
  }

  return {
    async next(peerId, mayAskTip) {
      const all = feeds.all()
      // what this node writes comes first: somebody may wait for that
      const ordered = [
        ...all.filter(({ key }) => isWritten(key)),
        ...all.filter(({ key }) => !isWritten(key)),
      ]
      for (const [at, feed] of ordered.entries()) {
        if (at % 100 === 99) await yieldMainThread()
        const task = taskOf(feed, peerId, mayAskTip)
        if (task !== undefined) return task
      }
      return undefined
    },
    done({ feed, sequences, claim, isWhole }, { peerId, share }, found) {
      const last = found.at(-1)
      if (last === undefined) return
      const one = { feed: feed.key, peerId, share }
      const right = found.filter(({ result }) => result === 'right').map((each) => each.sequence)
      const isAll = right.length === sequences.length
      const signed = claim.isSigned && isClaimed(claim, last.sequence)
      if (isFailure(last, signed)) book.failed(one)
      else if (right.length > 0) book.right(one, right, isWhole && isAll)
      turns.note(feed.key, peerId, { result: last.result, isWhole, isClaimed: signed })
    },
    grown: turns.grown,
    tidy() {
      const keys = new Set(feeds.all().map(({ key }) => key))
      turns.keepOnly((feed) => keys.has(feed))
    },
  }
}

/** What a peer has not said to have it may lack. */
function isFailure({ result }: ReadBack, isSigned: boolean): boolean {
  return result === 'wrong' || result === 'silent' || (result === 'absent' && isSigned)
}
