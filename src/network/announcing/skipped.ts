/* What was skipped of what peers said, because only a later version knows it. */
import { NOTHING_SKIPPED, type SkippedCounts, type SkippedKind } from '../../contract/following.ts'

export interface Skipped {
  readonly skip: (kind: SkippedKind) => void
  readonly counts: () => SkippedCounts
}

/** Counts from 0, in memory alone. */
export function makeSkipped(): Skipped {
  const counts = { ...NOTHING_SKIPPED }
  return {
    skip(kind) {
      counts[kind] += 1
    },
    counts: () => ({ ...counts }),
  }
}
