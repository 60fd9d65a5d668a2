import { encode } from 'cborg'
import type { IndexBatch } from './batch.ts'
import type { Bytes, Indexes } from './database.ts'
import {
  allKeys,
  allToDerive,
  byKeyId,
  deriveKey,
  feedKeyKey,
  keyIdKey,
  keyIdOfDeriveKey,
  keyringKey,
} from './keys.ts'
import { ownRow } from './own-row.ts'

/** A minimised public key in the index. */
export interface KeyRow {
  readonly fingerprint: string
  /** SHA-256 of `bytes` in hex. */
  readonly digest: string
  readonly bytes: Uint8Array
}

/** Puts a key, and in the same batch the note that every certification by it is to be derived again. */
export function putKey(batch: IndexBatch, key: KeyRow, keyIds: readonly string[]): void {
  batch.put(keyringKey(key.fingerprint), encode([key.fingerprint, key.digest, key.bytes]))
  for (const keyId of keyIds) {
    batch.put(keyIdKey(keyId, key.fingerprint), keyringKey(key.fingerprint))
    batch.put(deriveKey(keyId), EMPTY)
  }
}

/** Notes that a feed has this form of a key. */
export function putFeedKey(batch: IndexBatch, feed: string, key: Omit<KeyRow, 'bytes'>): void {
  batch.put(feedKeyKey(feed, key.fingerprint), new TextEncoder().encode(key.digest))
}

/** The digest of the form in which a feed has a key, as far as it was followed. */
export async function keyInFeed(
  indexes: Indexes,
  feed: string,
  fingerprint: string,
): Promise<string | undefined> {
  const value = await indexes.get(feedKeyKey(feed, fingerprint))
  return value === undefined ? undefined : new TextDecoder().decode(value)
}

export async function keyByFingerprint(
  from: Pick<IndexBatch, 'get'>,
  fingerprint: string,
): Promise<KeyRow | undefined> {
  return decodeKey(await from.get(keyringKey(fingerprint)))
}

/** More than one only if somebody made keys with colliding ids, or claims another's subkey. */
export async function keysById(indexes: Indexes, keyId: string): Promise<readonly KeyRow[]> {
  const pointers = await indexes.level.values(byKeyId(keyId)).all()
  const rows = await indexes.level.getMany(pointers)
  return rows.flatMap((row) => decodeKey(row) ?? [])
}

export async function* everyKey(indexes: Indexes): AsyncGenerator<KeyRow> {
  for await (const value of indexes.level.values(allKeys())) {
    const key = decodeKey(value)
    if (key !== undefined) yield key
  }
}

/** Key ids whose certifications wait to be derived again, after a crash too. */
export async function keysToDerive(indexes: Indexes): Promise<readonly string[]> {
  const keys = await indexes.level.keys(allToDerive()).all()
  return keys.map(keyIdOfDeriveKey)
}

const EMPTY: Bytes = new Uint8Array()

function decodeKey(value: Bytes | undefined): KeyRow | undefined {
  if (value === undefined) return undefined
  const [fingerprint, digest, bytes] = ownRow<[string, string, Uint8Array]>(value)
  return { fingerprint, digest, bytes }
}

export async function countKeys(indexes: Indexes): Promise<number> {
  let keys = 0
  for await (const _ of indexes.level.keys(allKeys())) keys += 1
  return keys
}
