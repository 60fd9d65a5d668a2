import { asVerifiedKeyBytes } from '../../certification/signatures/verified-key-bytes.ts'
import { createHash } from 'node:crypto'
import { beginBatch } from '../../indexes/batch.ts'
import type { Indexes } from '../../indexes/database.ts'
import { keyByFingerprint, keyInFeed, type KeyRow, removeKey } from '../../indexes/keyring.ts'
import { byClaimedKey } from '../../indexes/certification-keys.ts'
import type { PostedKey, PostedKeys } from '../../state/keys.ts'
import type { IndexContext } from '../following/index-context.ts'
import { signingIdsOf } from '../keys/keyring.ts'
import type { WriteContext } from '../own-feeds/writer.ts'

/** Where a key goes that became known. */
export interface KeyContext {
  readonly indexing: IndexContext
  readonly writing: Pick<WriteContext, 'feeds' | 'writer' | 'reached'>
  /** Keys that no feed has. */
  readonly posted: PostedKeys
}

/** Keeps a key that no feed has. Others may have to make room for it: nobody is answered with those any more. */
export async function keepPosted(places: KeyContext, key: KeyRow, address: string): Promise<void> {
  await places.posted.put([key], { address, isNeeded: (one) => isNeeded(places, one) })
  await dropEvicted(places)
}

/** At start, before the feeds are followed: what must be read into the index. */
export async function unindexedPosted(
  indexes: Indexes,
  posted: PostedKeys,
): Promise<readonly PostedKey[]> {
  const unknown: PostedKey[] = []
  for await (const key of posted.list()) {
    // whoever reads it again verifies each of its signatures
    const known = await keyByFingerprint(indexes, key.fingerprint)
    if (known?.digest !== digestOf(key)) unknown.push(key)
  }
  return unknown
}

/** Once the feeds have been followed: forgets what they have by now, and what has become too old. */
export async function settlePosted(places: KeyContext): Promise<void> {
  const { posted } = places
  const written: Pick<KeyRow, 'fingerprint' | 'digest'>[] = []
  for await (const key of posted.list()) {
    const { fingerprint } = key
    const digest = digestOf(key)
    if ((await formsInFeeds(places, fingerprint)).includes(digest))
      written.push({ fingerprint, digest })
  }
  await posted.remove(written)
  await posted.expire((key) => isNeeded(places, key))
  await dropEvicted(places)
}

/** A feed has it in another form, or has certifications that name it. */
async function isNeeded(places: KeyContext, one: PostedKey): Promise<boolean> {
  const forms = await formsInFeeds(places, one.fingerprint)
  if (forms.length > 0) return !forms.includes(digestOf(one))
  for (const keyId of signingIdsOf({ bytes: asVerifiedKeyBytes(one.bytes) })) {
    const named = await places.indexing.indexes.level
      .keys({ ...byClaimedKey(keyId), limit: 1 })
      .all()
    if (named.length > 0) return true
  }
  return false
}

async function formsInFeeds(
  { indexing, writing }: KeyContext,
  fingerprint: string,
): Promise<readonly string[]> {
  const forms = await Promise.all(
    writing.feeds.map(({ key }) => keyInFeed(indexing.indexes, key, fingerprint)),
  )
  return forms.flatMap((form) => form ?? [])
}

/** Takes out of the index what neither the state nor a feed has any more. */
async function dropEvicted(places: KeyContext): Promise<void> {
  const { indexing, posted } = places
  const { indexes, lock, keysWritten } = indexing
  if (posted.gone().length === 0) return
  await lock.run(async () => {
    const gone = posted.gone()
    const batch = beginBatch(indexes)
    const changed: string[] = []
    for (const fingerprint of gone) {
      if (posted.has(fingerprint) || (await formsInFeeds(places, fingerprint)).length > 0) continue
      const row = await keyByFingerprint(indexes, fingerprint)
      if (row === undefined) continue
      const keyIds = signingIdsOf(row)
      await removeKey(batch, fingerprint, keyIds)
      changed.push(...keyIds)
    }
    await batch.commit()
    await keysWritten(changed)
    await posted.forgetGone(gone)
  })
}

const digestOf = ({ bytes }: PostedKey): string => createHash('sha256').update(bytes).digest('hex')
