import type { Voices } from '../certification/voices.ts'
import type { TallyAt } from './tally-at.ts'

/** Who agrees, differs and stands alone in a version, the collection first; `null` if they are too many to be told. */
export type VoicesAt = (path: readonly string[]) => Promise<Voices | null>

const NONE: Voices = { agreeing: 0, differing: 0, alone: 0 }

export function makeVoicesAt(tallyAt: TallyAt): VoicesAt {
  return async (path) => {
    const tally = await tallyAt(path)
    if (tally === undefined) return NONE
    const { others } = tally
    if (others === null) return null
    const { agreeing, differing, alone } = others
    return { agreeing, differing, alone }
  }
}
