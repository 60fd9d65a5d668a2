import { compareText } from '../../base/compare-text.ts'
import type { DialectName } from '../../certification/dialects/dialect.ts'
import { fileName } from '../../certification/file-name.ts'
import type { NamedOperators } from '../../certification/agreement/named-operators.ts'
import { counts, type State } from '../../certification/signatures/state.ts'
import type { CertificationRow } from '../../indexes/certification-row.ts'
import { certificationRow } from '../../indexes/certifications.ts'
import { newestClaimIds, uncountedIds } from '../../indexes/claims.ts'
import type { VisibleIndexes } from '../../indexes/database.ts'
import { versionOf } from '../../indexes/version-keys.ts'
import {
  filesBelowOfRebuilder,
  filesBelowInBatches,
  makeIsInSubdirectory,
} from '../../indexes/paths.ts'
import {
  PATH_ROW_COST,
  readCostOfSize,
  ROW_COST,
  SEEK_COST,
  subBudget,
  type WorkBudget,
} from '../work-budget/work-budget.ts'
import type { Keyring } from '../keys/keyring.ts'
import { stateOfRow } from './summary.ts'

/** What is looked for below one path, and by what bounds. */
export interface RowSearch {
  readonly indexes: VisibleIndexes
  readonly keyring: Pick<Keyring, 'isConfigured'>
  readonly namedOperators: NamedOperators
  /** Of the collection. */
  readonly dialect: DialectName
  readonly now: number
  readonly budget: WorkBudget
}

export interface RowsBelow {
  /** Those to be compared, the ones that must not be missed first. */
  readonly counted: readonly CertificationRow[]
  /** So many of these are by rebuilders that the policy names, and stand in front. */
  readonly named: number
  readonly uncounted: readonly { readonly row: CertificationRow; readonly state: State }[]
  /** There is more; `named`: of those, too. */
  readonly truncated: boolean
  readonly namedTruncated: boolean
}

/** Of one rebuilder, the newest: one version for many architectures, or many versions, whichever path is asked for. */
const PER_REBUILDER = 64
/** In all; nobody has that many rebuilders of one version. */
const COUNTED = 2000
const UNCOUNTED = 500
/** Kept while they are collected: a rebuilder's rows are cut only when there are twice as many as stay. */
const KEPT = 2 * PER_REBUILDER
/** Of a version, whose claims are at hand, looking for what does not count costs no more, see {@link WorkBudget}. */
const BESIDE = 30_000
/** Bytes of a claim's row that are passed over for one unit. */
const CLAIM_PER_UNIT = 1000
/** Read of one named rebuilder. */
const READ_OF_NAMED = 512

/**
 * Certifications below a path by their own word, or by an alias if they have no version; an alias beside that is no
 * evidence. Those of named rebuilders are found by an index of their own, before anything else costs anything: whatever others
 * file here, they are in the answer. Of a version the claims of each rebuilder are at hand, its newest first, so that who files
 * a thousand costs what 64 do, and so is what does not count. Whoever certifies one thing a thousand times takes nobody's
 * place: of each rebuilder the newest are taken, the named ones' first, then those of configured keys, then turn by turn.
 */
export async function rowsBelow(asked: RowSearch, segments: readonly string[]): Promise<RowsBelow> {
  const { budget, dialect } = asked
  const found = collect(asked)
  const namedTruncated = await takeNamed(asked, segments, found)
  // so that those who are named can be read
  const reserved = found.reading()
  const isVersion = await takeVersion(asked, segments, { found, reserved })
  const looking = { found, isVersion, budget: isVersion ? subBudget(budget, BESIDE) : budget }
  const isLeaf = isVersion && dialect !== 'jvm'
  const isWhole = isLeaf || (await takeBelow(asked, segments, { ...looking, reserved }))
  const { counted, named, uncounted, isCut } = found.all()
  const truncated = namedTruncated || !isWhole || isCut
  const filed = uncounted.toSorted((a, b) => compareText(fileOf(a), fileOf(b)))
  return { counted, named, uncounted: isVersion ? filed : uncounted, namedTruncated, truncated }
}

/** @returns whether there is more than was taken */
async function takeNamed(
  asked: RowSearch,
  segments: readonly string[],
  found: Collected,
): Promise<boolean> {
  const { indexes, namedOperators, budget } = asked
  let isTruncated = false
  for (const fingerprint of namedOperators.rebuilders) {
    let count = 0
    budget.spend(SEEK_COST)
    for await (const { id } of filesBelowOfRebuilder(indexes, fingerprint, segments)) {
      count += 1
      if (budget.isSpent() || count > READ_OF_NAMED) {
        isTruncated = true
        break
      }
      await budget.pauseIfDue()
      await found.take(id)
    }
  }
  return isTruncated
}

