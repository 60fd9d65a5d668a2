import type { CertificationRow } from './certification-row.ts'
import { visibleByHint } from './certifications.ts'
import type { VisibleIndexes } from './database.ts'
import { hintInKey, type Range } from './row-layout.ts'
import { signedBefore, signedFrom, timeOfSignedKey } from './rebuilder-keys.ts'

/** When a rebuilder signed, by its own word, in milliseconds since 1970; a link when it was accepted. */
export interface SignedTimes {
  /** Newest first. */
  readonly past: readonly number[]
  readonly future: number
}

/**
 * Of keys alone, so that ten thousands cost no more than a few rows.
 * @param now where the future begins
 * @param most of each
 */
export async function signedTimes(
  indexes: VisibleIndexes,
  fingerprint: string,
  { now, most }: { readonly now: number; readonly most: number },
): Promise<SignedTimes> {
  const keysIn = (range: Range) =>
    indexes.level.keys({ ...range, reverse: true, limit: most }).all()
  const past = await keysIn(signedBefore(fingerprint, now))
  const future = await keysIn(signedFrom(fingerprint, now))
  return { past: past.map(timeOfSignedKey), future: future.length }
}

/** What a rebuilder signed before `time` (milliseconds since 1970), newest first; then what it dated later. */
export async function* newestBy(
  indexes: VisibleIndexes,
  fingerprint: string,
  time: number,
): AsyncGenerator<CertificationRow, void, void> {
  for (const range of [signedBefore(fingerprint, time), signedFrom(fingerprint, time)])
    for await (const key of indexes.level.keys({ ...range, reverse: true }))
      for (const row of await visibleByHint(indexes, hintInKey(key)))
        if (row.facts?.rebuilder === fingerprint) yield row
}
