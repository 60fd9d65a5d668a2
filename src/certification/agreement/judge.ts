/*
 * Who agrees with whom: the only place that decides it. Everything that tells somebody of agreement asks here.
 *
 * Two certifications say the same of an artifact if they have a strong checksum (SHA-256, SHA-512) of it in common, with its
 * size where both say one; else one says otherwise than the other if both give a strong one by the same algorithm, or sizes of
 * which none is the same; else they say nothing about each other. MD5 and SHA-1 alone say nothing. Several checksums in one certification are alternatives.
 *
 * Voters are counted in two groups of voters: operators that a policy *names*, one vote for each however many keys it has, and all *others*,
 * by key. What others say never changes how a named one stands, or any count of those: each group is weighed by itself. Others
 * are held against the named ones where these say something about them, and else against each other.
 *
 * To keep a tally: it is a function of the claims of one version (and of which operator each is by). When one of them comes that
 * says something else than all others, or one goes, judge those of that version anew, `tallyOf(statementsIn(claims))`: linear in their artifacts. Rates of rebuilders are
 * sums over versions of {@link statusesIn}. Both must be made again when the policy's operators change.
 */
import { runToEnd, type CooperativeTask } from '../../base/cooperative-task.ts'
import { opinionSizes } from './opinion-sizes.ts'
import { type Statement, type StatedArtifact, COMPARED_PROPERTIES } from './statements.ts'
import { largestOpposition, largestSupport, type Support, supportIn } from './support.ts'

export const VOTER_GROUPS = ['named', 'others'] as const
export type VoterGroup = (typeof VOTER_GROUPS)[number]

export type Relation = 'same' | 'otherwise' | 'unrelated'

/** Symmetric. Linear in what the two say. */
export function relationOf(
  one: Pick<Statement, 'values'>,
  other: Pick<Statement, 'values'>,
): Relation {
  let isRelated = false
  for (const way of COMPARED_PROPERTIES) {
    const [mine, theirs] = [one.values.get(way), other.values.get(way)]
    if (mine === undefined || theirs === undefined) continue
    const isShared = [...mine].some((value) => theirs.has(value))
    if (way === 'size') isRelated ||= !isShared
    else if (isShared) return 'same'
    else isRelated = true
  }
  return isRelated ? 'otherwise' : 'unrelated'
}

/**
 * How somebody stands to a group about an artifact:
 *
 * - `weak`: it gave no strong checksum;
 * - `first`: nobody else of that group gave one: it is the only one so far;
 * - `divided`: the same, and it says two things itself, in two certifications;
 * - `agrees`: another one says the same, and more say so than say any one thing otherwise;
 * - `differs`: as many or more say one thing otherwise. Where the largest sides are several, all of them differ, since nobody
 *   can say which is right. Who also says what most say stands with these: nobody makes another differ alone;
 * - `apart`: those who gave one did so by another algorithm only.
 */
export type AgreementStatus = 'weak' | 'first' | 'divided' | 'agrees' | 'differs' | 'apart'

/** Towards each group. */
export type StatusByGroup = Readonly<Record<VoterGroup, AgreementStatus>>

/** Of a version: voters by how they stand. One who differs about any artifact differs, else one who agrees about any agrees. */
export interface Tally {
  readonly agreeing: number
  readonly differing: number
  /** The only ones so far with what they built: nobody says the same, and nobody says otherwise. */
  readonly alone: number
  /**
   * Of the artifact about which the voices of this group differ most: how many say each thing, most first, five at most (the
   * rest are in the last). Empty where nobody differs.
   */
  readonly sides: readonly number[]
}

export type Tallies = Readonly<Record<VoterGroup, Tally>>

/** Does anybody say otherwise than somebody else? */
export const isDivided = (tallies: Tallies): boolean =>
  VOTER_GROUPS.some((voters) => tallies[voters].differing > 0)

