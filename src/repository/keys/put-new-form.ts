import type { PublicKey } from '../../certification/signatures/public-key.ts'
import type { IndexBatch } from '../../indexes/batch.ts'
import { keyByFingerprint, markToDerive, putKey } from '../../indexes/keyring.ts'
import { type Keyring, signingIdsOf } from './keyring.ts'

/**
 * Puts a new form of a key, as {@link Keyring.newForm} gave it, and notes in the same batch which certifications are to be derived again.
 * A key has room for so much: what is newer can push out a subkey, and the key is not found by that one any more.
 * @returns the key ids that became known, have changed or are lost: whoever remembers something of them is to be told
 */
export async function putNewForm(
  batch: IndexBatch,
  newForm: PublicKey,
  keyring: Pick<Keyring, 'affected'>,
): Promise<readonly string[]> {
  const { fingerprint, signingKeyIds } = newForm
  const former = await keyByFingerprint(batch, fingerprint)
  const before = former === undefined ? [] : signingIdsOf(former)
  const lost = before.filter((keyId) => !signingKeyIds.includes(keyId))
  await putKey(batch, newForm, { signingKeyIds, lost })
  markToDerive(batch, [...(await keyring.affected(newForm)), ...lost], newForm.digest)
  return [...signingKeyIds, ...lost]
}
