import { LRUCache } from 'lru-cache'
import { mergePublicKeys, readPublicKeys } from '../certification/signatures/public-key.ts'
import type { PublicKey } from '../certification/signatures/public-key.ts'
import type { Indexes } from '../indexes/database.ts'
import { keyByFingerprint, keysById } from '../indexes/keyring.ts'
import type { KeyRow } from '../indexes/keyring.ts'
import type { KeyringFiles } from './keyring-files.ts'

/** The keys that can have made a signature, by key id. */
export interface Keyring {
  /** As the index and the configured files have them, merged. Usually one. */
  readonly forKeyId: (keyId: string) => Promise<readonly KeyRow[]>
  readonly forFingerprint: (fingerprint: string) => Promise<KeyRow | undefined>
  /** What a new copy of a key adds to what is known; `undefined` if nothing. */
  readonly news: (key: PublicKey) => Promise<PublicKey | undefined>
  readonly isConfigured: (fingerprint: string) => boolean
  /** To be called whenever a key in the index has changed. */
  readonly forget: (keyIds: readonly string[]) => void
}

/** Keys by which something was verified a moment ago. */
const REMEMBERED = 2048

export function openKeyring(indexes: Indexes, files: KeyringFiles): Keyring {
  const remembered = new LRUCache<string, readonly KeyRow[]>({ max: REMEMBERED })

  async function load(keyId: string): Promise<readonly KeyRow[]> {
    const indexed = await keysById(indexes, keyId)
    const configured = await files.read(keyId)
    const merged = new Map(indexed.map((row) => [row.fingerprint, row]))
    for (const key of configured) {
      const known = merged.get(key.fingerprint)
      merged.set(key.fingerprint, known === undefined ? key : await mergeKeyRows(known, key))
    }
    return [...merged.values()]
  }

  return {
    forKeyId: async (keyId) => {
      const known = remembered.get(keyId)
      if (known !== undefined) return known
      const rows = await load(keyId)
      // What is missing today is not remembered: strangers' key ids would push out the real ones.
      if (rows.length > 0) remembered.set(keyId, rows)
      return rows
    },
    forFingerprint: async (fingerprint) =>
      (await keyByFingerprint(indexes, fingerprint)) ??
      (await files.read(fingerprint)).find((row) => row.fingerprint === fingerprint),
    news: async (key) => {
      const known = await keyByFingerprint(indexes, key.fingerprint)
      if (known === undefined) return key
      if (known.digest === key.digest) return undefined
      const [before] = await readPublicKeys(known.bytes)
      if (before === undefined) return key
      const merged = await mergePublicKeys(before, key)
      return merged.digest === known.digest ? undefined : merged
    },
    isConfigured: (fingerprint) => files.has(fingerprint),
    forget: (keyIds) => {
      for (const keyId of keyIds) remembered.delete(keyId)
    },
  }
}

/** What two copies of one key say together. */
export async function mergeKeyRows(one: KeyRow, other: KeyRow): Promise<KeyRow> {
  if (one.digest === other.digest) return one
  const [first] = await readPublicKeys(one.bytes)
  const [second] = await readPublicKeys(other.bytes)
  return first === undefined || second === undefined ? one : mergePublicKeys(first, second)
}
