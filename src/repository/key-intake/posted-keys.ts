import { asKept } from '../../certification/signatures/kept-bytes.ts'
import { createHash } from 'node:crypto'
import type { OwnFeed } from '../../feeds/format/feed.ts'
import { beginBatch } from '../../indexes/batch.ts'
import type { Indexes } from '../../indexes/database.ts'
import { keyByFingerprint, keyInFeed, removeKey } from '../../indexes/keyring.ts'
import type { KeyRow } from '../../indexes/keyring.ts'
import { byClaimedKey } from '../../indexes/certification-keys.ts'
import type { PostedKey, PostedKeys } from '../../state/keys.ts'
import type { IndexLock } from '../following/index-lock.ts'
import { signingIdsOf } from '../keys/keyring.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Writer } from '../own-feeds/writer.ts'

export interface PostedParts {
  readonly indexes: Indexes
  readonly lock: IndexLock
  readonly examiners: { readonly keyring: Keyring }
  readonly posted: PostedKeys
  readonly feeds: readonly OwnFeed[]
}

/** A key that was posted need not be kept apart once a feed has it: writes, and forgets it then. */
export function forgetWhenWritten(writer: Writer, posted: PostedKeys): Writer {
  return {
    ...writer,
    append: async (item) => {
      const place = await writer.append(item)
      if (item.key !== undefined && posted.has(item.key.fingerprint))
        await posted.remove([item.key])
      return place
    },
  }
}

/** Keeps a key that no feed has. Others may have to make room for it: nobody is answered with those any more. */
export async function keepPosted(parts: PostedParts, key: KeyRow, address: string): Promise<void> {
  await parts.posted.put([key], { address, isNeeded: (one) => isNeeded(parts, one) })
  await dropGone(parts)
}

/** At start, before the feeds are followed: what must be read into the index. */
export async function unindexedPosted(parts: PostedParts): Promise<readonly PostedKey[]> {
  const { indexes, posted } = parts
  const unknown: PostedKey[] = []
  for await (const key of posted.list()) {
    // whoever reads it again verifies each of its signatures
    const known = await keyByFingerprint(indexes, key.fingerprint)
    if (known?.digest !== digestOf(key)) unknown.push(key)
  }
  return unknown
}

/** Once the feeds have been followed: forgets what they have by now, and what has become too old. */
export async function settlePosted(parts: PostedParts): Promise<void> {
  const { posted } = parts
  const written: Pick<KeyRow, 'fingerprint' | 'digest'>[] = []
  for await (const key of posted.list()) {
    const { fingerprint } = key
    const digest = digestOf(key)
    if ((await formsInFeeds(parts, fingerprint)).includes(digest))
      written.push({ fingerprint, digest })
  }
  await posted.remove(written)
  await posted.expire((key) => isNeeded(parts, key))
  await dropGone(parts)
}

/** A feed has it in another form, or has certifications that name it. */
async function isNeeded(parts: PostedParts, one: PostedKey): Promise<boolean> {
  const forms = await formsInFeeds(parts, one.fingerprint)
  if (forms.length > 0) return !forms.includes(digestOf(one))
  for (const keyId of signingIdsOf({ bytes: asKept(one.bytes) })) {
    const named = await parts.indexes.level.keys({ ...byClaimedKey(keyId), limit: 1 }).all()
    if (named.length > 0) return true
  }
  return false
}

async function formsInFeeds(
  { indexes, feeds }: PostedParts,
  fingerprint: string,
): Promise<readonly string[]> {
  const forms = await Promise.all(feeds.map(({ key }) => keyInFeed(indexes, key, fingerprint)))
  return forms.flatMap((form) => form ?? [])
}

/** Takes out of the index what neither the state nor a feed has any more. */
async function dropGone(parts: PostedParts): Promise<void> {
  const { indexes, examiners, posted } = parts
  if (posted.gone().length === 0) return
  await parts.lock.run(async () => {
    const gone = posted.gone()
    const batch = beginBatch(indexes)
    const changed: string[] = []
    for (const fingerprint of gone) {
      if (posted.has(fingerprint) || (await formsInFeeds(parts, fingerprint)).length > 0) continue
      const row = await keyByFingerprint(indexes, fingerprint)
      if (row === undefined) continue
      const keyIds = signingIdsOf(row)
      await removeKey(batch, fingerprint, keyIds)
      changed.push(...keyIds)
    }
    await batch.commit()
    examiners.keyring.forget(changed)
    await posted.forgetGone(gone)
  })
}

function digestOf({ bytes }: PostedKey): string {
  return createHash('sha256').update(bytes).digest('hex')
}
