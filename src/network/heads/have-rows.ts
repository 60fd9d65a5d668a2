/* Statements by feed and peer, and by whose share they take. */
import { heavierThan, prefixOf } from '../../base/address-share.ts'
import type { HaveStatement } from '../frames/have-statement.ts'

export interface HaveRow {
  readonly statement: HaveStatement
  /** Peer id of who told it. */
  readonly teller: string
  /** Whose share it takes: by the address of a stranger, or of one peer that the operator named. */
  readonly share: string
}

/** It is no address, so it is its own prefix. */
const NAMED = 'named '
const isNamed = (share: string): boolean => share.startsWith(NAMED)
/** The share of a peer that the operator named. */
export const shareOfNamed = (peerId: string): string => `${NAMED}${peerId}`

export interface HaveRows {
  readonly size: () => number
  readonly feeds: () => readonly string[]
  readonly of: (feed: string) => readonly HaveRow[]
  readonly get: (feed: string, peerId: string) => HaveRow | undefined
  /** In place of what was there of that peer and feed. */
  readonly put: (row: HaveRow) => void
  readonly remove: (feed: string, peerId: string) => void
  /** See `heavierThan` of the shares of addresses: a share of strangers never displaces one of a named peer. */
  readonly heavierThan: (share: string) => string | undefined
  /** The one of a share that was longest not renewed, of those that may go. */
  readonly oldestOf: (share: string, mayGo: (row: HaveRow) => boolean) => HaveRow | undefined
}

/**
 * Statements in memory, found by feed, by peer and by share.
 * @param kept those that are there already
 */
export function makeHaveRows(kept: readonly HaveRow[]): HaveRows {
  const byFeed = new Map<string, Map<string, HaveRow>>()
  /** In the order in which they came. */
  const byShare = new Map<string, Set<HaveRow>>()
  /** Whoever fills all places decides how many shares there are: who has most is found by prefixes, of which there are few. */
  const byPrefix = new Map<string, { weight: number; readonly shares: Set<string> }>()
  let size = 0

  function weigh(share: string, change: 1 | -1): void {
    const prefix = entry(byPrefix, prefixOf(share), () => ({
      weight: 0,
      shares: new Set<string>(),
    }))
    prefix.weight += change
    if (byShare.has(share)) prefix.shares.add(share)
    else prefix.shares.delete(share)
    if (prefix.weight === 0) byPrefix.delete(prefixOf(share))
  }

  /** Of strangers, or of named peers. Only the prefix that holds most, and its own, can have the answer of `heavierThan`. */
  function heaviest(share: string, ofNamed: boolean): string | undefined {
    let most = { weight: 0, shares: new Set<string>() }
    for (const [prefix, one] of byPrefix)
      if (one.weight > most.weight && isNamed(prefix) === ofNamed) most = one
    const own = isNamed(share) === ofNamed ? byPrefix.get(prefixOf(share)) : undefined
    const shares = [...new Set([...most.shares, ...(own?.shares ?? [])])]
    return heavierThan(
      share,
      shares.map((one) => ({ share: one, weight: byShare.get(one)?.size ?? 0 })),
    )
  }

  function remove(feed: string, peerId: string): void {
    const peers = byFeed.get(feed)
    const row = peers?.get(peerId)
    if (peers === undefined || row === undefined) return
    size -= 1
    peers.delete(peerId)
    if (peers.size === 0) byFeed.delete(feed)
    const shared = byShare.get(row.share)
    shared?.delete(row)
    if (shared?.size === 0) byShare.delete(row.share)
    weigh(row.share, -1)
  }

  function put(row: HaveRow): void {
    const { feed, peerId } = row.statement
    remove(feed, peerId)
    size += 1
    entry(byFeed, feed, () => new Map<string, HaveRow>()).set(peerId, row)
    entry(byShare, row.share, () => new Set<HaveRow>()).add(row)
    weigh(row.share, 1)
  }
  for (const row of kept) put(row)

  return {
    size: () => size,
    feeds: () => [...byFeed.keys()],
    of: (feed) => [...(byFeed.get(feed)?.values() ?? [])],
    get: (feed, peerId) => byFeed.get(feed)?.get(peerId),
    put,
    remove,
    heavierThan: (share) =>
      heaviest(share, false) ?? (isNamed(share) ? heaviest(share, true) : undefined),
    oldestOf(share, mayGo) {
      for (const row of byShare.get(share) ?? []) if (mayGo(row)) return row
      return undefined
    },
  }
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const there = map.get(key) ?? make()
  map.set(key, there)
  return there
}
