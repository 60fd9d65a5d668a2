import type { Claim } from '../certification/agreement.ts'
import { type Camp, standsIn, type Stands, tallyInSteps } from '../certification/judge.ts'
import type { Naming } from '../certification/naming.ts'
import { saidOfRebuilder } from '../certification/said-by-others.ts'
import { keyIdOf } from '../certification/signatures/key-id.ts'
import { CLOCK_TOLERANCE } from '../certification/signatures/state.ts'
import { type StatedArtifact, statementsInSteps } from '../certification/statements.ts'
import { claimsInTurn, claimsOf, type VersionClaim } from '../indexes/claims.ts'
import type { Bytes, Indexes } from '../indexes/database.ts'
import { keysById } from '../indexes/keyring.ts'
import {
  type Contradiction,
  STANDS,
  type TallyRow,
  type VersionStanding,
} from '../indexes/tallies.ts'
import { type Steps, withRests } from '../steps.ts'
import { makeRest } from './effort.ts'

/** Of one rebuilder, the newest: builds of many architectures meet in one version. */
const PER_REBUILDER = 64
/** Artifacts that are counted of one rebuilder, and of others together: ten rebuilders of the largest build known. */
const ARTIFACTS_OF_ONE = 2500
export const KEPT_ARTIFACTS = 25_000
/** Artifacts that are looked at while somebody waits: a few ms. */
export const AT_ONCE = 2000
/** Reading one claim, and weighing one artifact of it, see {@link Effort}. */
const CLAIM = 30
const ARTIFACT = 20
/** Rebuilders that no policy names. */
const OTHERS = 2000
/** Artifacts that are named for one rebuilder of a version, and in all. */
const CONTRADICTIONS_OF_ONE = 100
const CONTRADICTIONS = 200

export interface TallyParts {
  readonly indexes: Indexes
  readonly naming: () => Naming
  readonly now: () => number
}

export interface MadeTally {
  /** About what it took, see {@link Effort}: the same on every machine, and however busy that is. */
  readonly effort: number
  /** Nothing is said of that version now. */
  readonly isEmpty: boolean
  readonly row: TallyRow
  readonly standings: readonly VersionStanding[]
}

/** What the claims of a version come to. Bounded, whoever claims how much there; others have the thread between artifacts. */
export async function makeTally(
  { indexes, naming, now }: TallyParts,
  { version, segments }: { readonly version: Bytes; readonly segments: readonly string[] },
  most = KEPT_ARTIFACTS,
): Promise<MadeTally> {
  const asked = { indexes, naming: naming(), now: now(), most }
  const { claims, isWhole, until } = await claimsAt(asked, version)
  const { operatorOf } = naming()
  const rest = makeRest()
  const stated = await withRests(
    statementsInSteps(claims.map((claim): Claim => ({ ...claim, operator: operatorOf(claim) }))),
    rest,
  )
  const counted = new Set(
    claims.flatMap(({ isHeader, rebuilder }) => (isHeader ? [rebuilder] : [])),
  )
  const tallies = await withRests(tallyInSteps(stated), rest)
  return {
    effort: claims.reduce((sum, { artifacts }) => sum + CLAIM + ARTIFACT * artifacts.length, 0),
    isEmpty: claims.length === 0,
    row: { segments, tallies, isWhole, until },
    standings: await withRests(standingsOf(stated, { counted, isWhole }), rest),
  }
}

interface Gathered {
  readonly claims: readonly VersionClaim[]
  readonly isWhole: boolean
  readonly until: number | null
}

interface Asked {
  readonly indexes: Indexes
  readonly naming: Naming
  readonly now: number
  /** Artifacts of those whom nobody names. */
  readonly most: number
}

/** Where others are too many, whom the policy names is found by name: nobody pushes them out. */
async function claimsAt({ indexes, naming, now, most }: Asked, version: Bytes): Promise<Gathered> {
  const claims: VersionClaim[] = []
  let until: number | null = null
  const ofOne = new Map<string, number>()
  const met = new Set<string>()
  let [others, isWhole] = [0, true]
  const rest = makeRest()
  const take = (claim: VersionClaim): void => {
    const { id, rebuilder, signedAt, artifacts } = claim
    if (met.has(id)) return
    met.add(id)
    if (signedAt > now + CLOCK_TOLERANCE) {
      const from = signedAt - CLOCK_TOLERANCE
      until = until === null ? from : Math.min(until, from)
      return
    }
    const count = (ofOne.get(rebuilder) ?? 0) + artifacts.length
    if (count > ARTIFACTS_OF_ONE && ofOne.has(rebuilder)) return
    ofOne.set(rebuilder, count)
    claims.push(claim)
  }
  for await (const claim of claimsInTurn(indexes, version, PER_REBUILDER)) {
    await rest()
    if (met.has(claim.id)) continue
    const own = ofOne.get(claim.rebuilder)
    // of one who certifies large builds over and over the newest counts
    if (own !== undefined && own + claim.artifacts.length > ARTIFACTS_OF_ONE) continue
    if (naming.operatorOf(claim) === undefined) {
      others += claim.artifacts.length
      const isRoom = others <= most || ofOne.size === 0
      if (!isRoom || ofOne.size > OTHERS) {
        isWhole = false
        break
      }
    }
    take(claim)
  }
  if (!isWhole)
    for (const rebuilder of await namedKeys(indexes, naming)) {
      let taken = 0
      for await (const claim of claimsOf(indexes, version, rebuilder)) {
        take(claim)
        taken += 1
        if (taken === PER_REBUILDER) break
      }
    }
  return { claims, isWhole, until }
}

/** Fingerprints under which the named can have signed: a policy may name a subkey. */
async function namedKeys(indexes: Indexes, naming: Naming): Promise<ReadonlySet<string>> {
  const keys = new Set(naming.operators.flatMap((operator) => operator.keys))
  const named = [...keys]
  for (const key of named)
    for (const { fingerprint } of await keysById(indexes, keyIdOf(key))) keys.add(fingerprint)
  return keys
}

const zeros = (): number[] => STANDS.map(() => 0)

/** Of the rebuilders that are counted: a module of an aggregate is counted where the aggregate is. */
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
