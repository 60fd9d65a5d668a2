import { isCompared } from '../../certification/agreement/agreement.ts'
import type { Artifact } from '../../certification/artifacts/artifact.ts'
import type { Certification } from '../../certification/certification.ts'
import { counts, stateOf } from '../../certification/signatures/state.ts'
import { comparedSegments, toSegments } from '../../certification/artifacts/source-identifier.ts'
import type { SourceIdentifier } from '../../certification/artifacts/source-identifier.ts'
import { type IndexBatch, keyAsText } from '../../indexes/batch.ts'
import type { CertificationRow } from '../../indexes/certification-row.ts'
import { claimRow } from '../../indexes/claims.ts'
import type { Bytes } from '../../indexes/database.ts'
import { uncountedKey, versionOf } from '../../indexes/version-keys.ts'
import type { Row } from '../../indexes/rows.ts'
import { markStale } from '../../indexes/tallies.ts'
import { type CooperativeTask, runWithPauses } from '../../base/cooperative-task.ts'
import { makeIncrementalTally, type NewClaim } from './incremental-tally.ts'
import { makePause } from '../work-budget/work-budget.ts'
import type { TallyRules } from './tally-of-claims.ts'

/** A certification's row before and after a change; `undefined` where there is none. */
export interface RowChange {
  readonly from: CertificationRow | undefined
  readonly to: CertificationRow | undefined
}

interface Compared {
  /** The collection first. */
  readonly segments: readonly string[]
  readonly isHeader: boolean
  readonly artifacts: readonly Artifact[]
}

/**
 * Makes a certification count in its versions as far as its row says that it does, and notes those that change by it
 * in more than the number of those who say the same.
 */
export async function updateClaims(
  batch: IndexBatch,
  {
    certification,
    counting,
  }: { readonly certification: Certification; readonly counting: TallyRules },
  { from, to }: RowChange,
): Promise<void> {
  const pauseIfDue = makePause()
  const before = await runWithPauses(claimRows(certification, from), pauseIfDue)
  const after = await runWithPauses(claimRows(certification, to), pauseIfDue)
  for (const [name, one] of before) {
    if (after.has(name)) continue
    batch.del(one.key)
    markStale(batch, one.segments, one.version)
  }
  updateUncounted(batch, certification, { from, to })
  const countAtOnce = makeIncrementalTally(batch, counting, pauseIfDue)
  for (const [name, one] of after) {
    const known = before.get(name)
    if (known !== undefined && Buffer.compare(known.value, one.value) === 0) continue
    batch.put(one.key, one.value)
    const isNew = known === undefined
    if (!isNew || !(await countAtOnce(one))) markStale(batch, one.segments, one.version)
    await pauseIfDue()
  }
}

interface ClaimRow extends Row, NewClaim {}

/** By their keys. */
function* claimRows(
  certification: Certification,
  row: CertificationRow | undefined,
): CooperativeTask<ReadonlyMap<string, ClaimRow>> {
  if (row?.facts === undefined || !isCounting(row)) return new Map()
  const { rebuilder, signedBy } = row.facts
  const { id } = certification
  const found = new Map<string, ClaimRow>()
  for (const { segments, isHeader, artifacts } of comparedIn(certification, row)) {
    yield
    const { signedAt } = row.facts
    const claim = { id, rebuilder, signedBy, signedAt, isHeader, artifacts }
    const version = versionOf(segments)
    const { key, value, contentDigest } = claimRow(version, claim)
    const one = { key, value, segments, version, claim: { ...claim, contentDigest } }
    found.set(keyAsText(key), one)
  }
  return found
}

/** What depends on now is not kept: a date in the future is looked at when it is read. */
const isCounting = ({ facts }: CertificationRow): boolean =>
  facts !== undefined && counts(stateOf(facts, Number.MAX_SAFE_INTEGER))

/** What does not count is named beside what does, so that it is found without looking through all that is filed there. */
function updateUncounted(
  batch: IndexBatch,
  certification: Certification,
  { from, to }: RowChange,
): void {
  const before = uncountedKeys(certification, from)
  const after = uncountedKeys(certification, to)
  for (const [name, key] of before) if (!after.has(name)) batch.del(key)
  for (const [name, key] of after) if (!before.has(name)) batch.put(key, EMPTY)
}

const EMPTY = new Uint8Array()

function uncountedKeys(
  certification: Certification,
  row: CertificationRow | undefined,
): ReadonlyMap<string, Bytes> {
  if (row === undefined || isCounting(row)) return new Map()
  const keys = comparedIn(certification, row).map(({ segments }) =>
    uncountedKey(versionOf(segments), certification.id),
  )
  return new Map(keys.map((key) => [keyAsText(key), key]))
}

/** A document without a version is compared where those who gave it a name placed it, if they agree. */
function comparedIn(
  { buildinfo }: Certification,
  { variants }: CertificationRow,
): readonly Compared[] {
  const collections = [...new Set(variants.map(({ collection }) => collection))]
  const artifacts = buildinfo.artifacts.filter(({ name }) => isCompared(name))
  const filesOf = filesByModule(buildinfo.sources.slice(1), artifacts)
  const found = buildinfo.sources.flatMap((source, at) => {
    const segments = comparedSegments(source)
    if (segments === undefined) return []
    const isHeader = at === 0
    return collections.map((collection) => ({
      segments: [collection, ...segments],
      isHeader,
      artifacts: isHeader ? artifacts : filesOf(source),
    }))
  })
  if (buildinfo.sources.some((source) => toSegments(source) !== undefined)) return found
  const placed = variants.flatMap(({ collection, alias }) =>
    alias === undefined ? [] : [[collection, ...alias.split('/').slice(0, -1)]],
  )
  const [first = []] = placed
  const isPlaced = new Set(placed.map((segments) => segments.slice(1).join('/'))).size === 1
  return isPlaced ? [{ segments: first, isHeader: true, artifacts }] : []
}

/** By Maven's names of a module, `artifact-version`, behind which `-classifier` or `.extension` comes. Linear in the names. */
function filesByModule(
  sources: readonly SourceIdentifier[],
  artifacts: readonly Artifact[],
): (source: SourceIdentifier) => readonly Artifact[] {
  const groups = new Map<string, Map<string, Artifact[]>>()
  for (const source of sources) {
    if (source.ecosystem !== 'maven') continue
    const group = groups.get(source.group) ?? new Map<string, Artifact[]>()
    groups.set(source.group, group)
    group.set(moduleOf(source), [])
  }
  for (const artifact of artifacts) {
    const group = groups.get(artifact.group ?? '')
    if (group === undefined) continue
    const { name } = artifact
    for (let at = 0; at < name.length; at += 1)
      if (name[at] === '-' || name[at] === '.') group.get(name.slice(0, at))?.push(artifact)
  }
  return (source) =>
    source.ecosystem === 'maven' ? (groups.get(source.group)?.get(moduleOf(source)) ?? []) : []
}

const moduleOf = ({
  artifact,
  version,
}: {
  readonly artifact: string
  readonly version?: string | undefined
}): string => `${artifact}-${version ?? ''}`
