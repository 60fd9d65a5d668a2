import { LRUCache } from 'lru-cache'
import {
  mergePublicKeys,
  type PublicKey,
  verifiedKeysOf,
  verifiedPublicKey,
} from '../../certification/signatures/public-key.ts'
import { signingKeysOf } from '../../certification/signatures/signing-key.ts'
import type { VerifiedKey } from '../../certification/signatures/verified-key.ts'
import type { Indexes } from '../../indexes/database.ts'
import { keyByFingerprint, type KeyRow, keysById } from '../../indexes/keyring.ts'
import type { KeyringFiles } from './keyring-files.ts'
import type { VerificationPool } from '../verification/verification-pool.ts'

/** The keys that can have made a signature, by key id. */
export interface Keyring {
  /** As the index and the configured files have them, merged, by fingerprint. Usually one. */
  readonly forKeyId: (keyId: string) => Promise<readonly KeyRow[]>
  /** Merged in the same way. */
  readonly forFingerprint: (fingerprint: string) => Promise<KeyRow | undefined>
  /**
   * What a new copy of a key adds to what is known; `undefined` if nothing. What the two say together is verified anew.
   * @param owner who is charged for that
   */
  readonly newForm: (key: PublicKey, owner: string) => Promise<PublicKey | undefined>
  /** Key ids whose certifications can have another state by this new form of a key; a new name changes none. */
  readonly affected: (newForm: PublicKey) => Promise<readonly string[]>
  readonly isConfigured: (fingerprint: string) => boolean
  /** To be called whenever a key in the index has changed. */
  readonly forget: (keyIds: readonly string[]) => void
}

/** Keys by which something was verified a moment ago. */
const REMEMBERED = 2048
/** Keys that the index and a file have in different forms. */
const MERGES = 512

/**
 * The keys of the indexes and of the configured files. It reads nothing before it is asked, and remembers {@link REMEMBERED}
 * key ids. Its functions throw StorageError DISK.
 */
export function openKeyring(
  indexes: Indexes,
  files: KeyringFiles,
  pool: Pick<VerificationPool, 'readPublicKeys'>,
): Keyring {
  const remembered = new LRUCache<string, readonly KeyRow[]>({ max: REMEMBERED })
  const merges = new LRUCache<string, KeyRow>({ max: MERGES })
  /** Counts what was forgotten: what was being loaded meanwhile is old. */
  let forgotten = 0

  /** A function of two forms, so an answer is good for ever. */
  function merge(one: KeyRow, other: KeyRow): KeyRow {
    const name = `${one.digest} ${other.digest}`
    const merged = merges.get(name) ?? mergeKeyRows(one, other)
    merges.set(name, merged)
    return merged
  }

  function withFiles(row: KeyRow | undefined, configured: readonly KeyRow[]): KeyRow | undefined {
    let merged = row
    for (const copy of configured) merged = merged === undefined ? copy : merge(merged, copy)
    return merged
  }

  async function load(keyId: string): Promise<readonly KeyRow[]> {
    const indexed = await keysById(indexes, keyId)
    const configured = await files.read(keyId)
    const merged = new Map(indexed.map((row) => [row.fingerprint, row]))
    for (const key of configured) {
      const known = merged.get(key.fingerprint)
      merged.set(key.fingerprint, known === undefined ? key : merge(known, key))
    }
    return [...merged.values()].toSorted(byFingerprint)
  }

  return {
    forKeyId: async (keyId) => {
      const known = remembered.get(keyId)
      if (known !== undefined) return known
      const before = forgotten
      const rows = await load(keyId)
      // What is missing today is not remembered: strangers' key ids would push out the real ones.
      if (rows.length > 0 && before === forgotten) remembered.set(keyId, rows)
      return rows
    },
    forFingerprint: async (fingerprint) => {
      const configured = await files.read(fingerprint)
      const own = configured.filter((row) => row.fingerprint === fingerprint)
      return withFiles(await keyByFingerprint(indexes, fingerprint), own)
    },
    newForm: async (key, owner) => {
      const known = await keyByFingerprint(indexes, key.fingerprint)
      if (known === undefined) return key
      if (known.digest === key.digest) return undefined
      const merged = mergePublicKeys(known, key)
      if (merged.digest === known.digest) return undefined
      const [verified] = await pool.readPublicKeys(merged.bytes, owner)
      return verified === undefined || verified.digest === known.digest ? undefined : verified
    },
    affected: async (newForm) => {
      const configured = await files.read(newForm.fingerprint)
      const before = withFiles(await keyByFingerprint(indexes, newForm.fingerprint), configured)
      const after = withFiles(newForm, configured)
      if (before === undefined || after === undefined) return newForm.signingKeyIds
      // an in-toto key has one form, and never another
      if (before.digest === after.digest) return []
      const [old] = verifiedKeysOf(before.bytes)
      const [now] = verifiedKeysOf(after.bytes)
      return newForm.signingKeyIds.filter((keyId) => factsBy(old, keyId) !== factsBy(now, keyId))
    },
    isConfigured: (fingerprint) => files.has(fingerprint),
    forget: (keyIds) => {
      forgotten += 1
      for (const keyId of keyIds) remembered.delete(keyId)
    },
  }
}

/** All that a signature's state depends on, as text. */
function factsBy(key: VerifiedKey | undefined, keyId: string): string {
  const signing = key === undefined ? [] : signingKeysOf(key, keyId)
  return JSON.stringify(signing.map(({ facts, refusal }) => [facts, refusal]))
}

/** A subkey can agree to sign for two keys: who is asked first must not depend on which came first. */
export const byFingerprint = (one: KeyRow, other: KeyRow): number =>
  one.fingerprint < other.fingerprint ? -1 : one.fingerprint > other.fingerprint ? 1 : 0

/** What two copies of one key say together; nothing is verified. */
export const mergeKeyRows = (one: KeyRow, other: KeyRow): KeyRow =>
  one.digest === other.digest ? one : mergePublicKeys(one, other)

/** The key ids by which a key in the index is found for a signature. */
export const signingIdsOf = ({ bytes }: Pick<KeyRow, 'bytes'>): readonly string[] =>
  verifiedPublicKey(bytes)?.signingKeyIds ?? []
