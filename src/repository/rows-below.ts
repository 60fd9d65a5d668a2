import { counts } from '../certification/signatures/state.ts'
import type { State } from '../certification/signatures/state.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import { certificationRow } from '../indexes/certifications.ts'
import type { Indexes } from '../indexes/database.ts'
import { filesBelow } from '../indexes/paths.ts'
import { PATH_ROW, ROW } from './effort.ts'
import type { Effort } from './effort.ts'
import { stateOfRow } from './summary.ts'

export interface RowsParts {
  readonly indexes: Indexes
  readonly isConfigured: (fingerprint: string) => boolean
  readonly now: number
  readonly effort: Effort
}

export interface RowsBelow {
  /** Those to be compared, the ones that must not be missed first. */
  readonly counted: readonly CertificationRow[]
  readonly uncounted: readonly { readonly row: CertificationRow; readonly state: State }[]
  /** There is more. */
  readonly truncated: boolean
}

/** Of one rebuilder, the newest: one version for many architectures, or many versions, whichever path is asked for. */
const PER_REBUILDER = 64
/** In all; nobody has that many rebuilders of one version. */
const COUNTED = 2000
const UNCOUNTED = 500
/** Kept while they are collected: a rebuilder's rows are cut only when there are twice as many as stay. */
const KEPT = 2 * PER_REBUILDER

/**
 * Certifications below a path by their own word, or by an alias if they have no version; an alias beside that is no
 * evidence. Whoever certifies one thing a thousand times takes nobody's place: of each rebuilder the newest are taken,
 * the configured keys' first and then turn by turn.
 */
export async function rowsBelow(parts: RowsParts, segments: readonly string[]): Promise<RowsBelow> {
  const { indexes, now, effort } = parts
  const byRebuilder = new Map<string, CertificationRow[]>()
  const uncounted: { row: CertificationRow; state: State }[] = []
  const met = new Set<string>()
  let truncated = false
  for await (const { id, kind } of filesBelow(indexes, segments, undefined)) {
    if (effort.isSpent()) {
      truncated = true
      break
    }
    effort.spend(PATH_ROW)
    await effort.rest()
    if (kind === 'alias' || met.has(id)) continue
    met.add(id)
    effort.spend(ROW)
    const row = await certificationRow(indexes, id)
    if (row === undefined) continue
    const state = stateOfRow(row, now)
    if (!counts(state) || row.facts === undefined) {
      if (uncounted.length < UNCOUNTED) uncounted.push({ row, state })
      else truncated = true
      continue
    }
    const { rebuilder } = row.facts
    let own = byRebuilder.get(rebuilder) ?? []
    own.push(row)
    if (own.length === KEPT) {
      own = own.toSorted(newestFirst).slice(0, PER_REBUILDER)
      truncated = true
    }
    byRebuilder.set(rebuilder, own)
  }
  const ranked = [...byRebuilder].flatMap(([fingerprint, own]) => {
    const isConfigured = parts.isConfigured(fingerprint)
    if (own.length > PER_REBUILDER) truncated = true
    const newest = own.toSorted(newestFirst).slice(0, PER_REBUILDER)
    return newest.map((row, rank) => ({ row, rank, isConfigured }))
  })
  return {
    counted: ranked
      .toSorted(inTurn)
      .slice(0, COUNTED)
      .map(({ row }) => row),
    uncounted,
    truncated: truncated || ranked.length > COUNTED,
  }
}

interface Ranked {
  readonly row: CertificationRow
  readonly rank: number
  readonly isConfigured: boolean
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const newestFirst = (a: CertificationRow, b: CertificationRow): number =>
  b.signedAt - a.signedAt || compare(a.id, b.id)

/** Everybody's newest first; small ones before those that would fill the answer. */
const inTurn = (a: Ranked, b: Ranked): number =>
  Number(b.isConfigured) - Number(a.isConfigured) ||
  a.rank - b.rank ||
  a.row.size - b.row.size ||
  compare(a.row.id, b.row.id)
