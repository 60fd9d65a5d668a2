import { differencesInSteps } from '../../certification/agreement/differences.ts'
import { signedTextOf } from '../../certification/examine.ts'
import { MalformedError } from '../../base/errors.ts'
import type { CertificationRow } from '../../indexes/certification-row.ts'
import { withRests } from '../../base/steps.ts'
import type { ReadEntry } from '../entries/read-entry.ts'
import { makeRest } from '../work-budget/effort.ts'
import { firstEntry } from '../entries/read-entry.ts'
import type { Comparison } from '../../contract/repository.ts'
import { summaryOf } from './summary.ts'

export interface CompareParts {
  readonly rowOf: (id: string) => Promise<CertificationRow | undefined>
  readonly readEntry: ReadEntry
  readonly now: () => number
}

/**
 * In what two certifications differ. `undefined`: one of them is not here.
 * @throws MalformedError QUERY_INVALID they are of two dialects
 */
export async function compareTwo(
  parts: CompareParts,
  { left, right }: { readonly left: string; readonly right: string },
): Promise<Comparison | undefined> {
  const [one, other] = [await parts.rowOf(left), await parts.rowOf(right)]
  if (one === undefined || other === undefined) return undefined
  if (one.dialect !== other.dialect)
    throw new MalformedError(
      'QUERY_INVALID',
      `One is of the dialect ${one.dialect}, the other of ${other.dialect}: they cannot be compared.`,
    )
  const [entry, otherEntry] = await Promise.all([
    firstEntry(one, parts.readEntry),
    firstEntry(other, parts.readEntry),
  ])
  if (entry === undefined || otherEntry === undefined) return undefined
  const rest = makeRest()
  const text = signedTextOf(entry)
  await rest()
  const otherText = signedTextOf(otherEntry)
  await rest()
  const { differences, equal } = await withRests(
    differencesInSteps(one.dialect, text, otherText),
    rest,
  )
  const now = parts.now()
  return { left: summaryOf(one, now), right: summaryOf(other, now), differences, equal }
}
