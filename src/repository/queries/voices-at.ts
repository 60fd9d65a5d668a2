import { tallyOf } from '../../certification/agreement/judge.ts'
import type { TallyAt } from './tally-at.ts'
import type { Voices, VoicesAt } from '../../contract/voices.ts'

const NONE: Voices = tallyOf([])

export function makeVoicesAt(tallyAt: TallyAt): VoicesAt {
  return async (path) => (await tallyAt(path)) ?? NONE
}
