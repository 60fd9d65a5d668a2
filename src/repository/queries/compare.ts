import { differencesInSteps } from '../../certification/agreement/differences.ts'
import { signedTextOf } from '../../certification/examine.ts'
import { MalformedError } from '../../base/errors.ts'
import { certificationRow } from '../../indexes/certifications.ts'
import { runWithPauses } from '../../base/cooperative-task.ts'
import { makePause } from '../work-budget/work-budget.ts'
import { firstEntry } from '../entries/read-entry.ts'
import type { Comparison } from '../../contract/certification.ts'
import type { QueryContext } from './query-context.ts'
import { summaryOf } from './summary.ts'

/**
 * In what two certifications differ. `undefined`: one of them is not here.
 * @throws MalformedError QUERY_INVALID they are of two dialects
 */
export async function compareTwo(
  { indexes, withheld, entries, now }: QueryContext,
  { left, right }: { readonly left: string; readonly right: string },
): Promise<Comparison | undefined> {
  if (withheld.get(left) !== undefined || withheld.get(right) !== undefined) return undefined
  const [one, other] = [
    await certificationRow(indexes, left),
    await certificationRow(indexes, right),
  ]
  if (one === undefined || other === undefined) return undefined
  if (one.dialect !== other.dialect)
    throw new MalformedError(
      'QUERY_INVALID',
      `One is of the dialect ${one.dialect}, the other of ${other.dialect}: they cannot be compared.`,
    )
  const [entry, otherEntry] = await Promise.all([
    firstEntry(one, entries.read),
    firstEntry(other, entries.read),
  ])
  if (entry === undefined || otherEntry === undefined) return undefined
  const pauseIfDue = makePause()
  const text = signedTextOf(entry)
  await pauseIfDue()
  const otherText = signedTextOf(otherEntry)
  await pauseIfDue()
  const { differences, equal } = await runWithPauses(
    differencesInSteps(one.dialect, text, otherText),
    pauseIfDue,
  )
  const time = now()
  return { left: summaryOf(one, time), right: summaryOf(other, time), differences, equal }
}
