import type { Tally } from '../certification/agreement/judge.ts'

/** Of a version: how many agree. Those whom this node's pages name, and all others. */
export interface VersionTally {
  readonly named: Tally
  /** `null`: there are too many to compare them. */
  readonly others: Tally | null
}

/** Who agrees, differs and is alone in a version, the collection first; `null` if it is no version. */
export type TallyOfVersion = (path: readonly string[]) => Promise<VersionTally | null>
