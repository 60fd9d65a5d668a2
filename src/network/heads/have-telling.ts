/* Which statements are worth telling: every neighbour is told all of them, again and again. */
import type { HaveStatement } from '../frames/have-statement.ts'
import type { HaveRow, HaveRows } from './have-rows.ts'

/** Of one feed, of others. */
const TOLD_PER_FEED = 8

export interface HaveTelling {
  /** All that this node says of these feeds; then of each what others say that has most rank, the newest first. */
  readonly of: (feeds: readonly string[]) => readonly HaveStatement[]
  /** Something else is said of a feed. */
  readonly changed: (feed: string) => void
}

/** @param self peer id of this node */
export function makeTelling(
  rows: Pick<HaveRows, 'of'>,
  { self, rankOf }: { readonly self: string; readonly rankOf: (row: HaveRow) => number },
): HaveTelling {
  interface Told {
    readonly own: readonly HaveStatement[]
    readonly others: readonly HaveStatement[]
  }
  const chosen = new Map<string, Told>()

  function choose(feed: string): Told {
    const there = rows.of(feed)
    const others = there
      .filter(({ statement }) => statement.peerId !== self)
      .map((row) => ({ row, rank: rankOf(row) }))
      .toSorted(
        (one, other) => other.rank - one.rank || other.row.statement.time - one.row.statement.time,
      )
    return {
      own: there.map(({ statement }) => statement).filter(({ peerId }) => peerId === self),
      others: others.slice(0, TOLD_PER_FEED).map(({ row }) => row.statement),
    }
  }

  function toldOf(feed: string): Told {
    const told = chosen.get(feed) ?? choose(feed)
    chosen.set(feed, told)
    return told
  }

  return {
    of(feeds) {
      const told = feeds.map(toldOf)
      return [...told.flatMap(({ own }) => own), ...told.flatMap(({ others }) => others)]
    },
    changed: (feed) => void chosen.delete(feed),
  }
}