/** Of all artifacts of a version together, or of one. Deterministic and linear. */
export const tallyOf = (artifacts: readonly StatedArtifact[]): Tallies =>
  runToEnd(tallyInSteps(artifacts))

/** {@link tallyOf}, artifact by artifact. */
export function* tallyInSteps(artifacts: readonly StatedArtifact[]): CooperativeTask<Tallies> {
  const stands: Record<VoterGroup, Map<string, AgreementStatus>> = {
    named: new Map(),
    others: new Map(),
  }
  for (const { statements } of artifacts) {
    yield
    for (const [voter, { isNamed, towards }] of statusesBy(statements, (one) => one.voter)) {
      const own = stands[isNamed ? 'named' : 'others']
      const there = own.get(voter)
      const stand = isNamed || isComparable(towards.named) ? towards.named : towards.others
      own.set(voter, there === undefined ? stand : moreNotable(there, stand))
    }
  }
  const tally = function* (voters: VoterGroup): CooperativeTask<Tally> {
    const all = [...stands[voters].values()]
    const differing = all.filter((stand) => stand === 'differs' || stand === 'divided').length
    const agreeing = all.filter((stand) => stand === 'agrees').length
    return {
      agreeing,
      differing,
      alone: all.length - differing - agreeing,
      sides: differing === 0 ? [] : yield* opinionSizes(artifacts, voters === 'named'),
    }
  }
  return { named: yield* tally('named'), others: yield* tally('others') }
}

/** How each rebuilder stands about one artifact, by fingerprint; keys of its own operator are no others to it. */
export function statusesIn({ statements }: StatedArtifact): ReadonlyMap<string, StatusByGroup> {
  const found = statusesBy(statements, ({ rebuilder }) => rebuilder)
  return new Map([...found].map(([rebuilder, { towards }]) => [rebuilder, towards]))
}

/** Does that group say anything to which it can be held? */
const isComparable = (stand: AgreementStatus): boolean => stand === 'agrees' || stand === 'differs'

const BY_NOTABILITY: readonly AgreementStatus[] = [
  'differs',
  'divided',
  'agrees',
  'apart',
  'first',
  'weak',
]
const moreNotable = (one: AgreementStatus, other: AgreementStatus): AgreementStatus =>
  BY_NOTABILITY.indexOf(one) <= BY_NOTABILITY.indexOf(other) ? one : other

interface VoterStatus {
  readonly isNamed: boolean
  readonly towards: StatusByGroup
}

function statusesBy(
  statements: readonly Statement[],
  whose: (statement: Statement) => string,
): ReadonlyMap<string, VoterStatus> {
  const [named, others] = [supportIn(statements, true), supportIn(statements, false)]
  const own = new Map<string, Statement[]>()
  for (const statement of statements) {
    const there = own.get(whose(statement))
    if (there === undefined) own.set(whose(statement), [statement])
    else there.push(statement)
  }
  return new Map(
    [...own].map(([name, all]) => [
      name,
      {
        isNamed: all[0]?.isNamed ?? false,
        towards: { named: statusOf(all, named), others: statusOf(all, others) },
      },
    ]),
  )
}

/** All statements of one voter, or of one of its keys. */
function statusOf(statements: readonly Statement[], support: Support): AgreementStatus {
  const [first] = statements
  const strong = statements.filter(({ values }) => values.size > 0)
  if (first === undefined || strong.length === 0) return 'weak'
  const isOfCamp = first.isNamed === support.isNamed
  // with its own voice, which a group does not have of somebody else
  const own = isOfCamp ? 0 : 1
  const weighed = strong.map((statement) => ({
    behind: largestSupport(statement, support) + own,
    against: largestOpposition(statement, support),
  }))
  if (weighed.some((one) => one.behind > 1 && one.behind > one.against)) return 'agrees'
  const isContradicted = weighed.some((one) => one.against >= one.behind)
  if (support.voters.size === 1 - own) return isContradicted ? 'divided' : 'first'
  return isContradicted ? 'differs' : 'apart'
}
