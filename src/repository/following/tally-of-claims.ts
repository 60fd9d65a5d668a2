/* What claims of one version come to. Pure. */
import type { Claim } from '../../certification/agreement/agreement.ts'
import type { Algorithm, Artifact } from '../../certification/artifacts/artifact.ts'
import {
  type VoterGroup,
  statusesIn,
  type StatusByGroup,
  tallyInSteps,
} from '../../certification/agreement/judge.ts'
import type { NamedOperators } from '../../certification/agreement/named-operators.ts'
import { saidOfRebuilder } from '../../certification/agreement/said-by-others.ts'
import {
  artifactKey,
  type StatedArtifact,
  statementsInSteps,
  STRONG_ALGORITHMS,
} from '../../certification/agreement/statements.ts'
import type { VersionClaim } from '../../indexes/claims.ts'
import { CLAIM_HINT } from '../../indexes/version-keys.ts'
import { STATUSES, type CountsInVersion } from '../../indexes/rebuilder-counts.ts'
import type { Contradiction } from '../../contract/rebuilder-comparison.ts'
import type { UnanimousClaims, UnanimousClaim, TallyRow } from '../../indexes/tallies.ts'
import type { CooperativeTask } from '../../base/cooperative-task.ts'

/** Reading one claim, and weighing one artifact of it, see {@link WorkBudget}. */
const CLAIM = 30
const ARTIFACT = 20
/** Claims that are kept beside the tally of a version. */
export const MAX_UNANIMOUS = 16
/** Artifacts that are named for one rebuilder of a version, and for all rebuilders of a group. */
const CONTRADICTIONS_OF_ONE = 100
const CONTRADICTIONS = 200

