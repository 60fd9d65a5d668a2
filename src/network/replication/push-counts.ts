/* What was pushed since the start, and why pushes were refused. */
import { NOTHING_PUSHED, type PushCounts, type PushRefusal } from '../../contract/pushed.ts'

export interface PushBook {
  readonly sent: () => void
  readonly taken: () => void
  readonly refused: (why: PushRefusal) => void
  readonly counts: () => PushCounts
}

/** Begins with nothing; it lives as long as its network and has nothing to close. */
export function makePushBook(): PushBook {
  const counts = { ...NOTHING_PUSHED, refused: { ...NOTHING_PUSHED.refused } }
  return {
    sent: () => void (counts.sent += 1),
    taken: () => void (counts.taken += 1),
    refused: (why) => void (counts.refused[why] += 1),
    counts: () => ({ ...counts, refused: { ...counts.refused } }),
  }
}
