import { contradictionsBy, STATUSES, countsOf } from '../../indexes/rebuilder-counts.ts'
import type { VoterGroup, AgreementStatus } from '../../certification/agreement/judge.ts'
import type { VisibleIndexes } from '../../indexes/database.ts'
import type {
  ByVoterGroup,
  Contradicted,
  RebuilderComparison,
} from '../../contract/rebuilder-comparison.ts'
import type { Rate } from '../../contract/rebuilder-summary.ts'

/** A row: sums over all versions in which it is compared; `complete` tells of these alone. */
export async function comparisonOf(
  indexes: VisibleIndexes,
  fingerprint: string,
): Promise<RebuilderComparison> {
  const { byStatus, unfinished } = await countsOf(indexes, fingerprint)
  const count = (voters: VoterGroup, stand: AgreementStatus): number =>
    byStatus[voters][STATUSES.indexOf(stand)] ?? 0
  const rate = (voters: VoterGroup): Rate | null => {
    const agreeing = count(voters, 'agrees')
    const compared = agreeing + count(voters, 'differs')
    return compared === 0 ? null : { compared, agreeing }
  }
  return {
    agreement: byVoterGroup(rate),
    unshared: byVoterGroup(
      (voters) => count(voters, 'first') + count(voters, 'divided') + count(voters, 'apart'),
    ),
    // towards either group the same
    weak: count('others', 'weak'),
    contradicted: byVoterGroup((voters) => count(voters, 'differs')),
    complete: unfinished === 0,
  }
}

const byVoterGroup = <T>(of: (voters: VoterGroup) => T): ByVoterGroup<T> => ({
  named: of('named'),
  others: of('others'),
})

/** Against the named first, and of each group those against which most stand. */
export async function contradictions(
  indexes: VisibleIndexes,
  fingerprint: string,
  limit: number,
): Promise<readonly Contradicted[]> {
  const found = await contradictionsBy(indexes, fingerprint, limit)
  return found.map(({ segments: [collection = '', ...segments], ...one }) => ({
    collection,
    path: segments.join('/'),
    ...one,
  }))
}
