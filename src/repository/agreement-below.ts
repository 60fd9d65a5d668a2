import type { ArtifactGroups } from '../certification/agreement.ts'
import type { Collection } from '../certification/admission.ts'
import { artifactsOf, type Module, moduleAt } from '../certification/module-artifacts.ts'
import { userIdsOf } from '../certification/signatures/public-key.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import type { Indexes } from '../indexes/database.ts'
import { type ArtifactPage, makePagedClaims } from './claims.ts'
import { makeEffort, readingOf } from './effort.ts'
import type { Effort } from './effort.ts'
import type { Keyring } from './keyring.ts'
import type { ReadCertification } from './read-entry.ts'
import type { AgreementPage, PageOfAgreement } from './repository.ts'
import { rowsBelow } from './rows-below.ts'

export interface AgreementParts {
  readonly indexes: Indexes
  readonly keyring: Keyring
  readonly read: ReadCertification
  readonly now: () => number
}

/** One answer costs no more, see {@link Effort}: looking for what is there, and reading it. */
const LOOKING = 500_000
const READING = 1_000_000
/** Artifacts in one answer, counted for each certification: 50 rebuilders of 3 architectures with 500 each. */
const CLAIMS = 75_000

/**
 * Compares everything below a path, so that a full build and a binary-only build meet; where the path is that of a module,
 * what builds of several say of it alone, unless they say nothing. Never refuses: it says `truncated`.
 */
export async function agreementBelow(
  parts: AgreementParts,
  {
    collection,
    segments,
  }: { readonly collection: Collection; readonly segments: readonly string[] },
  { whole = false, ...page }: PageOfAgreement,
): Promise<AgreementPage | undefined> {
  const below = await lookBelow(parts, [collection.name, ...segments], makeEffort(LOOKING))
  const { counted, uncounted } = below
  if (counted.length + uncounted.length === 0) return undefined
  const module = whole || collection.dialect !== 'jvm' ? undefined : moduleAt(segments)
  const ofModule = await compare(parts, counted, { effort: makeEffort(READING), page, module })
  const { groups, next, truncated, others } =
    ofModule.claimed > 0 || module === undefined
      ? ofModule
      : await compare(parts, counted, { effort: makeEffort(READING), page })
  const names = await namesOf(parts.keyring, counted)
  return {
    collection: collection.name,
    path: segments.join('/'),
    truncated: below.truncated || truncated,
    others,
    artifacts: groups.map((artifact) => ({
      ...artifact,
      groups: artifact.groups.map((group) => ({
        ...group,
        size: group.size ?? null,
        rebuilders: group.rebuilders.map((rebuilder) => ({
          ...rebuilder,
          name: names.get(rebuilder.fingerprint) ?? null,
        })),
      })),
    })),
    uncounted: (page.after === undefined ? uncounted : []).map(({ row, state }) => ({
      id: row.id,
      state,
      rebuilder: row.facts?.rebuilder ?? null,
    })),
    ...(next === undefined ? {} : { next }),
  }
}

/** What those who count say of each artifact below a path, as far as `effort` goes. */
export async function groupsBelow(
  parts: AgreementParts,
  segments: readonly string[],
  effort: Effort,
): Promise<readonly ArtifactGroups[]> {
  const { counted } = await lookBelow(parts, segments, effort)
  return (await compare(parts, counted, { effort, page: EVERYTHING })).groups
}

function lookBelow(
  { indexes, keyring, now }: AgreementParts,
  segments: readonly string[],
  effort: Effort,
): ReturnType<typeof rowsBelow> {
  const { isConfigured } = keyring
  return rowsBelow({ indexes, isConfigured, now: now(), effort }, segments)
}

/** As many as are claimed. */
const EVERYTHING: ArtifactPage = { limit: CLAIMS }

interface Compared {
  readonly groups: readonly ArtifactGroups[]
  readonly next?: string
  readonly truncated: boolean
  /** Artifacts of the same builds that are of other modules: as many as the build has that has most. */
  readonly others: number
  /** Artifacts that were compared, of all pages. */
  readonly claimed: number
}

async function compare(
  { read }: AgreementParts,
  rows: readonly CertificationRow[],
  {
    effort,
    page,
    module,
  }: {
    readonly effort: Effort
    readonly page: ArtifactPage
    readonly module?: Module | undefined
  },
): Promise<Compared> {
  const claims = makePagedClaims(page)
  let room = CLAIMS
  let truncated = false
  let [others, claimed] = [0, 0]
  for (const row of rows) {
    if (effort.isSpent() || room <= 0) {
      truncated = true
      break
    }
    await effort.rest()
    const certification = await read(row)
    if (certification === undefined || row.facts === undefined) continue
    effort.spend(readingOf(certification))
    const { artifacts } = certification.buildinfo
    room -= artifacts.length
    // one that does not fit leaves its place to those behind it
    if (room < 0) {
      room += artifacts.length
      truncated = true
      continue
    }
    const own = module === undefined ? artifacts : artifactsOf(module, certification.buildinfo)
    claimed += own.length
    others = Math.max(others, artifacts.length - own.length)
    claims.add({ id: row.id, rebuilder: row.facts.rebuilder, artifacts: own })
  }
  return { ...(await claims.page()), truncated, others, claimed }
}

async function namesOf(
  keyring: Keyring,
  rows: readonly CertificationRow[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const fingerprint of new Set(rows.flatMap(({ facts }) => facts?.rebuilder ?? []))) {
    const row = await keyring.forFingerprint(fingerprint)
    const [name] = row === undefined ? [] : userIdsOf(row.bytes)
    if (name !== undefined) names.set(fingerprint, name)
  }
  return names
}
