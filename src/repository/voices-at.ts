import { voicesOf, type Voices } from '../certification/voices.ts'
import { type AgreementParts, groupsBelow } from './agreement-below.ts'
import { makeAnswers } from './answers.ts'
import { makeEffort } from './effort.ts'
import { type Gate, unlessBusy } from './gate.ts'

/** Who agrees, differs and stands alone below a path, the collection first; `null` if that would cost too much. */
export type VoicesAt = (path: readonly string[]) => Promise<Voices | null>

/** One costs no more, see {@link Effort}: a page shows several. */
const EACH = 30_000
const HELD = 256

export function makeVoicesAt(parts: AgreementParts & { readonly comparing: Gate }): VoicesAt {
  const answers = makeAnswers(parts.indexes, HELD)
  return async (path) => {
    const answer = answers.remember(path.join('/'), async () => ({
      voices: await parts.comparing.pass(() => look(parts, path)),
    }))
    return (await unlessBusy(answer, null))?.voices ?? null
  }
}

async function look(parts: AgreementParts, path: readonly string[]): Promise<Voices | null> {
  const effort = makeEffort(EACH)
  const groups = await groupsBelow(parts, path, effort)
  // half of a comparison would show somebody alone who is not
  return effort.isSpent() ? null : voicesOf(groups)
}
