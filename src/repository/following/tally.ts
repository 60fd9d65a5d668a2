/* Counts what is said of a version: as much of it as is looked at. */
import type { NamedOperators } from '../../certification/agreement/named-operators.ts'
import { CLOCK_TOLERANCE } from '../../certification/signatures/state.ts'
import { newestClaims, claimsOf, type VersionClaim } from '../../indexes/claims.ts'
import type { Bytes, VisibleIndexes } from '../../indexes/database.ts'
import { runWithPauses } from '../../base/cooperative-task.ts'
import { makePause } from '../work-budget/work-budget.ts'
import {
  type TallyRules,
  type CountedClaims,
  type ComputedTally,
  tallyOfClaims,
} from './tally-of-claims.ts'

/** Of one rebuilder, the newest: builds of many architectures meet in one version. */
const PER_REBUILDER = 64
/** Artifacts that are counted of one rebuilder, and of others together: ten rebuilders of the largest build known. */
export const ARTIFACTS_OF_ONE = 2500
const COUNTED_ARTIFACTS = 25_000
/** Artifacts that are looked at while somebody waits: a few ms. */
export const QUICK_ARTIFACTS = 2000
/** Rebuilders that no policy names. */
const OTHERS = 2000

/** Claims, and how they are counted. */
export interface TallyContext extends TallyRules {
  readonly indexes: VisibleIndexes
}

/** What the claims of a version come to. Bounded, whoever claims how much there; others have the thread between artifacts. */
export async function makeTally(
  { indexes, namedOperators: currentNaming, now }: TallyContext,
  { version, segments }: { readonly version: Bytes; readonly segments: readonly string[] },
  most = COUNTED_ARTIFACTS,
): Promise<ComputedTally> {
  // keys can come meanwhile
  const namedOperators = currentNaming()
  const asked = { indexes, namedOperators, now: now(), most }
  const gathered = await claimsAt(asked, version)
  return runWithPauses(tallyOfClaims(segments, gathered, namedOperators), makePause())
}

interface Asked {
  readonly indexes: VisibleIndexes
  readonly namedOperators: NamedOperators
  readonly now: number
  /** Artifacts of those whom nobody names. */
  readonly most: number
}

/** Where others are too many, whom the policy names is found by name: nobody pushes them out. */
async function claimsAt(
  { indexes, namedOperators, now, most }: Asked,
  version: Bytes,
): Promise<CountedClaims> {
  const claims: VersionClaim[] = []
  let until: number | null = null
  const ofOne = new Map<string, number>()
  const seen = new Set<string>()
  let [others, isComplete] = [0, true]
  const pauseIfDue = makePause()
  const take = (claim: VersionClaim): void => {
    const { id, rebuilder, signedAt, artifacts } = claim
    if (seen.has(id)) return
    seen.add(id)
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
  for await (const claim of newestClaims(indexes, version, PER_REBUILDER)) {
    await pauseIfDue()
    if (seen.has(claim.id)) continue
    const own = ofOne.get(claim.rebuilder)
    // of one who certifies large builds over and over the newest counts
    if (own !== undefined && own + claim.artifacts.length > ARTIFACTS_OF_ONE) continue
    if (namedOperators.operatorOf(claim.rebuilder) === undefined) {
      others += claim.artifacts.length
      const isRoom = others <= most || ofOne.size === 0
      if (!isRoom || ofOne.size > OTHERS) {
        isComplete = false
        break
      }
    }
    take(claim)
  }
  if (!isComplete)
    for (const rebuilder of namedOperators.rebuilders) {
      let taken = 0
      for await (const claim of claimsOf(indexes, version, rebuilder)) {
        take(claim)
        taken += 1
        if (taken === PER_REBUILDER) break
      }
    }
  return { claims, isComplete, until }
}
