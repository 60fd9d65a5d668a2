import type { Camp } from '../certification/agreement/judge.ts'
import type { RebuilderSummary } from './rebuilder-summary.ts'

/** An artifact about which a rebuilder differs. */
export interface Contradiction {
  readonly name: string
  readonly group?: string
  /** Ids of its certifications that say so. */
  readonly certifications: readonly string[]
  /** Against whose word. */
  readonly camp: Camp
  /** How many others of it say the same, and how many say otherwise. */
  readonly same: number
  readonly other: number
}

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
