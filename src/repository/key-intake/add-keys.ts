import type { BareRevocations } from './bare-revocations.ts'
import type { KeyRow } from '../../indexes/keyring.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { KeyAdded } from '../../contract/repository.ts'
import type { VerificationPool } from '../verification/verification-pool.ts'

export interface AddKeysParts {
  readonly pool: Pick<VerificationPool, 'readUpload'>
  readonly keyring: Keyring
  readonly learn: (key: KeyRow, address: string) => Promise<void>
  readonly revocations: Pick<BareRevocations, 'take'>
  readonly release: (keyIds: readonly string[]) => Promise<readonly string[]>
}

/**
 * Takes public keys, one or many, revocations alone, and then whatever waited for them.
 * @param address whose share of the place for keys they take
 * @throws MalformedError KEY_SYNTAX, KEY_UNUSABLE; AdmissionError TOO_LARGE, KEY_TOO_COSTLY, WAITING_FULL
 */
export async function addKeys(
  parts: AddKeysParts,
  bytes: Uint8Array,
  address: string,
): Promise<readonly KeyAdded[]> {
  const answers: KeyAdded[] = []
  const upload = await parts.pool.readUpload(bytes, address)
  for (const { key, leftOut } of upload.keys) {
    const news = await parts.keyring.news(key, address)
    if (news !== undefined) await parts.learn(news, address)
    const released = await parts.release(key.signingKeyIds)
    const { fingerprint } = key
    answers.push({ fingerprint, added: news !== undefined, released, waits: false, leftOut })
  }
  answers.push(...(await parts.revocations.take(upload.bare, address)))
  const [first, ...others] = answers
  if (first === undefined || upload.unusable.length === 0) return answers
  return [{ ...first, leftOut: [...(first.leftOut ?? []), ...upload.unusable] }, ...others]
}
