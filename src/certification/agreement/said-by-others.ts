/* What others say of what one certification, or one rebuilder, says. By the judge's relation; linear in what is said. */
import { type VoterGroup, VOTER_GROUPS, type Relation, relationOf } from './judge.ts'
import type { CooperativeTask } from '../../base/cooperative-task.ts'
import type { Statement, StatedArtifact } from './statements.ts'

/** Voters of a group, without the one that it is about. Who says something else, or nothing strong, is in neither. */
export interface SameAndOtherwise {
  readonly same: number
  readonly otherwise: number
}

export type SaidByOthers = Readonly<Record<VoterGroup, SameAndOtherwise>>

/**
 * Of a whole certification, artifact by artifact: who says otherwise of any of its artifacts says otherwise, else who says the
 * same of any says the same.
 * @returns `undefined` if it is in none of them
 */
export function* saidOfCertificationInSteps(
  artifacts: readonly StatedArtifact[],
  id: string,
): CooperativeTask<SaidByOthers | undefined> {
  const all = { named: new Map<string, Relation>(), others: new Map<string, Relation>() }
  let isThere = false
  for (const { statements } of artifacts) {
    yield
    const own = statements.filter((statement) => statement.id === id)
    if (own.length === 0) continue
    isThere = true
    const found = relationsTo(own, statements)
    for (const voters of VOTER_GROUPS)
      for (const [voter, relation] of found[voters])
        if (relation === 'otherwise' || all[voters].get(voter) === undefined)
          all[voters].set(voter, relation)
  }
  return isThere ? countIn(all) : undefined
}

/** Of one artifact that a rebuilder certified: a voter who says both says the same. */
export function saidOfRebuilder(
  { statements }: StatedArtifact,
  fingerprint: string,
): SaidByOthers | undefined {
  const own = statements.filter(({ rebuilder }) => rebuilder === fingerprint)
  return own.length === 0 ? undefined : countIn(relationsTo(own, statements))
}

type Relations = Readonly<Record<VoterGroup, ReadonlyMap<string, Relation>>>

/** How each other voter stands to any of these statements, which are of one voter. */
function relationsTo(own: readonly Statement[], statements: readonly Statement[]): Relations {
  const found = { named: new Map<string, Relation>(), others: new Map<string, Relation>() }
  const values = merged(own)
  for (const statement of statements) {
    if (statement.voter === own[0]?.voter) continue
    const relation = relationOf({ values }, statement)
    const voters = found[statement.isNamed ? 'named' : 'others']
    if (relation === 'same' || (relation === 'otherwise' && voters.get(statement.voter) !== 'same'))
      voters.set(statement.voter, relation)
  }
  return found
}

function merged(own: readonly Statement[]): Statement['values'] {
  const [first, ...more] = own
  if (first === undefined || more.length === 0) return first?.values ?? new Map()
  const values = new Map([...first.values].map(([algorithm, all]) => [algorithm, new Set(all)]))
  for (const statement of more)
    for (const [algorithm, all] of statement.values)
      values.set(algorithm, addTo(values.get(algorithm) ?? new Set(), all))
  return values
}

function addTo(there: Set<string>, all: ReadonlySet<string>): Set<string> {
  for (const value of all) there.add(value)
  return there
}

function countIn(relations: Relations): SaidByOthers {
  const count = (voters: VoterGroup): SameAndOtherwise => {
    const all = [...relations[voters].values()]
    return {
      same: all.filter((relation) => relation === 'same').length,
      otherwise: all.filter((relation) => relation === 'otherwise').length,
    }
  }
  return { named: count('named'), others: count('others') }
}