/** By whose word and at what time claims are counted. */
export interface TallyRules {
  readonly namedOperators: () => NamedOperators
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Claims that are counted. */
export interface CountedClaims {
  readonly claims: readonly VersionClaim[]
  /** These are all that count. */
  readonly isComplete: boolean
  /** When the next one counts that is dated in the future, in milliseconds since 1970. */
  readonly until: number | null
}

export interface ComputedTally {
  /** About what it took, see {@link WorkBudget}: the same on every machine, and however busy that is. */
  readonly cost: number
  /** Nothing is said of that version now. */
  readonly isEmpty: boolean
  readonly row: TallyRow
  readonly rebuilderCounts: readonly CountsInVersion[]
}

/** @param segments of the version, the collection first */
export function* tallyOfClaims(
  segments: readonly string[],
  { claims, isComplete, until }: CountedClaims,
  { operatorOf }: NamedOperators,
): CooperativeTask<ComputedTally> {
  const classes = artifactClassesOf(claims)
  const stated = yield* statementsInSteps(
    claims.map((claim): Claim => {
      const operator = operatorOf(claim.rebuilder)
      return classes === undefined
        ? { ...claim, operator }
        : { ...claim, operator, artifacts: classes.map(({ of }) => of) }
    }),
  )
  const counted = new Map<string, VoterGroup>()
  for (const claim of claims)
    if (claim.isHeader)
      counted.set(claim.rebuilder, operatorOf(claim.rebuilder) === undefined ? 'others' : 'named')
  const tallies = yield* tallyInSteps(stated)
  const isSimple = classes !== undefined && isComplete && until === null
  const unanimous = isSimple ? unanimousOf(claims) : undefined
  const counting = { counted, isWhole: isComplete, sizes: classes?.map(({ size }) => size) }
  return {
    cost: claims.reduce((sum, { artifacts }) => sum + CLAIM + ARTIFACT * artifacts.length, 0),
    isEmpty: claims.length === 0,
    row: { segments, tallies, isComplete, until, ...(unanimous !== undefined && { unanimous }) },
    // a module of an aggregate is counted where the aggregate is
    rebuilderCounts: counted.size === 0 ? [] : yield* rebuilderCountsOf(stated, counting),
  }
}

/** Artifacts about which everybody stands alike, and one of them. */
interface ArtifactClass {
  readonly of: Artifact
  readonly size: number
  /** Has it a checksum on which anything rests? */
  readonly isStrong: boolean
}

/**
 * Where all claims say the same, as nearly always, one artifact with a strong checksum and one without stand for all.
 * `undefined` where each has to be looked at.
 */
export function artifactClassesOf(
  claims: readonly VersionClaim[],
): readonly ArtifactClass[] | undefined {
  const [first] = claims
  if (
    first === undefined ||
    claims.some(({ contentDigest }) => contentDigest !== first.contentDigest)
  )
    return undefined
  const names = new Set<string>()
  const classes = new Map<boolean, { of: Artifact; size: number; isStrong: boolean }>()
  for (const artifact of first.artifacts) {
    names.add(artifactKey(artifact))
    const isStrong = artifact.checksums.some(({ algorithm }) => isStrongAlgorithm(algorithm))
    const there = classes.get(isStrong)
    if (there === undefined) classes.set(isStrong, { of: artifact, size: 1, isStrong })
    else there.size += 1
  }
  // several of one name are alternatives
  return names.size === first.artifacts.length ? [...classes.values()] : undefined
}

/** For one more that says the same; `undefined` if they are too many. @param claims that all say the same */
function unanimousOf(claims: readonly VersionClaim[]): UnanimousClaims | undefined {
  const [first] = claims
  if (first === undefined || claims.length > MAX_UNANIMOUS) return undefined
  const by = claims.map(({ id, rebuilder, signedBy, isHeader }) => ({
    hint: id.slice(0, 2 * CLAIM_HINT),
    rebuilder,
    signedBy,
    isHeader,
  }))
  return { contentDigest: first.contentDigest, claims: by.toSorted(inOrder) }
}

function inOrder(one: UnanimousClaim, other: UnanimousClaim): number {
  const isBefore =
    one.rebuilder === other.rebuilder ? one.hint < other.hint : one.rebuilder < other.rebuilder
  return isBefore ? -1 : 1
}

const isStrongAlgorithm = (algorithm: Algorithm): boolean =>
  STRONG_ALGORITHMS.some((strong) => strong === algorithm)

const zeros = (): number[] => STATUSES.map(() => 0)

/** Of the rebuilders that are counted. */
function* rebuilderCountsOf(
  stated: readonly StatedArtifact[],
  {
    counted,
    isWhole,
    sizes,
  }: {
    /** Fingerprints of rebuilders, each with its own group. */
    readonly counted: ReadonlyMap<string, VoterGroup>
    readonly isWhole: boolean
    /** For how many each stands; for itself if absent. */
    readonly sizes: readonly number[] | undefined
  },
): CooperativeTask<readonly CountsInVersion[]> {
  const all = new Map<string, { named: number[]; others: number[]; against: Contradiction[] }>()
  // strangers take no room from those who are named
  const room: Record<VoterGroup, number> = { named: CONTRADICTIONS, others: CONTRADICTIONS }
  for (const [index, artifact] of stated.entries()) {
    yield
    const size = sizes?.[index] ?? 1
    for (const [rebuilder, stands] of statusesIn(artifact)) {
      // what is said of a crowded name is looked at for each who contradicts it
      yield
      const ofCamp = counted.get(rebuilder)
      if (ofCamp === undefined) continue
      const own = all.get(rebuilder) ?? { named: zeros(), others: zeros(), against: [] }
      all.set(rebuilder, own)
      for (const voters of ['named', 'others'] as const) {
        const at = STATUSES.indexOf(stands[voters])
        own[voters][at] = (own[voters][at] ?? 0) + size
      }
      const voters = contradicting(stands)
      if (voters === undefined) continue
      if (own.against.length >= CONTRADICTIONS_OF_ONE || room[ofCamp] === 0) continue
      room[ofCamp] -= 1
      own.against.push(contradictionOf(artifact, rebuilder, voters))
    }
  }
  return [...all]
    .map(([rebuilder, { named, others, against }]) => ({
      rebuilder,
      byStatus: { named, others },
      unfinished: isWhole ? 0 : others.reduce((sum, one) => sum + one, 0),
      contradictions: against,
    }))
    .toSorted((one, other) => (one.rebuilder < other.rebuilder ? -1 : 1))
}

/** Whose word it is held against: what others say is nothing where the named say something. */
function contradicting({ named, others }: StatusByGroup): VoterGroup | undefined {
  if (named === 'differs') return 'named'
  return named !== 'agrees' && others === 'differs' ? 'others' : undefined
}

function contradictionOf(
  artifact: StatedArtifact,
  rebuilder: string,
  voters: VoterGroup,
): Contradiction {
  const { name, group, statements } = artifact
  const said = saidOfRebuilder(artifact, rebuilder)?.[voters] ?? { same: 0, otherwise: 0 }
  const certifications = statements.flatMap((one) => (one.rebuilder === rebuilder ? [one.id] : []))
  return {
    name,
    ...(group !== undefined && { group }),
    certifications: certifications.toSorted(),
    camp: voters,
    same: said.same,
    other: said.otherwise,
  }
}
