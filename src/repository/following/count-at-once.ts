/* Adds to the tally of a version who says what all say there. Nothing else is read for it. */
import type { Tallies } from '../../certification/agreement/judge.ts'
import { CLOCK_TOLERANCE } from '../../certification/signatures/state.ts'
import type { IndexBatch } from '../../indexes/batch.ts'
import type { VersionClaim } from '../../indexes/claims.ts'
import type { Bytes } from '../../indexes/database.ts'
import { isNoted, putTally, type Sayer, type TallyRow, tallyRow } from '../../indexes/tallies.ts'
import { withRests } from '../../base/steps.ts'
import type { WorkBudget } from '../work-budget/work-budget.ts'
import { ARTIFACTS_OF_ONE } from './tally.ts'
import {
  classesOf,
  type Counting,
  type MadeTally,
  MOST_SAME,
  tallyOfClaims,
} from './tally-of-claims.ts'

export interface NewClaim {
  /** Where it is compared, the collection first. */
  readonly segments: readonly string[]
  readonly version: Bytes
  readonly claim: VersionClaim
}

/** @returns whether it counts now; else the tally of its version is to be made of all claims */
export type CountAtOnce = (one: NewClaim) => Promise<boolean>

const NOBODY: readonly Sayer[] = []

/** So many artifacts are never left out of a tally, be it that one rebuilder says them as often as is kept here. */
const SMALL = Math.floor(ARTIFACTS_OF_ONE / MOST_SAME)

/** For the claims of one certification: about modules of one build the same are to be counted again and again. */
export function makeCountAtOnce(
  batch: IndexBatch,
  { naming, now }: Counting,
  rest: WorkBudget['rest'],
): CountAtOnce {
  const by = naming()
  /** By who said it before, the same list for many modules; then by what their artifacts weigh. */
  const known = new Map<readonly Sayer[], Map<string, Known>>()

  async function make({ segments, claim }: NewClaim, before: readonly Sayer[]): Promise<MadeTally> {
    const like = likenessOf(claim, before)
    const there = like === undefined ? undefined : known.get(before)?.get(like)
    if (there !== undefined) {
      const { tallies, by: all } = there
      const same = { said: claim.said, by: all }
      const row = { segments, tallies, isWhole: true, until: null, same }
      return { budget: 0, isEmpty: false, row, standings: [] }
    }
    const claims = [
      ...before.map(({ hint, ...sayer }) => ({ ...claim, ...sayer, id: hint })),
      claim,
    ]
    const gathered = { claims, isWhole: true, until: null }
    const made = await withRests(tallyOfClaims(segments, gathered, by), rest)
    const { tallies, same } = made.row
    if (like !== undefined && same !== undefined) {
      const ofThese = known.get(before) ?? new Map<string, Known>()
      known.set(before, ofThese.set(like, { tallies, by: same.by }))
    }
    return made
  }

  return async (one) => {
    const { version, claim } = one
    if (claim.signedAt > now() + CLOCK_TOLERANCE || claim.artifacts.length > SMALL) return false
    const kept = await tallyRow(batch, version)
    const before = kept === undefined ? NOBODY : sayersOf(kept, claim)
    if (before === undefined || before.length >= MOST_SAME || (await isNoted(batch, version)))
      return false
    const hadStandings = before.some(({ isHeader }) => isHeader)
    await putTally(batch, version, { ...(await make(one, before)), hadStandings })
    return true
  }
}

/** Who said that before; `undefined` if anybody said anything else, or too much to be kept. */
const sayersOf = ({ same }: TallyRow, { said }: VersionClaim): readonly Sayer[] | undefined =>
  same?.said === said ? same.by : undefined

interface Known {
  readonly tallies: Tallies
  /** Who says it now. */
  readonly by: readonly Sayer[]
}

/** Equal where voices say the same of artifacts that weigh as much; `undefined` where rebuilders are counted too. */
function likenessOf(claim: VersionClaim, before: readonly Sayer[]): string | undefined {
  const classes = classesOf([claim])
  if (classes === undefined || claim.isHeader || before.some(({ isHeader }) => isHeader))
    return undefined
  return classes
    .map(({ isStrong }) => (isStrong ? 'strong' : 'weak'))
    .toSorted()
    .join(' ')
}
