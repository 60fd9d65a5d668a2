import { type Tallies, tallyOf } from '../../certification/agreement/judge.ts'
import type { VersionTally, TallyOfVersion } from '../../contract/version-tally.ts'
import { makeAnswerCache } from '../work-budget/answer-cache.ts'
import { versionOf } from '../../indexes/version-keys.ts'
import { isStale, tallyRow } from '../../indexes/tallies.ts'
import { QUICK_ARTIFACTS, makeTally, type TallyContext } from '../following/tally.ts'

/**
 * Who agrees, differs and is alone in a version, the collection first; `undefined` if nothing is compared there. Of the others
 * `null` if they are too many to be told.
 */
type TallyAt = (
  segments: readonly string[],
) => Promise<
  { readonly named: Tallies['named']; readonly others: Tallies['others'] | null } | undefined
>

const HELD = 64

/** A row; what has come this moment is counted on the spot. */
function makeTallyAt(counted: TallyContext): TallyAt {
  const { indexes, now } = counted
  const answers = makeAnswerCache(indexes, HELD)
  return async (segments) => {
    const version = versionOf(segments)
    const kept = await tallyRow(indexes, version)
    const isNoticed = await isStale(indexes, version)
    const isOver = kept?.until !== null && kept !== undefined && kept.until <= now()
    if (!isNoticed && !isOver) return kept && shown(kept)
    // of more than is looked at here, the row of a moment ago is true enough
    const made = await answers.remember(segments.join('/'), () =>
      makeTally(counted, { version, segments }, QUICK_ARTIFACTS),
    )
    if (made.row.isComplete) return made.isEmpty ? undefined : shown(made.row)
    return shown(kept ?? made.row)
  }
}

/** Nobody says anything there. */
const NONE: VersionTally = tallyOf([])

/** The tally of a version: the row that is kept if it is whole, else what can be counted quickly. */
export function makeTallyOfVersion(counted: TallyContext): TallyOfVersion {
  const tallyAt = makeTallyAt(counted)
  return async (path) => (await tallyAt(path)) ?? NONE
}

const shown = ({ tallies, isComplete }: { tallies: Tallies; isComplete: boolean }) => ({
  named: tallies.named,
  others: isComplete ? tallies.others : null,
})