/** @returns whether these are the segments of a version: then all that belongs to it was found, as far as the budget goes */
async function takeVersion(
  { indexes, budget }: RowSearch,
  segments: readonly string[],
  { found, reserved }: { readonly found: Collected; readonly reserved: number },
): Promise<boolean> {
  const version = versionOf(segments)
  let isVersion = false
  // one more says that there are more
  for await (const claim of newestClaimIds(indexes, version, PER_REBUILDER + 1)) {
    isVersion = true
    if (budget.isSpent(reserved)) break
    budget.spend(PATH_ROW_COST + claim.size / CLAIM_PER_UNIT)
    await budget.pauseIfDue()
    await found.take(claim.id)
  }
  const looking = subBudget(budget, BESIDE)
  for (const id of await uncountedIds(indexes, version, UNCOUNTED + 1)) {
    isVersion = true
    if (looking.isSpent(reserved)) break
    await budget.pauseIfDue()
    await found.take(id, looking)
  }
  return isVersion
}

/** Of a version only what is filed deeper: one of Maven's can have a group of the same name. @returns whether that is all */
async function takeBelow(
  { indexes, budget }: RowSearch,
  segments: readonly string[],
  {
    found,
    isVersion,
    budget: looking,
    reserved,
  }: {
    readonly found: Collected
    readonly isVersion: boolean
    readonly budget: WorkBudget
    readonly reserved: number
  },
): Promise<boolean> {
  const isDeeper = makeIsInSubdirectory(segments)
  for await (const files of filesBelowInBatches(indexes, segments, undefined)) {
    for (const { key, id, kind } of files) {
      if (looking.isSpent(reserved)) return false
      looking.spend(PATH_ROW_COST)
      if (kind === 'alias' || found.has(id) || (isVersion && !isDeeper(key))) continue
      const pause = budget.pauseIfDue()
      if (pause !== undefined) await pause
      await found.take(id, looking)
    }
    await budget.pauseIfDue()
  }
  return true
}

type Collected = ReturnType<typeof collect>

function collect({ indexes, keyring, namedOperators, now, budget }: RowSearch) {
  const byRebuilder = new Map<string, CertificationRow[]>()
  const uncounted: { row: CertificationRow; state: State }[] = []
  const seen = new Set<string>()
  let isCut = false
  const take = async (id: string, spent: WorkBudget = budget): Promise<void> => {
    if (seen.has(id)) return
    seen.add(id)
    spent.spend(ROW_COST)
    const row = await certificationRow(indexes, id)
    if (row === undefined) return
    const state = stateOfRow(row, now)
    if (!counts(state) || row.facts === undefined) {
      if (uncounted.length < UNCOUNTED) uncounted.push({ row, state })
      else isCut = true
      return
    }
    const { rebuilder } = row.facts
    let own = byRebuilder.get(rebuilder) ?? []
    own.push(row)
    if (own.length === KEPT) {
      own = own.toSorted(newestFirst).slice(0, PER_REBUILDER)
      isCut = true
    }
    byRebuilder.set(rebuilder, own)
  }
  const all = () => {
    const ranked = [...byRebuilder].flatMap(([fingerprint, own]) => {
      if (own.length > PER_REBUILDER) isCut = true
      return own
        .toSorted(newestFirst)
        .slice(0, PER_REBUILDER)
        .map((row, rank) => ({ row, rank, place: placeOf(fingerprint) }))
    })
    const counted = ranked.toSorted(inTurn).slice(0, COUNTED)
    return {
      counted: counted.map(({ row }) => row),
      named: counted.filter(({ place }) => place === 0).length,
      uncounted,
      isCut: isCut || ranked.length > COUNTED,
    }
  }
  const placeOf = (fingerprint: string): number => {
    if (namedOperators.operatorOf(fingerprint) !== undefined) return 0
    return keyring.isConfigured(fingerprint) ? 1 : 2
  }
  /** What it costs to read all of them. */
  const reading = (): number =>
    [...byRebuilder.values()].flat().reduce((sum, { size }) => sum + readCostOfSize(size), 0)
  return { take, has: (id: string) => seen.has(id), all, reading }
}

/** By their names, as they are filed. */
const fileOf = ({ row }: { readonly row: CertificationRow }): string => fileName(row.stem, row.id)

interface Ranked {
  readonly row: CertificationRow
  readonly rank: number
  /** 0: named, 1: configured, 2: the others. */
  readonly place: number
}

const newestFirst = (a: CertificationRow, b: CertificationRow): number =>
  b.signedAt - a.signedAt || compareText(a.id, b.id)

/** Everybody's newest first; small ones before those that would fill the answer. */
const inTurn = (a: Ranked, b: Ranked): number =>
  a.place - b.place || a.rank - b.rank || a.row.size - b.row.size || compareText(a.row.id, b.row.id)
