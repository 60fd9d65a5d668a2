import type { AgreeingRebuilder, Claim } from '../../certification/agreement/agreement.ts'
import type { Collection } from '../../certification/admission.ts'
import {
  artifactsOf,
  type Module,
  moduleAt,
} from '../../certification/agreement/module-artifacts.ts'
import type { StatedArtifact } from '../../certification/agreement/statements.ts'
import type { Buildinfo } from '../../certification/dialects/dialect.ts'
import { runWithPauses } from '../../base/cooperative-task.ts'
import { userIdsOf } from '../../certification/signatures/public-key.ts'
import type { CertificationRow } from '../../indexes/certification-row.ts'
import {
  type ArtifactPage,
  type ComparedArtifact,
  makePagedClaims,
  statedAbout,
} from './paged-claims.ts'
import { makeWorkBudget, readCost, type WorkBudget } from '../work-budget/work-budget.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { QueryContext } from './query-context.ts'
import type { PageOfAgreement } from '../../contract/repository.ts'
import type { AgreementPage } from '../../contract/agreement.ts'
import { type RowsBelow, rowsBelow } from './rows-below.ts'

/** A path of a collection. */
export interface ComparedPath {
  readonly collection: Collection
  readonly segments: readonly string[]
}

/** One answer costs no more, see {@link WorkBudget}: looking for what is there, and reading it. */
const LOOKING = 500_000
const READING = 1_000_000
/** Artifacts in one answer, counted for each certification: 50 rebuilders of 3 architectures with 500 each. */
const CLAIMS = 75_000

/**
 * Compares everything below a path, so that a full build and a binary-only build meet; where the path is that of a module,
 * what builds of several say of it alone, unless they say nothing. Never refuses: it says `truncated`.
 */
export async function agreementBelow(
  context: QueryContext,
  { collection, segments }: ComparedPath,
  { whole = false, ...page }: PageOfAgreement,
): Promise<AgreementPage | undefined> {
  const below = await lookBelow(context, { collection, segments }, makeWorkBudget(LOOKING))
  const { counted, uncounted } = below
  if (counted.length + uncounted.length === 0) return undefined
  const module = whole || collection.dialect !== 'jvm' ? undefined : moduleAt(segments)
  const ofModule = await compare(context, below, {
    budget: makeWorkBudget(READING),
    page,
    module,
  })
  const { artifacts, next, truncated, others } =
    ofModule.claimed > 0 || module === undefined
      ? ofModule
      : await compare(context, below, { budget: makeWorkBudget(READING), page })
  const named = makeNamed(await namesOf(context.keyring, counted))
  return {
    collection: collection.name,
    path: segments.join('/'),
    truncated: below.truncated || truncated,
    elsewhere: others,
    artifacts: artifacts.map((artifact) => ({
      ...artifact,
      groups: artifact.groups.map((group) => ({
        ...group,
        size: group.size ?? null,
        rebuilders: named(group.rebuilders),
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

/** What those who count below a path say of what one certification names, see {@link statedAbout}, as far as `budget` goes. */
export interface StatedBelow {
  readonly artifacts: readonly StatedArtifact[]
  /** Nothing is missing, or nothing of those who are named. */
  readonly complete: 'all' | 'named' | 'none'
}

export async function statedBelow(
  context: QueryContext,
  { id, ...where }: ComparedPath & { readonly id: string },
  budget: WorkBudget,
): Promise<StatedBelow> {
  const below = await lookBelow(context, where, budget)
  const claims: Claim[] = []
  const { truncated, namedTruncated } = await read(context, below, {
    budget,
    take: (claim) => claims.push(claim),
  })
  const isNamedWhole = !below.namedTruncated && !namedTruncated
  return {
    artifacts: await runWithPauses(statedAbout(claims, id), budget.pauseIfDue),
    // the newest 64 of somebody are what is compared everywhere
    complete: budget.isSpent() || truncated ? (isNamedWhole ? 'named' : 'none') : 'all',
  }
}

function lookBelow(
  { indexes, keyring, namedOperators, now }: QueryContext,
  { collection: { name, dialect }, segments }: ComparedPath,
  budget: WorkBudget,
): Promise<RowsBelow> {
  const asked = { indexes, keyring, namedOperators: namedOperators(), dialect, now: now(), budget }
  return rowsBelow(asked, [name, ...segments])
}

interface Compared {
  readonly artifacts: readonly ComparedArtifact[]
  readonly next?: string
  readonly truncated: boolean
  /** Artifacts of the same builds that are of other modules: as many as the build has that has most. */
  readonly others: number
  /** Artifacts that were compared, of all pages. */
  readonly claimed: number
}

async function compare(
  context: QueryContext,
  below: RowsBelow,
  {
    budget,
    page,
    module,
  }: {
    readonly budget: WorkBudget
    readonly page: ArtifactPage
    readonly module?: Module | undefined
  },
): Promise<Compared> {
  const claims = makePagedClaims(page)
  let [others, claimed] = [0, 0]
  const { truncated } = await read(context, below, {
    budget,
    take: (claim, buildinfo) => {
      const artifacts = module === undefined ? claim.artifacts : artifactsOf(module, buildinfo)
      claimed += artifacts.length
      others = Math.max(others, claim.artifacts.length - artifacts.length)
      claims.add({ ...claim, artifacts })
    },
  })
  return { ...(await claims.page(budget.pauseIfDue)), truncated, others, claimed }
}

interface Read {
  readonly truncated: boolean
  readonly namedTruncated: boolean
}

async function read(
  { certifications, namedOperators }: QueryContext,
  { counted, named }: RowsBelow,
  {
    budget,
    take,
  }: {
    readonly budget: WorkBudget
    readonly take: (claim: Claim, buildinfo: Buildinfo) => unknown
  },
): Promise<Read> {
  const { operatorOf } = namedOperators()
  let room = CLAIMS
  let [truncated, namedTruncated] = [false, false]
  const cut = (at: number): void => {
    truncated = true
    if (at < named) namedTruncated = true
  }
  for (const [at, row] of counted.entries()) {
    if (budget.isSpent() || room <= 0) {
      cut(at)
      break
    }
    await budget.pauseIfDue()
    const certification = await certifications.read(row)
    if (certification === undefined || row.facts === undefined) continue
    budget.spend(readCost(certification))
    const { artifacts } = certification.buildinfo
    room -= artifacts.length
    // one that does not fit leaves its place to those behind it
    if (room < 0) {
      room += artifacts.length
      cut(at)
      continue
    }
    const { rebuilder } = row.facts
    const operator = operatorOf(rebuilder)
    take({ id: row.id, rebuilder, operator, artifacts }, certification.buildinfo)
  }
  return { truncated, namedTruncated }
}

/** Of many artifacts it is the same rebuilders, in one list (see `claim-pattern.ts`). */
function makeNamed(
  names: ReadonlyMap<string, string>,
): (rebuilders: readonly AgreeingRebuilder[]) => NamedRebuilders {
  const known = new Map<readonly AgreeingRebuilder[], NamedRebuilders>()
  return (rebuilders) => {
    const there = known.get(rebuilders)
    if (there !== undefined) return there
    const made = rebuilders.map(({ fingerprint, operator, certifications }) => ({
      fingerprint,
      name: names.get(fingerprint) ?? null,
      operator: operator ?? null,
      certifications,
    }))
    known.set(rebuilders, made)
    return made
  }
}

type NamedRebuilders = AgreementPage['artifacts'][number]['groups'][number]['rebuilders']

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
