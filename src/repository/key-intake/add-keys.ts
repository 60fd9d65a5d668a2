import type { KeyAdded } from '../../contract/submission.ts'
import type { ReadContext } from '../entries/read-context.ts'
import { type KeyAnswer, together } from './bare-revocations.ts'
import type { KeyLearning } from './key-learning.ts'

/** Whose keys are added, and what is done with what waits for them. */
export interface KeyUpload {
  readonly bytes: Uint8Array
  /** Whose share of the place for keys they take. */
  readonly address: string
  /** Takes what waits for these keys; returns the ids. */
  readonly release: (keyIds: readonly string[]) => Promise<readonly string[]>
}

/**
 * Takes public keys, one or many, revocations alone or of subkeys that are not beside them, and then whatever waited for the keys.
 * @throws MalformedError KEY_SYNTAX, KEY_UNUSABLE; AdmissionError TOO_LARGE, KEY_TOO_COSTLY, WAITING_FULL
 */
export async function addKeys(
  { pool, keyring }: Pick<ReadContext, 'pool' | 'keyring'>,
  { learn, revocations }: KeyLearning,
  { bytes, address, release }: KeyUpload,
): Promise<readonly KeyAdded[]> {
  const answers = new Map<string, KeyAnswer>()
  const upload = await pool.readUpload(bytes, address)
  for (const { key, leftOut } of upload.keys) {
    const newForm = await keyring.newForm(key, address)
    if (newForm !== undefined) await learn(newForm, address)
    const released = await release(key.signingKeyIds)
    const { fingerprint } = key
    const added = newForm !== undefined
    answers.set(fingerprint, { fingerprint, added, released, waits: false, leftOut })
  }
  const waiting = [...upload.bare, ...upload.keys.flatMap(({ unplaced }) => unplaced)]
  for (const one of await revocations.take(waiting, address)) {
    const there = answers.get(one.fingerprint)
    answers.set(one.fingerprint, there === undefined ? one : together(there, one))
  }
  const [first, ...others] = answers.values()
  if (first === undefined || upload.unusable.length === 0) return [...answers.values()]
  return [{ ...first, leftOut: [...first.leftOut, ...upload.unusable] }, ...others]
}
