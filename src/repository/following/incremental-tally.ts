/* Adds to the tally of a version who says what all say there. Nothing else is read for it. */
import type { Tallies } from '../../certification/agreement/judge.ts'
import { CLOCK_TOLERANCE } from '../../certification/signatures/state.ts'
import type { IndexBatch } from '../../indexes/batch.ts'
import type { VersionClaim } from '../../indexes/claims.ts'
import type { Bytes } from '../../indexes/database.ts'
import {
  isStale,
  putTally,
  type UnanimousClaim,
  type TallyRow,
  tallyRow,
} from '../../indexes/tallies.ts'
import { runWithPauses } from '../../base/cooperative-task.ts'
import type { WorkBudget } from '../work-budget/work-budget.ts'
import { ARTIFACTS_OF_ONE } from './tally.ts'
import {
  artifactClassesOf,
  type TallyRules,
  type ComputedTally,
  MAX_UNANIMOUS,
  tallyOfClaims,
} from './tally-of-claims.ts'

export interface NewClaim {
  /** Where it is compared, the collection first. */
  readonly segments: readonly string[]
  readonly version: Bytes
  readonly claim: VersionClaim
}

/** @returns whether it counts now; else the tally of its version is to be made of all claims */
export type AddToTally = (one: NewClaim) => Promise<boolean>

const NOBODY: readonly UnanimousClaim[] = []

/** So many artifacts are never left out of a tally, be it that one rebuilder says them as often as is kept here. */
const MAX_ARTIFACTS = Math.floor(ARTIFACTS_OF_ONE / MAX_UNANIMOUS)

/** For the claims of one certification: about modules of one build the same are to be counted again and again. */
export function makeIncrementalTally(
  batch: IndexBatch,
  { namedOperators, now }: TallyRules,
  pauseIfDue: WorkBudget['pauseIfDue'],
): AddToTally {
  const by = namedOperators()
  /** By who said it before, the same list for many modules; then by what their artifacts weigh. */
  const known = new Map<readonly UnanimousClaim[], Map<string, Known>>()

  async function make(
    { segments, claim }: NewClaim,
    before: readonly UnanimousClaim[],
  ): Promise<ComputedTally> {
    const like = artifactClassKey(claim, before)
    const there = like === undefined ? undefined : known.get(before)?.get(like)
    if (there !== undefined) {
      const { tallies, by: all } = there
      const unanimous = { contentDigest: claim.contentDigest, claims: all }
      const row = { segments, tallies, isComplete: true, until: null, unanimous }
      return { cost: 0, isEmpty: false, row, rebuilderCounts: [] }
    }
    const claims = [
      ...before.map(({ hint, ...sayer }) => ({ ...claim, ...sayer, id: hint })),
      claim,
    ]
    const gathered = { claims, isComplete: true, until: null }
    const made = await runWithPauses(tallyOfClaims(segments, gathered, by), pauseIfDue)
    const { tallies, unanimous } = made.row
    if (like !== undefined && unanimous !== undefined) {
      const ofThese = known.get(before) ?? new Map<string, Known>()
      known.set(before, ofThese.set(like, { tallies, by: unanimous.claims }))
    }
    return made
  }

  return async (one) => {
    const { version, claim } = one
    if (claim.signedAt > now() + CLOCK_TOLERANCE || claim.artifacts.length > MAX_ARTIFACTS)
      return false
    const kept = await tallyRow(batch, version)
    const before = kept === undefined ? NOBODY : unanimousClaimsOf(kept, claim)
    if (before === undefined || before.length >= MAX_UNANIMOUS || (await isStale(batch, version)))
      return false
    const hadStandings = before.some(({ isHeader }) => isHeader)
    await putTally(batch, version, { ...(await make(one, before)), hadCounts: hadStandings })
    return true
  }
}

/** Who said that before; `undefined` if anybody said anything else, or too much to be kept. */
const unanimousClaimsOf = (
  { unanimous }: TallyRow,
  { contentDigest }: VersionClaim,
): readonly UnanimousClaim[] | undefined =>
  unanimous?.contentDigest === contentDigest ? unanimous.claims : undefined

interface Known {
  readonly tallies: Tallies
  /** Who says it now. */
  readonly by: readonly UnanimousClaim[]
}

/** Equal where voices say the same of artifacts that weigh as much; `undefined` where rebuilders are counted too. */
function artifactClassKey(
  claim: VersionClaim,
  before: readonly UnanimousClaim[],
): string | undefined {
  const classes = artifactClassesOf([claim])
  if (classes === undefined || claim.isHeader || before.some(({ isHeader }) => isHeader))
    return undefined
  return classes
    .map(({ isStrong }) => (isStrong ? 'strong' : 'weak'))
    .toSorted()
    .join(' ')
}
