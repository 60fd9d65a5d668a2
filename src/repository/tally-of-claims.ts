/* What claims of one version come to. Pure. */
import type { Claim } from '../certification/agreement.ts'
import { type Camp, standsIn, type Stands, tallyInSteps } from '../certification/judge.ts'
import type { Naming } from '../certification/naming.ts'
import { saidOfRebuilder } from '../certification/said-by-others.ts'
import { type StatedArtifact, statementsInSteps } from '../certification/statements.ts'
import type { VersionClaim } from '../indexes/claims.ts'
import {
  type Contradiction,
  STANDS,
  type TallyRow,
  type VersionStanding,
} from '../indexes/tallies.ts'
import type { Steps } from '../steps.ts'

/** Reading one claim, and weighing one artifact of it, see {@link Effort}. */
const CLAIM = 30
const ARTIFACT = 20
/** Artifacts that are named for one rebuilder of a version, and in all. */
const CONTRADICTIONS_OF_ONE = 100
const CONTRADICTIONS = 200

/** By whose word and at what time claims are counted. */
export interface Counting {
  readonly naming: () => Naming
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Claims that are counted. */
export interface Gathered {
  readonly claims: readonly VersionClaim[]
  /** These are all that count. */
  readonly isWhole: boolean
  /** When the next one counts that is dated in the future, in milliseconds since 1970. */
  readonly until: number | null
}

export interface MadeTally {
  /** About what it took, see {@link Effort}: the same on every machine, and however busy that is. */
  readonly effort: number
  /** Nothing is said of that version now. */
  readonly isEmpty: boolean
  readonly row: TallyRow
  readonly standings: readonly VersionStanding[]
}

/** @param segments of the version, the collection first */
export function* tallyOfClaims(
  segments: readonly string[],
  { claims, isWhole, until }: Gathered,
  { operatorOf }: Naming,
): Steps<MadeTally> {
  const stated = yield* statementsInSteps(
    claims.map((claim): Claim => ({ ...claim, operator: operatorOf(claim) })),
  )
  const counted = new Set(
    claims.flatMap(({ isHeader, rebuilder }) => (isHeader ? [rebuilder] : [])),
  )
  const tallies = yield* tallyInSteps(stated)
  return {
    effort: claims.reduce((sum, { artifacts }) => sum + CLAIM + ARTIFACT * artifacts.length, 0),
    isEmpty: claims.length === 0,
    row: { segments, tallies, isWhole, until },
    // a module of an aggregate is counted where the aggregate is
    standings: counted.size === 0 ? [] : yield* standingsOf(stated, { counted, isWhole }),
  }
}

const zeros = (): number[] => STANDS.map(() => 0)

/** Of the rebuilders that are counted. */
function* standingsOf(
  stated: readonly StatedArtifact[],
  { counted, isWhole }: { readonly counted: ReadonlySet<string>; readonly isWhole: boolean },
): Steps<readonly VersionStanding[]> {
  const all = new Map<string, { named: number[]; others: number[]; against: Contradiction[] }>()
  let room = CONTRADICTIONS
  for (const artifact of stated) {
    yield
    for (const [rebuilder, stands] of standsIn(artifact)) {
      // what is said of a crowded name is looked at for each who contradicts it
      yield
      if (!counted.has(rebuilder)) continue
      const own = all.get(rebuilder) ?? { named: zeros(), others: zeros(), against: [] }
      all.set(rebuilder, own)
      for (const camp of ['named', 'others'] as const) {
        const at = STANDS.indexOf(stands[camp])
        own[camp][at] = (own[camp][at] ?? 0) + 1
      }
      const camp = contradicting(stands)
      if (camp === undefined || own.against.length >= CONTRADICTIONS_OF_ONE || room === 0) continue
      room -= 1
      own.against.push(contradictionOf(artifact, rebuilder, camp))
    }
  }
  return [...all]
    .map(([rebuilder, { named, others, against }]) => ({
      rebuilder,
      standing: { named, others },
      unfinished: isWhole ? 0 : others.reduce((sum, one) => sum + one, 0),
      contradictions: against,
    }))
    .toSorted((one, other) => (one.rebuilder < other.rebuilder ? -1 : 1))
}

/** Whose word it is held against: what others say is nothing where the named say something. */
function contradicting({ named, others }: Stands): Camp | undefined {
  if (named === 'differs') return 'named'
  return named !== 'agrees' && others === 'differs' ? 'others' : undefined
}

function contradictionOf(artifact: StatedArtifact, rebuilder: string, camp: Camp): Contradiction {
  const { name, group, statements } = artifact
  const said = saidOfRebuilder(artifact, rebuilder)?.[camp] ?? { same: 0, otherwise: 0 }
  const certifications = statements.flatMap((one) => (one.rebuilder === rebuilder ? [one.id] : []))
  return {
    name,
    ...(group !== undefined && { group }),
    certifications: certifications.toSorted(),
    same: said.same,
    other: said.otherwise,
  }
}
