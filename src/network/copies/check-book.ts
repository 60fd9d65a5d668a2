/* What came of reading back blocks from peers: of each feed and peer the last. */
import type { CopyCheckRow } from '../../state/copy-checks.ts'
import type { KeptRows } from '../heads/kept-rows.ts'

/** How long a peer counts after blocks of it were read back, in milliseconds. */
export const CHECK_STANDS = 24 * 3_600_000
/** A clock that was set back must not make what was checked count for longer, in milliseconds. */
const AHEAD = 600_000
/** Blocks that are remembered by their sequences, the newest. */
const MOST_PROVEN = 32

/** Which feed, and from whom. */
export interface Checked {
  readonly feed: string
  readonly peerId: string
  /** Where the peer is connected, see `shareOf` of addresses. */
  readonly share: string
}

export interface CheckBook {
  readonly get: (feed: string, peerId: string) => CopyCheckRow | undefined
  readonly of: (feed: string) => readonly CopyCheckRow[]
  /** Does a peer count for a feed by what was read back from it? */
  readonly stands: (row: CopyCheckRow | undefined) => row is CopyCheckRow
  /** Blocks were right. `isWhole`: those were chosen at random from all that it says that it has. */
  readonly right: (one: Checked, sequences: readonly number[], isWhole: boolean) => void
  /** One was not: it counts no longer. */
  readonly failed: (one: Checked) => void
  /** Rises whenever something has changed. */
  readonly version: () => number
  /** Drops what is of no use any more. */
  readonly expire: (isHere: (feed: string) => boolean) => void
}

/**
 * Begins with what is kept. It has nothing to close.
 * @param now milliseconds since 1970
 */
export function makeCheckBook(kept: KeptRows<CopyCheckRow>, now: () => number): CheckBook {
  const byFeed = new Map<string, Map<string, CopyCheckRow>>()
  let version = 0

  function put(row: CopyCheckRow): void {
    const ofFeed = byFeed.get(row.feed) ?? new Map<string, CopyCheckRow>()
    byFeed.set(row.feed, ofFeed.set(row.peerId, row))
    version += 1
  }

  function remove(row: CopyCheckRow): void {
    const { feed, peerId } = row
    const ofFeed = byFeed.get(feed)
    ofFeed?.delete(peerId)
    if (ofFeed?.size === 0) byFeed.delete(feed)
    version += 1
    kept.delete(row)
  }

  const get = (feed: string, peerId: string): CopyCheckRow | undefined =>
    byFeed.get(feed)?.get(peerId)
  const keep = (row: CopyCheckRow): void => {
    put(row)
    kept.put(row)
  }

  for (const row of kept.all) put(row)

  return {
    get,
    of: (feed) => [...(byFeed.get(feed)?.values() ?? [])],
    stands: (row): row is CopyCheckRow =>
      row !== undefined && row.checkedAt > now() - CHECK_STANDS && row.checkedAt <= now() + AHEAD,
    right({ feed, peerId, share }, sequences, isWhole) {
      const before = get(feed, peerId)
      const proven = [...new Set([...(before?.proven ?? []), ...sequences])].toSorted(
        (one, other) => one - other,
      )
      keep({
        feed,
        peerId,
        share,
        checkedAt: isWhole ? now() : (before?.checkedAt ?? 0),
        failedAt: isWhole ? 0 : (before?.failedAt ?? 0),
        proven: proven.slice(-MOST_PROVEN),
      })
    },
    failed({ feed, peerId, share }) {
      keep({ feed, peerId, share, checkedAt: 0, failedAt: now(), proven: [] })
    },
    version: () => version,
    expire(isHere) {
      for (const ofFeed of byFeed.values())
        for (const row of ofFeed.values()) {
          const last = Math.max(row.checkedAt, row.failedAt)
          if (!isHere(row.feed) || last < now() - CHECK_STANDS) remove(row)
        }
    },
  }
}
