/* Which statements there is room for. A key costs nothing, so every bound has ranks, and shares by the address of who tells. */
import { heavierThan } from '../../base/address-share.ts'
import type { HaveRow, HaveRows } from './have-rows.ts'

/** Who takes whose place: what has more never gives way to what has less. */
export const RANK = {
  /** What a stranger says of somebody else, or has said of himself and is not connected any more. */
  hearsay: 0,
  /** What a connected peer says of itself. */
  himself: 1,
  /** What a peer tells whom the operator named. */
  named: 2,
  /** What this node says, and what the owner of the feed says. */
  needed: 3,
} as const

/** Of one feed, beside this node and the owner. */
const PEERS_PER_FEED = 64
/** Of one feed, that strangers of one address say of others. */
const HEARSAY_PER_SHARE = 8
/** Of all feeds together. */
const MOST_ROWS = 20_000
/** Statements are renewed every hour: who has not for so long, in milliseconds, has probably gone. */
const GONE = 3 * 3_600_000

/** A statement and what of {@link RANK} it has now. */
interface Ranked {
  readonly row: HaveRow
  readonly rank: number
}

/**
 * @param rows all that are kept
 * @param now milliseconds since 1970
 * @returns the rows that go so that a new one can come; `undefined`: it cannot
 */
export function placeFor(
  row: HaveRow,
  rows: HaveRows,
  { rankOf, now }: { readonly rankOf: (row: HaveRow) => number; readonly now: number },
): readonly HaveRow[] | undefined {
  const ranked = (one: HaveRow): Ranked => ({ row: one, rank: rankOf(one) })
  const newcomer = ranked(row)
  if (newcomer.rank === RANK.needed) return []
  const there = rows.of(row.statement.feed)
  if (newcomer.rank === RANK.hearsay) {
    const ofShare = there.filter(({ share }) => share === row.share).map(ranked)
    const hearsay = ofShare.filter(({ rank }) => rank === RANK.hearsay)
    if (hearsay.length >= HEARSAY_PER_SHARE) return listed(victimAmong(hearsay, newcomer, now))
  }
  if (there.length >= PEERS_PER_FEED) {
    const others = there.map(ranked).filter(({ rank }) => rank < RANK.needed)
    if (others.length >= PEERS_PER_FEED) return listed(victimAmong(others, newcomer, now))
  }
  if (rows.size() < MOST_ROWS) return []
  const share = rows.heavierThan(row.share) ?? row.share
  const most = share === row.share ? newcomer.rank - 1 : newcomer.rank
  return listed(rows.oldestOf(share, (one) => rankOf(one) <= most))
}

const listed = (row: HaveRow | undefined): readonly HaveRow[] | undefined =>
  row === undefined ? undefined : [row]

/**
 * Who gives way to a newcomer where all places are taken: of what has least rank the oldest of the share that holds most; of
 * equals first who has gone, and then only a share that holds more than the newcomer's.
 * @param now milliseconds since 1970
 * @returns `undefined` if nobody does
 */
function victimAmong(there: readonly Ranked[], newcomer: Ranked, now: number): HaveRow | undefined {
  const { share } = newcomer.row
  const least = Math.min(...there.map(({ rank }) => rank))
  const lowest = there.filter(({ rank }) => rank === least)
  if (least > newcomer.rank) return undefined
  if (least < newcomer.rank)
    return oldest(lowest, heaviestShare(lowest, share) ?? share) ?? oldest(lowest)
  const isGone = ({ row }: Ranked): boolean => row.statement.time < now - GONE
  const gone = lowest.filter(isGone)
  // else whoever tells nothing but what is old would have news without end
  if (gone.length > 0 && !isGone(newcomer)) return oldest(gone)
  const heaviest = heaviestShare(lowest, share)
  return heaviest === undefined ? undefined : oldest(lowest, heaviest)
}

/** `undefined` if no share holds more than the newcomer's own would. */
function heaviestShare(there: readonly Ranked[], own: string): string | undefined {
  const weights = new Map([[own, 1]])
  for (const { row } of there) weights.set(row.share, (weights.get(row.share) ?? 0) + 1)
  return heavierThan(
    own,
    [...weights].map(([share, weight]) => ({ share, weight })),
  )
}

/** @param share of which; any if absent */
function oldest(there: readonly Ranked[], share?: string): HaveRow | undefined {
  const [first] = there
    .filter(({ row }) => share === undefined || row.share === share)
    .toSorted((one, other) => one.row.statement.time - other.row.statement.time)
  return first?.row
}
