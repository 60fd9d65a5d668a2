import { contradictionsBy, STANDS, countsOf } from '../../indexes/rebuilder-counts.ts'
import type { Camp, Stand } from '../../certification/agreement/judge.ts'
import type { Indexes } from '../../indexes/database.ts'
import type { ByCamp, Contradicted, Measured } from '../../contract/rebuilder-comparison.ts'
import type { Rate } from '../../contract/rebuilder-summary.ts'

/** A row: sums over all versions in which it is compared; `complete` tells of these alone. */
export async function measured(indexes: Indexes, fingerprint: string): Promise<Measured> {
  const { standing, unfinished } = await countsOf(indexes, fingerprint)
  const count = (camp: Camp, stand: Stand): number => standing[camp][STANDS.indexOf(stand)] ?? 0
  const rate = (camp: Camp): Rate | null => {
    const agreeing = count(camp, 'agrees')
    const compared = agreeing + count(camp, 'differs')
    return compared === 0 ? null : { compared, agreeing }
  }
  return {
    agreement: byCamp(rate),
    unshared: byCamp(
      (camp) => count(camp, 'first') + count(camp, 'divided') + count(camp, 'apart'),
    ),
    // towards either camp the same
    weak: count('others', 'weak'),
    contradicted: byCamp((camp) => count(camp, 'differs')),
    complete: unfinished === 0,
  }
}

function byCamp<T>(of: (camp: Camp) => T): ByCamp<T> {
  return { named: of('named'), others: of('others') }
}

/** Against the named first, and of each camp those against which most stand. */
export async function contradictions(
  indexes: Indexes,
  fingerprint: string,
  limit: number,
): Promise<readonly Contradicted[]> {
  const found = await contradictionsBy(indexes, fingerprint, limit)
  return found.flatMap(({ segments: [collection = '', ...segments], ...one }) => {
    // what was withheld this moment is named no more
    const certifications = one.certifications.filter((id) => indexes.isHidden?.(id) !== true)
    if (certifications.length === 0) return []
    return { collection, path: segments.join('/'), ...one, certifications }
  })
}
