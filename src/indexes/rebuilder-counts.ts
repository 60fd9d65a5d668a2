/* How rebuilders stand in versions, and in all of them together. */
import { encode } from 'cborg'
import {
  type VoterGroup,
  VOTER_GROUPS,
  type AgreementStatus,
} from '../certification/agreement/judge.ts'
import type { Contradiction } from '../contract/rebuilder-comparison.ts'
import type { IndexBatch } from './batch.ts'
import type { Bytes, VisibleIndexes } from './database.ts'
import { contradictionKey, contradictionsOf, rateKey, statusCountsKey } from './version-keys.ts'
import { decodeOwn } from './own-cbor.ts'

export const STATUSES: readonly AgreementStatus[] = [
  'weak',
  'first',
  'divided',
  'agrees',
  'differs',
  'apart',
]

/** Artifacts of a rebuilder, by how it stands about them to a group, in the order of {@link STATUSES}. */
export type StatusCounts = readonly number[]
export interface RebuilderCounts {
  readonly byStatus: Readonly<Record<VoterGroup, StatusCounts>>
  /** Artifacts in versions of which not all was compared. */
  readonly unfinished: number
}

/** How one rebuilder stands in one version. */
export interface CountsInVersion extends RebuilderCounts {
  readonly rebuilder: string
  /** Not all of them, though {@link RebuilderCounts} counts all. */
  readonly contradictions: readonly Contradiction[]
}

type EncodedContradiction = [string, string | null, Uint8Array[], number, number, number]
type EncodedCounts = [Uint8Array, number[], number[], number, EncodedContradiction[]]

/** Puts how the rebuilders of a version stand there in the place of how they stood before. Their sums are moved by the difference. */
export async function updateCounts(
  batch: IndexBatch,
  { version, segments }: { readonly version: Bytes; readonly segments: readonly string[] },
  {
    hadStandings,
    standings,
  }: { readonly hadStandings: boolean; readonly standings: readonly CountsInVersion[] },
): Promise<void> {
  const before = hadStandings ? await countsInVersion(batch, version) : []
  for (const { rebuilder, contradictions } of before)
    for (const [at, one] of contradictions.entries())
      batch.del(contradictionKey(rebuilder, { ...placeOf(one), version, at }))
  const changes = new Map<string, number[]>()
  for (const one of before) add(changes, one, -1)
  for (const one of standings) add(changes, one, 1)
  for (const [rebuilder, change] of changes) await addToRate(batch, rebuilder, change)
  for (const { rebuilder, contradictions } of standings)
    for (const [at, one] of contradictions.entries())
      batch.put(
        contradictionKey(rebuilder, { ...placeOf(one), version, at }),
        encode([[...segments], encodeContradiction(one)]),
      )
  if (standings.length === 0) {
    if (before.length > 0) batch.del(statusCountsKey(version))
    return
  }
  const encoded = standings.map(
    ({ rebuilder, byStatus, unfinished, contradictions }): EncodedCounts => [
      Buffer.from(rebuilder, 'hex'),
      [...byStatus.named],
      [...byStatus.others],
      unfinished,
      contradictions.map(encodeContradiction),
    ],
  )
  batch.put(statusCountsKey(version), encode(encoded))
}

const placeOf = ({ camp: voters, other }: Contradiction) => ({
  camp: VOTER_GROUPS.indexOf(voters),
  against: other,
})

/** To those named, to others, and what is unfinished. */
const SUMS = [...STATUSES, ...STATUSES, 'unfinished']

function add(
  changes: Map<string, number[]>,
  { rebuilder, byStatus, unfinished }: CountsInVersion,
  by: 1 | -1,
): void {
  const sums = changes.get(rebuilder) ?? SUMS.map(() => 0)
  changes.set(rebuilder, sums)
  for (const [at, count] of [...byStatus.named, ...byStatus.others, unfinished].entries())
    sums[at] = (sums[at] ?? 0) + by * count
}

async function addToRate(
  batch: IndexBatch,
  rebuilder: string,
  change: readonly number[],
): Promise<void> {
  if (change.every((one) => one === 0)) return
  const sums = await sumsOf(batch, rebuilder)
  const after = change.map((one, at) => one + (sums[at] ?? 0))
  if (after.every((one) => one === 0)) batch.del(rateKey(rebuilder))
  else batch.put(rateKey(rebuilder), encode(after))
}

async function sumsOf(
  from: Pick<IndexBatch, 'get'>,
  rebuilder: string,
): Promise<readonly number[]> {
  const value = await from.get(rateKey(rebuilder))
  return value === undefined ? [] : decodeOwn<number[]>(value)
}

/** How a rebuilder stands in all versions together; a row. */
export async function countsOf(
  from: Pick<IndexBatch, 'get'>,
  rebuilder: string,
): Promise<RebuilderCounts> {
  const sums = await sumsOf(from, rebuilder)
  const named = STATUSES.map((_, at) => sums[at] ?? 0)
  const others = STATUSES.map((_, at) => sums[STATUSES.length + at] ?? 0)
  return { byStatus: { named, others }, unfinished: sums[2 * STATUSES.length] ?? 0 }
}

async function countsInVersion(
  from: Pick<IndexBatch, 'get'>,
  version: Bytes,
): Promise<readonly CountsInVersion[]> {
  const value = await from.get(statusCountsKey(version))
  if (value === undefined) return []
  return decodeOwn<EncodedCounts[]>(value).map(
    ([rebuilder, named, others, unfinished, contradictions]) => ({
      rebuilder: hexOf(rebuilder).toUpperCase(),
      byStatus: { named, others },
      unfinished,
      contradictions: contradictions.map(decodeContradiction),
    }),
  )
}

/**
 * Where a rebuilder differs: from the named first, and of each group those first against which most stand. Of these `limit`
 * rows those are left out that would name nothing but hidden certifications.
 */
export async function contradictionsBy(
  indexes: VisibleIndexes,
  rebuilder: string,
  limit: number,
): Promise<readonly (Contradiction & { readonly segments: readonly string[] })[]> {
  const range = { ...contradictionsOf(rebuilder), limit }
  const values = await indexes.level.values(range).all()
  return values.flatMap((value) => {
    const [segments, encoded] = decodeOwn<[string[], EncodedContradiction]>(value)
    const one = decodeContradiction(encoded)
    const certifications = one.certifications.filter((id) => !indexes.isHidden(id))
    return certifications.length === 0 ? [] : [{ segments, ...one, certifications }]
  })
}

function encodeContradiction(one: Contradiction): EncodedContradiction {
  const { name, group, certifications, camp: voters, same, other } = one
  const ids = certifications.map((id) => Buffer.from(id, 'hex'))
  return [name, group ?? null, ids, VOTER_GROUPS.indexOf(voters), same, other]
}

function decodeContradiction(encoded: EncodedContradiction): Contradiction {
  const [name, group, ids, voters, same, other] = encoded
  return {
    name,
    ...(group !== null && { group }),
    certifications: ids.map(hexOf),
    camp: VOTER_GROUPS[voters] ?? 'others',
    same,
    other,
  }
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
