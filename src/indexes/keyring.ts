import { encode } from 'cborg'
import {
  asVerifiedKeyBytes,
  type VerifiedKeyBytes,
} from '../certification/signatures/verified-key-bytes.ts'
import type { IndexBatch } from './batch.ts'
import { addToCounter, KEY_COUNT, readCounter } from './counters.ts'
import type { Bytes, Indexes } from './database.ts'
import { hex, type Range, rowKey, prefixRange, fingerprint32 } from './row-layout.ts'
import { decodeOwn } from './own-cbor.ts'

const keyringKey = (fingerprint: string): Bytes => rowKey('y', fingerprint32(fingerprint))
const allKeys = (): Range => prefixRange(rowKey('y'))
const keyIdKey = (keyId: string, fingerprint: string): Bytes =>
  rowKey('i', hex(keyId), fingerprint32(fingerprint))
const byKeyId = (keyId: string): Range => prefixRange(rowKey('i', hex(keyId)))

const configuredKey = (fingerprint: string): Bytes => rowKey('e', fingerprint32(fingerprint))
const allConfigured = (): Range => prefixRange(rowKey('e'))

const deriveKey = (keyId: string): Bytes => rowKey('d', hex(keyId))
const allToDerive = (): Range => prefixRange(rowKey('d'))
const keyIdOfDeriveKey = (row: Bytes): string =>
  Buffer.from(row.subarray(1)).toString('hex').toUpperCase()

const feedKeyKey = (feed: string, fingerprint: string): Bytes =>
  rowKey('f', hex(feed), fingerprint32(fingerprint))

/** A minimised public key in the index. */
export interface KeyRow {
  readonly fingerprint: string
  /** SHA-256 of `bytes` in hex. */
  readonly digest: string
  readonly bytes: VerifiedKeyBytes
}

/** Puts a key. What its change means for certifications is noted in the same batch, by {@link markToDerive}. */
export async function putKey(
  batch: IndexBatch,
  key: KeyRow,
  { signingKeyIds, lost }: KeyIds,
): Promise<void> {
  const row = keyringKey(key.fingerprint)
  if ((await batch.get(row)) === undefined) await addToCounter(batch, KEY_COUNT, 1)
  batch.put(row, encode([key.fingerprint, key.digest, key.bytes]))
  for (const keyId of signingKeyIds) batch.put(keyIdKey(keyId, key.fingerprint), row)
  for (const keyId of lost) batch.del(keyIdKey(keyId, key.fingerprint))
}

interface KeyIds {
  /** By these the key is found. */
  readonly signingKeyIds: readonly string[]
  /** By these its former form was found, and it is not any more. */
  readonly lost: readonly string[]
}

/** Notes that every certification by these keys is to be derived again. `mark` tells one change from the next. */
export function markToDerive(batch: IndexBatch, keyIds: readonly string[], mark: string): void {
  for (const keyId of keyIds) batch.put(deriveKey(keyId), new TextEncoder().encode(mark))
}

/** A key in the configured keyring files, of which nothing is verified. */
export interface ConfiguredKey {
  readonly fingerprint: string
  readonly keyIds: readonly string[]
  /** Of all copies of it. */
  readonly digest: string
}

/** Keeps the form in which the files have a key; without a digest they have it no more. */
export function putConfiguredKey(
  batch: IndexBatch,
  {
    fingerprint,
    keyIds,
    digest,
  }: Omit<ConfiguredKey, 'digest'> & { readonly digest: string | undefined },
): void {
  const key = configuredKey(fingerprint)
  if (digest === undefined) batch.del(key)
  else batch.put(key, encode([fingerprint, digest, keyIds]))
}

export async function configuredKeys(indexes: Indexes): Promise<readonly ConfiguredKey[]> {
  const values = await indexes.level.values(allConfigured()).all()
  return values.map((value) => {
    const [fingerprint, digest, keyIds] = decodeOwn<[string, string, string[]]>(value)
    return { fingerprint, digest, keyIds }
  })
}

/** Takes a key out that no certification names. */
export async function removeKey(
  batch: IndexBatch,
  fingerprint: string,
  keyIds: readonly string[],
): Promise<void> {
  const row = keyringKey(fingerprint)
  if ((await batch.get(row)) !== undefined) await addToCounter(batch, KEY_COUNT, -1)
  batch.del(row)
  for (const keyId of keyIds) batch.del(keyIdKey(keyId, fingerprint))
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

export interface ToDerive {
  readonly keyId: string
  readonly mark: string
}

/** Key ids whose certifications wait to be derived again, after a crash too. */
export async function keysToDerive(indexes: Indexes): Promise<readonly ToDerive[]> {
  const rows = await indexes.level.iterator(allToDerive()).all()
  return rows.map(([key, value]) => ({
    keyId: keyIdOfDeriveKey(key),
    mark: new TextDecoder().decode(value),
  }))
}

/** Forgets the note, unless the key has changed once more since it was read. */
export async function unmarkToDerive(batch: IndexBatch, { keyId, mark }: ToDerive): Promise<void> {
  const value = await batch.get(deriveKey(keyId))
  if (value !== undefined && new TextDecoder().decode(value) === mark) batch.del(deriveKey(keyId))
}

function decodeKey(value: Bytes | undefined): KeyRow | undefined {
  if (value === undefined) return undefined
  const [fingerprint, digest, bytes] = decodeOwn<[string, string, Uint8Array]>(value)
  return { fingerprint, digest, bytes: asVerifiedKeyBytes(bytes) }
}

export const countKeys = async (indexes: Indexes): Promise<number> =>
  readCounter(indexes, KEY_COUNT)
