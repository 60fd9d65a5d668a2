import { contradictionsBy, type Contradiction, STANDS, standingOf } from '../indexes/standings.ts'
import type { Stand } from '../certification/judge.ts'
import type { Indexes } from '../indexes/database.ts'
import type { Naming } from '../certification/naming.ts'
import type { RebuilderSummary } from './rebuilder-summary.ts'

/** An artifact about which a rebuilder differs from most, and where that is compared. */
export interface Contradicted extends Contradiction {
  readonly collection: string
  /** Of the source and version below the collection, joined by `/`. */
  readonly path: string
}

/** How a rebuilder stands to others about all that it certified; each artifact counts once. */
export interface Measured {
  readonly agreement: RebuilderSummary['agreement']
  /** Artifacts of which nobody else gave a comparable strong checksum, and those of which it gave none itself. */
  readonly unshared: number
  readonly weak: number
  /** How many artifacts. */
  readonly contradicted: number
  /** `false`: in some version more was certified than is compared. */
  readonly complete: boolean
}

export interface MeasureParts {
  readonly indexes: Indexes
  readonly naming: () => Naming
}

/** A row, to whomever it is held: those whom the policy names, or without one everybody. */
export async function measured(
  { indexes, naming }: MeasureParts,
  fingerprint: string,
): Promise<Measured> {
  const { standing, unfinished } = await standingOf(indexes, fingerprint)
  const counts = standing[naming().operators.length > 0 ? 'named' : 'others']
  const count = (stand: Stand): number => counts[STANDS.indexOf(stand)] ?? 0
  const [agreeing, contradicted] = [count('agrees'), count('differs')]
  const compared = agreeing + contradicted
  return {
    agreement: compared === 0 ? null : { compared, agreeing },
    unshared: count('first') + count('divided') + count('apart'),
    weak: count('weak'),
    contradicted,
    complete: unfinished === 0,
  }
}

/** Those against which most stand first. */
export async function contradictions(
  { indexes }: MeasureParts,
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
