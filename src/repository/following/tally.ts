/* Counts what is said of a version: as much of it as is looked at. */
import type { Naming } from '../../certification/agreement/naming.ts'
import { keyIdOf } from '../../certification/signatures/key-id.ts'
import { CLOCK_TOLERANCE } from '../../certification/signatures/state.ts'
import { claimsInTurn, claimsOf, type VersionClaim } from '../../indexes/claims.ts'
import type { Bytes, Indexes } from '../../indexes/database.ts'
import { keysById } from '../../indexes/keyring.ts'
import { withRests } from '../../base/steps.ts'
import { makeRest } from '../work-budget/work-budget.ts'
import { type Counting, type Gathered, type MadeTally, tallyOfClaims } from './tally-of-claims.ts'

/** Of one rebuilder, the newest: builds of many architectures meet in one version. */
const PER_REBUILDER = 64
/** Artifacts that are counted of one rebuilder, and of others together: ten rebuilders of the largest build known. */
export const ARTIFACTS_OF_ONE = 2500
export const KEPT_ARTIFACTS = 25_000
/** Artifacts that are looked at while somebody waits: a few ms. */
export const AT_ONCE = 2000
/** Rebuilders that no policy names. */
const OTHERS = 2000

/** Claims, and how they are counted. */
export interface CountedIndexes extends Counting {
  readonly indexes: Indexes
}

/** What the claims of a version come to. Bounded, whoever claims how much there; others have the thread between artifacts. */
export async function makeTally(
  { indexes, naming, now }: CountedIndexes,
  { version, segments }: { readonly version: Bytes; readonly segments: readonly string[] },
  most = KEPT_ARTIFACTS,
): Promise<MadeTally> {
  const asked = { indexes, naming: naming(), now: now(), most }
  const gathered = await claimsAt(asked, version)
  return withRests(tallyOfClaims(segments, gathered, naming()), makeRest())
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
