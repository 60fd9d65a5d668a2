import type { KeyRow } from '../indexes/keyring.ts'
import type { Keyring } from './keyring.ts'
import type { KeyAdded } from './repository.ts'
import type { VerificationPool } from './verification-pool.ts'

export interface AddKeysParts {
  readonly pool: Pick<VerificationPool, 'readPublicKeys'>
  readonly keyring: Keyring
  readonly learn: (key: KeyRow, address: string) => Promise<void>
  readonly release: (keyIds: readonly string[]) => Promise<readonly string[]>
}

/**
 * Takes public keys, one or many, and then whatever waited for them.
 * @param address whose share of the place for keys they take
 * @throws MalformedError KEY_SYNTAX, KEY_UNUSABLE; AdmissionError TOO_LARGE, WAITING_FULL
 */
export async function addKeys(
  parts: AddKeysParts,
  bytes: Uint8Array,
  address: string,
): Promise<readonly KeyAdded[]> {
  const answers: KeyAdded[] = []
  for (const key of await parts.pool.readPublicKeys(bytes)) {
    const news = await parts.keyring.news(key)
    if (news !== undefined) await parts.learn(news, address)
    const released = await parts.release(key.signingKeyIds)
    answers.push({ fingerprint: key.fingerprint, added: news !== undefined, released })
  }
  return answers
}
