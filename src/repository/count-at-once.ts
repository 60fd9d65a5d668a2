/* Adds to the tally of a version who says what all say there. Nothing else is read for it. */
import type { Tallies } from '../certification/judge.ts'
import { CLOCK_TOLERANCE } from '../certification/signatures/state.ts'
import type { IndexBatch } from '../indexes/batch.ts'
import type { VersionClaim } from '../indexes/claims.ts'
import type { Bytes } from '../indexes/database.ts'
import { isNoted, putTally, type Sayer, type TallyRow, tallyRow } from '../indexes/tallies.ts'
import { withRests } from '../steps.ts'
import type { Effort } from './effort.ts'
import { ARTIFACTS_OF_ONE } from './tally.ts'
import {
  classesOf,
  type Counting,
  type MadeTally,
  MOST_SAME,
  sameOf,
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

/** So many artifacts are never left out of a tally, be it that one rebuilder says them as often as is kept here. */
const SMALL = Math.floor(ARTIFACTS_OF_ONE / MOST_SAME)

/** For the claims of one certification: about modules of one build the same are to be counted again and again. */
export function makeCountAtOnce(
  batch: IndexBatch,
  { naming, now }: Counting,
  rest: Effort['rest'],
): CountAtOnce {
  const by = naming()
  const known = new Map<string, Tallies>()

  async function make({ segments, claim }: NewClaim, before: readonly Sayer[]): Promise<MadeTally> {
    const claims = [
      ...before.map(({ hint, ...sayer }) => ({ ...claim, ...sayer, id: hint })),
      claim,
    ]
    const like = likenessOf(claims)
    const tallies = like === undefined ? undefined : known.get(like)
    if (tallies !== undefined) {
      const same = sameOf(claims)
      const row = { segments, tallies, isWhole: true, until: null, ...(same && { same }) }
      return { effort: 0, isEmpty: false, row, standings: [] }
    }
    const gathered = { claims, isWhole: true, until: null }
    const made = await withRests(tallyOfClaims(segments, gathered, by), rest)
    if (like !== undefined) known.set(like, made.row.tallies)
    return made
  }

  return async (one) => {
    const { version, claim } = one
    if (claim.signedAt > now() + CLOCK_TOLERANCE || claim.artifacts.length > SMALL) return false
    const kept = await tallyRow(batch, version)
    const before = kept === undefined ? [] : sayersOf(kept, claim)
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

/** Equal where the same voices say the same of artifacts that weigh as much; `undefined` where rebuilders are counted too. */
function likenessOf(claims: readonly VersionClaim[]): string | undefined {
  const classes = classesOf(claims)
  if (classes === undefined || claims.some(({ isHeader }) => isHeader)) return undefined
  const weights = classes.map(({ isStrong }) => (isStrong ? 'strong' : 'weak')).toSorted()
  return [...weights, ...claims.map((one) => `${one.rebuilder} ${one.signedBy}`)].join(' ')
}
