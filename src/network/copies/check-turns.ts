/* When a peer is asked again for blocks of a feed. */
import { CHECK_STANDS } from './check-book.ts'
import type { ReadBackResult } from './read-back.ts'

/** Half of how long a check stands, and up to a quarter more, so that not all are due at once. */
const RENEWED = CHECK_STANDS / 2
const JITTER = CHECK_STANDS / 4
/** Between two looks at what has just been appended. */
const TIP_APART = 2_000
/** For a peer that may not have yet what it is asked for: each time twice as long. */
const SOON = 500
const LATEST_SOON = 60_000
/** For one whose block was not right. */
const FAILED = 30_000
const LATEST_FAILED = 3_600_000
const BUSY = 5_000
const LATEST_BUSY = 60_000

interface Turn {
  /** Milliseconds since 1970. */
  readonly notBefore: number
  readonly renewAt: number
  readonly tries: number
  /** It may have by now what it had not. */
  readonly isWaiting: boolean
}

/** Of a feed and a peer. */
export interface CheckTurns {
  readonly mayAsk: (feed: string, peerId: string) => boolean
  /** A check stands: is it time for the next? @param checkedAt milliseconds since 1970 */
  readonly isOld: (feed: string, peerId: string, checkedAt: number) => boolean
  /**
   * @param isWhole a sample of all was asked for, not only the newest
   * @param isClaimed the peer had signed that it has what it was asked for
   */
  readonly note: (feed: string, peerId: string, outcome: Outcome) => void
  /** A feed has grown: who had not what was new then is asked again. */
  readonly grown: (feed: string) => void
  /** Drops what is of no feed that is here. */
  readonly keepOnly: (isHere: (feed: string) => boolean) => void
}

interface Outcome {
  readonly result: ReadBackResult
  readonly isWhole: boolean
  readonly isClaimed: boolean
}

const FIRST: Turn = { notBefore: 0, renewAt: 0, tries: 0, isWaiting: false }

/** @param random from 0 up to 1 */
export function makeCheckTurns(now: () => number, random: () => number): CheckTurns {
  const byFeed = new Map<string, Map<string, Turn>>()
  const of = (feed: string, peerId: string): Turn => byFeed.get(feed)?.get(peerId) ?? FIRST

  function next(before: Turn, { result, isWhole, isClaimed }: Outcome): Turn {
    const { renewAt, tries } = before
    const again = (least: number, most: number): Omit<Turn, 'isWaiting'> => ({
      notBefore: now() + Math.min(most, least * 2 ** Math.min(tries, 20)),
      renewAt,
      tries: tries + 1,
    })
    if (result === 'right' && isWhole)
      return { ...FIRST, renewAt: now() + RENEWED + random() * JITTER }
    if (result === 'right') return { ...FIRST, renewAt, notBefore: now() + TIP_APART }
    if (result === 'later') return { ...again(BUSY, LATEST_BUSY), isWaiting: false }
    if (result === 'gone' || (result === 'absent' && !isClaimed))
      return { ...again(SOON, LATEST_SOON), isWaiting: true }
    return { ...again(FAILED, LATEST_FAILED), isWaiting: false }
  }

  return {
    mayAsk: (feed, peerId) => of(feed, peerId).notBefore <= now(),
    isOld(feed, peerId, checkedAt) {
      const { renewAt } = of(feed, peerId)
      return now() >= (renewAt > 0 ? renewAt : checkedAt + RENEWED)
    },
    note(feed, peerId, outcome) {
      const ofFeed = byFeed.get(feed) ?? new Map<string, Turn>()
      byFeed.set(feed, ofFeed.set(peerId, next(of(feed, peerId), outcome)))
    },
    grown(feed) {
      const ofFeed = byFeed.get(feed)
      for (const [peerId, turn] of ofFeed ?? [])
        if (turn.isWaiting) ofFeed?.set(peerId, { ...turn, notBefore: 0, tries: 0 })
    },
    keepOnly(isHere) {
      for (const feed of byFeed.keys()) if (!isHere(feed)) byFeed.delete(feed)
    },
  }
}
