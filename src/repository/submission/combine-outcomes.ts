/* What becomes of a document with several signatures. */
import { isExpected, type MalformedError } from '../../base/errors.ts'
import type { Refusal, SubmitOutcome } from '../../contract/submission.ts'

/**
 * One body can hold several certifications. What is good in it is taken, and the others are told with why they are not; only if
 * nothing is good, the first fault counts.
 */
export async function combineOutcomes(
  keyIds: readonly string[],
  turns: readonly Promise<SubmitOutcome>[],
): Promise<readonly SubmitOutcome[]> {
  const settled = await Promise.allSettled(turns)
  const refused = settled.find((turn) => turn.status === 'rejected')
  if (refused !== undefined && settled.every(({ status }) => status === 'rejected'))
    throw refused.reason
  return settled.map((turn, at) =>
    turn.status === 'fulfilled' ? turn.value : refusalOf(turn.reason, keyIds[at] ?? null),
  )
}

/** @throws `error` itself if it is a fault of this program */
function refusalOf(error: unknown, keyId: Refusal['keyId']): SubmitOutcome {
  if (!isExpected(error)) throw error
  const { code, message: detail } = error
  return { status: 'refused', refusal: { code, detail, keyId } }
}

/** Signatures that are of no kind that is taken: their makers must not think that they were. */
export const unsupportedOutcomes = (reasons: readonly MalformedError[]): readonly SubmitOutcome[] =>
  reasons.map((error) => refusalOf(error, null))
