import {
  contradictionsBy,
  type Contradiction,
  STANDS,
  standingOf,
} from '../../indexes/standings.ts'
import type { Camp, Stand } from '../../certification/agreement/judge.ts'
import type { Indexes } from '../../indexes/database.ts'
import type { Rate, RebuilderSummary } from '../../contract/rebuilder-summary.ts'

/** An artifact about which a rebuilder differs from most, and where that is compared. */
export interface Contradicted extends Contradiction {
  readonly collection: string
  /** Of the source and version below the collection, joined by `/`. */
  readonly path: string
}

/** Of artifacts: by those whom the policy names, and by all others. */
export type ByCamp<T> = Readonly<Record<Camp, T>>

/** How a rebuilder stands to others about all that it certified; each artifact counts once in a version. */
export interface Measured {
  readonly agreement: RebuilderSummary['agreement']
  /** Artifacts of which nobody else of that camp gave a comparable strong checksum. */
  readonly unshared: ByCamp<number>
  /** Artifacts of which it gave no strong checksum itself. */
  readonly weak: number
  /** How many artifacts. */
  readonly contradicted: ByCamp<number>
  /** `false`: of some version that it certified there is more than is compared, be it what it says itself. */
  readonly complete: boolean
}

/** A row: sums over all versions in which it is compared; `complete` tells of these alone. */
export async function measured(indexes: Indexes, fingerprint: string): Promise<Measured> {
  const { standing, unfinished } = await standingOf(indexes, fingerprint)
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
