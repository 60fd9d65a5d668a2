import type { Tally } from '../certification/agreement/judge.ts'

/** Of a version: how many agree. Those whom this node's pages name, and all others. */
export interface Voices {
  readonly named: Tally
  /** `null`: there are too many to compare them. */
  readonly others: Tally | null
}
