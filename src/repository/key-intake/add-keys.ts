import type { KeyAdded } from '../../contract/repository.ts'
import type { ReadContext } from '../entries/read-context.ts'
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
 * Takes public keys, one or many, revocations alone, and then whatever waited for them.
 * @throws MalformedError KEY_SYNTAX, KEY_UNUSABLE; AdmissionError TOO_LARGE, KEY_TOO_COSTLY, WAITING_FULL
 */
export async function addKeys(
  { pool, keyring }: Pick<ReadContext, 'pool' | 'keyring'>,
  { learn, revocations }: KeyLearning,
  { bytes, address, release }: KeyUpload,
): Promise<readonly KeyAdded[]> {
  const answers: KeyAdded[] = []
  const upload = await pool.readUpload(bytes, address)
  for (const { key, leftOut } of upload.keys) {
    const newForm = await keyring.newForm(key, address)
    if (newForm !== undefined) await learn(newForm, address)
    const released = await release(key.signingKeyIds)
    const { fingerprint } = key
    answers.push({ fingerprint, added: newForm !== undefined, released, waits: false, leftOut })
  }
  answers.push(...(await revocations.take(upload.bare, address)))
  const [first, ...others] = answers
  if (first === undefined || upload.unusable.length === 0) return answers
  return [{ ...first, leftOut: [...(first.leftOut ?? []), ...upload.unusable] }, ...others]
}
