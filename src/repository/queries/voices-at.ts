import { tallyOf } from '../../certification/agreement/judge.ts'
import type { TallyAt } from './tally-at.ts'
import type { Voices } from '../../contract/voices.ts'

/** Who agrees, differs and is alone in a version, the collection first; `null` if it is no version. */
export type VoicesAt = (path: readonly string[]) => Promise<Voices | null>

const NONE: Voices = tallyOf([])

export function makeVoicesAt(tallyAt: TallyAt): VoicesAt {
  return async (path) => (await tallyAt(path)) ?? NONE
}
