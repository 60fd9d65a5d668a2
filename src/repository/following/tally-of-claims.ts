/* What claims of one version come to. Pure. */
import type { Claim } from '../../certification/agreement/agreement.ts'
import type { Algorithm, Artifact } from '../../certification/artifacts/artifact.ts'
import {
  type Camp,
  standsIn,
  type Stands,
  tallyInSteps,
} from '../../certification/agreement/judge.ts'
import type { Naming } from '../../certification/agreement/naming.ts'
import { saidOfRebuilder } from '../../certification/agreement/said-by-others.ts'
import {
  artifactKey,
  type StatedArtifact,
  statementsInSteps,
  STRONG,
} from '../../certification/agreement/statements.ts'
import type { VersionClaim } from '../../indexes/claims.ts'
import { CLAIM_HINT } from '../../indexes/version-keys.ts'
import { STANDS, type CountsInVersion } from '../../indexes/rebuilder-counts.ts'
import type { Contradiction } from '../../contract/rebuilder-comparison.ts'
import type { Same, Sayer, TallyRow } from '../../indexes/tallies.ts'
import type { Steps } from '../../base/steps.ts'

/** Reading one claim, and weighing one artifact of it, see {@link Effort}. */
const CLAIM = 30
const ARTIFACT = 20
/** Claims that are kept beside the tally of a version. */
export const MOST_SAME = 16
/** Artifacts that are named for one rebuilder of a version, and for all rebuilders of a camp. */
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
  readonly budget: number
  /** Nothing is said of that version now. */
  readonly isEmpty: boolean
  readonly row: TallyRow
  readonly standings: readonly CountsInVersion[]
}

/** @param segments of the version, the collection first */
export function* tallyOfClaims(
  segments: readonly string[],
  { claims, isWhole, until }: Gathered,
  { operatorOf }: Naming,
): Steps<MadeTally> {
  const classes = classesOf(claims)
  const stated = yield* statementsInSteps(
    claims.map((claim): Claim => {
      const operator = operatorOf(claim)
      return classes === undefined
        ? { ...claim, operator }
        : { ...claim, operator, artifacts: classes.map(({ of }) => of) }
    }),
  )
  const counted = new Map<string, Camp>()
  for (const claim of claims)
    if (claim.isHeader && counted.get(claim.rebuilder) !== 'named')
      counted.set(claim.rebuilder, operatorOf(claim) === undefined ? 'others' : 'named')
  const tallies = yield* tallyInSteps(stated)
  const isSimple = classes !== undefined && isWhole && until === null
  const same = isSimple ? sameOf(claims) : undefined
  const counting = { counted, isWhole, sizes: classes?.map(({ size }) => size) }
  return {
    budget: claims.reduce((sum, { artifacts }) => sum + CLAIM + ARTIFACT * artifacts.length, 0),
    isEmpty: claims.length === 0,
    row: { segments, tallies, isWhole, until, ...(same !== undefined && { same }) },
    // a module of an aggregate is counted where the aggregate is
    standings: counted.size === 0 ? [] : yield* standingsOf(stated, counting),
  }
}

/** Artifacts about which everybody stands alike, and one of them. */
interface Class {
  readonly of: Artifact
  readonly size: number
  /** Has it a checksum on which anything rests? */
  readonly isStrong: boolean
}

/**
 * Where all claims say the same, as nearly always, one artifact with a strong checksum and one without stand for all.
 * `undefined` where each has to be looked at.
 */
export function classesOf(claims: readonly VersionClaim[]): readonly Class[] | undefined {
  const [first] = claims
  if (first === undefined || claims.some(({ said }) => said !== first.said)) return undefined
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
export function sameOf(claims: readonly VersionClaim[]): Same | undefined {
  const [first] = claims
  if (first === undefined || claims.length > MOST_SAME) return undefined
  const by = claims.map(({ id, rebuilder, signedBy, isHeader }) => ({
    hint: id.slice(0, 2 * CLAIM_HINT),
    rebuilder,
    signedBy,
    isHeader,
  }))
  return { said: first.said, by: by.toSorted(inOrder) }
}

function inOrder(one: Sayer, other: Sayer): number {
  const isBefore =
    one.rebuilder === other.rebuilder ? one.hint < other.hint : one.rebuilder < other.rebuilder
  return isBefore ? -1 : 1
}

const isStrongAlgorithm = (algorithm: Algorithm): boolean =>
  STRONG.some((strong) => strong === algorithm)

const zeros = (): number[] => STANDS.map(() => 0)

/** Of the rebuilders that are counted. */
function* standingsOf(
  stated: readonly StatedArtifact[],
  {
    counted,
    isWhole,
    sizes,
  }: {
    /** Fingerprints of rebuilders, each with its own camp. */
    readonly counted: ReadonlyMap<string, Camp>
    readonly isWhole: boolean
    /** For how many each stands; for itself if absent. */
    readonly sizes: readonly number[] | undefined
  },
): Steps<readonly CountsInVersion[]> {
  const all = new Map<string, { named: number[]; others: number[]; against: Contradiction[] }>()
  // strangers take no room from those who are named
  const room: Record<Camp, number> = { named: CONTRADICTIONS, others: CONTRADICTIONS }
  for (const [index, artifact] of stated.entries()) {
    yield
    const size = sizes?.[index] ?? 1
    for (const [rebuilder, stands] of standsIn(artifact)) {
      // what is said of a crowded name is looked at for each who contradicts it
      yield
      const ofCamp = counted.get(rebuilder)
      if (ofCamp === undefined) continue
      const own = all.get(rebuilder) ?? { named: zeros(), others: zeros(), against: [] }
      all.set(rebuilder, own)
      for (const camp of ['named', 'others'] as const) {
        const at = STANDS.indexOf(stands[camp])
        own[camp][at] = (own[camp][at] ?? 0) + size
      }
      const camp = contradicting(stands)
      if (camp === undefined) continue
      if (own.against.length >= CONTRADICTIONS_OF_ONE || room[ofCamp] === 0) continue
      room[ofCamp] -= 1
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
    camp,
    same: said.same,
    other: said.otherwise,
  }
}
