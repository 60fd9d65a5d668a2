/*
 * What peers say that they have of the feeds that are here: of each peer and feed the newest statement. A key costs nothing, so
 * what strangers say of others never takes the place of what somebody says of himself, or of what named peers tell.
 */
import { makeSignal, type Signal } from '../../base/signal.ts'
import { HAVES_APART, type HaveStatement, verifyHave } from '../frames/have-statement.ts'
import { type HaveRow, makeHaveRows, shareOfNamed } from './have-rows.ts'
import { placeFor, RANK } from './have-places.ts'
import { makeTelling } from './have-telling.ts'
import type { FeedsHere } from './feeds-here.ts'
import type { KeptRows } from './kept-rows.ts'

/** What this node knows of who tells. */
export interface Tellers {
  /** Did the operator name it? */
  readonly isNamed: (peerId: string) => boolean
  readonly isConnected: (peerId: string) => boolean
  /** Whose share a stranger takes, by its address. */
  readonly shareOf: (peerId: string) => string
}

export interface HaveBook {
  /**
   * Takes what a connected peer tells. Only what is new costs a verification.
   * @returns `old`: as old as what is here, or older; `skipped`: of no feed that is here, too far from this clock, or there is no
   *   room for it. None of that is a fault of whoever tells it.
   * @throws VerificationError SIGNATURE_INVALID if nobody signed that
   */
  readonly hear: (statement: HaveStatement, teller: string) => 'news' | 'old' | 'skipped'
  /** Takes what this node says itself, in place of what it said before. */
  readonly say: (statement: HaveStatement) => void
  /** What is to be told to peers: all that this node says, then of each feed the newest of others, at most 8. */
  readonly statements: () => readonly HaveStatement[]
  /** Newest first. */
  readonly of: (feed: string) => readonly HaveStatement[]
  /** What a peer says of a feed. */
  readonly by: (feed: string, peerId: string) => HaveStatement | undefined
  /** What the owner of a feed says of it. */
  readonly byOwner: (feed: string) => HaveStatement | undefined
  /** Tells each statement that was taken, and is worth being passed on. */
  readonly news: Signal<[statement: HaveStatement]>
  /** Drops what is too old, and what is said of feeds that are here no more. */
  readonly expire: () => void
}

/** How far ahead of this clock a statement may be, in milliseconds. */
const AHEAD = 600_000
/** How long one is kept that nobody renews, in milliseconds. */
const KEPT = 30 * 86_400_000

/** What tells how much a statement is worth. */
export interface HaveJudges {
  readonly feeds: FeedsHere
  readonly peers: Tellers
}

/**
 * A book with the statements that are kept, whose signatures are known to be good.
 * @param now milliseconds since 1970
 * @param onError whoever was told news has failed
 */
export function makeHaveBook(
  kept: KeptRows<HaveRow>,
  { feeds, peers }: HaveJudges,
  { now, onError }: { readonly now: () => number; readonly onError: (error: unknown) => void },
): HaveBook {
  const { owner: self } = feeds
  const rankOf = rankBy({ feeds, peers })
  const rows = makeHaveRows(kept.all)
  const news = makeSignal<[HaveStatement]>(onError)
  const telling = makeTelling(rows, { self, rankOf })

  const isRecent = ({ time }: HaveStatement): boolean => time >= now() - KEPT

  function put(row: HaveRow): void {
    rows.put(row)
    telling.changed(row.statement.feed)
    kept.put(row)
  }

  function drop(row: HaveRow): void {
    const { feed, peerId } = row.statement
    rows.remove(feed, peerId)
    telling.changed(feed)
    kept.delete(row)
  }

  /** The same again, or older: who tells it may be worth more than who told it before. */
  function noteTeller(before: HaveRow, row: HaveRow): void {
    const isSame = before.statement.signature === row.statement.signature
    if (isSame && rankOf(row) > rankOf(before)) put({ ...row, statement: before.statement })
  }

  function by(feed: string, peerId: string): HaveStatement | undefined {
    const said = rows.get(feed, peerId)?.statement
    return said !== undefined && isRecent(said) ? said : undefined
  }

  return {
    news,
    hear(statement, teller) {
      const { feed, peerId, time } = statement
      if (peerId === self) return 'old'
      if (!feeds.has(feed) || time > now() + AHEAD || !isRecent(statement)) return 'skipped'
      const share = peers.isNamed(teller) ? shareOfNamed(teller) : peers.shareOf(teller)
      const row = { statement, teller, share }
      const before = rows.get(feed, peerId)
      if (before !== undefined && before.statement.time + HAVES_APART > time) {
        noteTeller(before, row)
        return 'old'
      }
      const leaving = before === undefined ? placeFor(row, rows, { rankOf, now: now() }) : []
      if (leaving === undefined) return 'skipped'
      verifyHave(statement)
      for (const one of leaving) drop(one)
      const isBetter = before === undefined || rankOf(row) > rankOf(before)
      put(isBetter ? row : { ...before, statement })
      news.emit(statement)
      return 'news'
    },
    say(statement) {
      put({ statement, teller: self, share: shareOfNamed(self) })
      news.emit(statement)
    },
    statements: () => telling.of(rows.feeds().filter(feeds.has)).filter(isRecent),
    of: (feed) =>
      rows
        .of(feed)
        .map(({ statement }) => statement)
        .filter(isRecent)
        .toSorted((one, other) => other.time - one.time),
    by,
    byOwner(feed) {
      const owner = feeds.ownerOf(feed)
      return owner === undefined ? undefined : by(feed, owner)
    },
    expire() {
      for (const feed of rows.feeds())
        for (const row of rows.of(feed)) if (!feeds.has(feed) || !isRecent(row.statement)) drop(row)
    },
  }
}

const rankBy =
  ({ feeds, peers }: HaveJudges) =>
  ({ statement: { feed, peerId }, teller }: HaveRow): number => {
    if (peerId === feeds.owner || peerId === feeds.ownerOf(feed)) return RANK.needed
    if (peers.isNamed(teller)) return RANK.named
    return teller === peerId && peers.isConnected(peerId) ? RANK.himself : RANK.hearsay
  }
