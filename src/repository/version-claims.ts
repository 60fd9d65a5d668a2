import { isCompared } from '../certification/agreement.ts'
import type { Artifact } from '../certification/artifact.ts'
import type { Certification } from '../certification/certification.ts'
import { CLOCK_TOLERANCE, counts, stateOf } from '../certification/signatures/state.ts'
import { comparedSegments, toSegments } from '../certification/source-identifier.ts'
import type { SourceIdentifier } from '../certification/source-identifier.ts'
import type { IndexBatch } from '../indexes/batch.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import { claimRow, type VersionClaim } from '../indexes/claims.ts'
import type { Bytes } from '../indexes/database.ts'
import { versionOf } from '../indexes/keys.ts'
import type { Row } from '../indexes/rows.ts'
import { isCounted, noteTally, putTally } from '../indexes/tallies.ts'
import { type Steps, withRests } from '../steps.ts'
import { type Effort, makeRest } from './effort.ts'
import { AT_ONCE } from './tally.ts'
import { type Counting, tallyOfClaims } from './tally-of-claims.ts'

/** A certification's row before and after a change; `undefined` where there is none. */
export interface Changed {
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
 * Makes a certification count in its versions as far as its row says that it does, and notes those that change by it. What is the
 * first word about a version is counted on the spot: of modules nearly every one is.
 */
export async function moveClaims(
  batch: IndexBatch,
  {
    certification,
    counting,
  }: { readonly certification: Certification; readonly counting: Counting },
  { from, to }: Changed,
): Promise<void> {
  const rest = makeRest()
  const before = await withRests(claimRows(certification, from), rest)
  const after = await withRests(claimRows(certification, to), rest)
  for (const [name, one] of before) {
    if (after.has(name)) continue
    batch.del(one.key)
    noteTally(batch, one.segments, one.version)
  }
  for (const [name, one] of after) {
    const known = before.get(name)
    if (known !== undefined && Buffer.compare(known.value, one.value) === 0) continue
    batch.put(one.key, one.value)
    if (!(await putFirst(batch, one, { counting, rest })))
      noteTally(batch, one.segments, one.version)
    await rest()
  }
}

interface ClaimRow extends Row {
  readonly segments: readonly string[]
  readonly version: Bytes
  readonly claim: VersionClaim
}

/** @returns whether it was the first, and counts now */
async function putFirst(
  batch: IndexBatch,
  { segments, version, claim }: ClaimRow,
  {
    counting: { naming, now },
    rest,
  }: { readonly counting: Counting; readonly rest: Effort['rest'] },
): Promise<boolean> {
  const isDue = claim.signedAt <= now() + CLOCK_TOLERANCE
  if (!isDue || claim.artifacts.length > AT_ONCE || (await isCounted(batch, version))) return false
  const gathered = { claims: [claim], isWhole: true, until: null }
  await putTally(batch, version, await withRests(tallyOfClaims(segments, gathered, naming()), rest))
  return true
}

/** By their keys. */
function* claimRows(
  certification: Certification,
  row: CertificationRow | undefined,
): Steps<ReadonlyMap<string, ClaimRow>> {
  // what depends on now is not kept: a date in the future is looked at when it is read
  if (row?.facts === undefined || !counts(stateOf(row.facts, Number.MAX_SAFE_INTEGER)))
    return new Map()
  const { rebuilder, signedBy } = row.facts
  const { id } = certification
  const found = new Map<string, ClaimRow>()
  for (const { segments, isHeader, artifacts } of comparedIn(certification, row)) {
    yield
    const { signedAt } = row.facts
    const claim = { id, rebuilder, signedBy, signedAt, isHeader, artifacts }
    const version = versionOf(segments)
    const { key, value } = claimRow(version, claim)
    found.set(Buffer.from(key).toString('latin1'), { key, value, segments, version, claim })
  }
  return found
}

/** A document without a version is compared where those who gave it a name placed it, if they agree. */
function comparedIn(
  { buildinfo }: Certification,
  { variants }: CertificationRow,
): readonly Compared[] {
  const collections = [...new Set(variants.map(({ collection }) => collection))]
  const artifacts = buildinfo.artifacts.filter(({ name }) => isCompared(name))
  const files = filesByModule(buildinfo.sources.slice(1), artifacts)
  const found = buildinfo.sources.flatMap((source, at) => {
    const segments = comparedSegments(source)
    if (segments === undefined) return []
    const isHeader = at === 0
    return collections.map((collection) => ({
      segments: [collection, ...segments],
      isHeader,
      artifacts: isHeader ? artifacts : (files.get(moduleOf(source)) ?? []),
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
): ReadonlyMap<string, readonly Artifact[]> {
  const files = new Map(sources.map((source): [string, Artifact[]] => [moduleOf(source), []]))
  if (files.size === 0) return files
  for (const artifact of artifacts)
    for (const { index } of artifact.name.matchAll(/[.-]/g))
      files.get(`${artifact.group ?? ''}/${artifact.name.slice(0, index)}`)?.push(artifact)
  return files
}

const moduleOf = (source: SourceIdentifier): string =>
  source.ecosystem === 'maven' ? `${source.group}/${source.artifact}-${source.version ?? ''}` : ''
