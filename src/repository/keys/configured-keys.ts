import { beginBatch } from '../../indexes/batch.ts'
import type { Indexes } from '../../indexes/database.ts'
import { configuredKeys, markToDerive, putConfiguredKey } from '../../indexes/keyring.ts'
import type { KeyringFiles } from './keyring-files.ts'

/**
 * Compares the keyring files with what the index was made by: certifications by a key that is new there, has changed or has
 * gone are to be derived again. At start, before anything is derived.
 */
export async function noteConfiguredKeys(indexes: Indexes, files: KeyringFiles): Promise<void> {
  const before = new Map((await configuredKeys(indexes)).map((key) => [key.fingerprint, key]))
  const batch = beginBatch(indexes)
  let changed = 0
  for (const key of await files.keys()) {
    const known = before.get(key.fingerprint)
    before.delete(key.fingerprint)
    if (known?.digest === key.digest) continue
    putConfiguredKey(batch, key)
    markToDerive(batch, [...key.keyIds, ...(known?.keyIds ?? [])], key.digest)
    changed += 1
  }
  for (const { fingerprint, keyIds } of before.values()) {
    putConfiguredKey(batch, { fingerprint, keyIds, digest: undefined })
    markToDerive(batch, keyIds, '')
    changed += 1
  }
  if (changed > 0) await batch.commit()
}
