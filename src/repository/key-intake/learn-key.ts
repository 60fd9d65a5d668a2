import { codeOf } from '../../base/errors.ts'
import { beginBatch } from '../../indexes/batch.ts'
import { feedsSignedBy } from '../../indexes/certifications.ts'
import { keyByFingerprint, keyInFeed } from '../../indexes/keyring.ts'
import type { KeyRow } from '../../indexes/keyring.ts'
import type { IndexContext } from '../following/index-context.ts'
import { mergeKeyRows, signingIdsOf } from '../keys/keyring.ts'
import { putNewForm } from '../keys/put-new-form.ts'
import { keepPosted, type KeyContext, unindexedPosted } from './posted-keys.ts'
import { OWN_WORK } from '../verification/verification-pool.ts'

/**
 * Makes a key known for good, together with what was known of it. It goes into every own feed that has it in another form
 * or has certifications that name it; if there is none it waits in state, synced, for the first certification that needs it.
 * `address` is whose share of that place it takes. Certifications by it are derived again before this returns. Two copies of one key must take turns, so that neither is lost.
 */
export async function learnKey(places: KeyContext, key: KeyRow, address: string): Promise<void> {
  const { indexing, writing, posted } = places
  const { indexes } = indexing
  const { feeds, writer, reached } = writing
  const known = await keyByFingerprint(indexes, key.fingerprint)
  const merged = known === undefined ? key : mergeKeyRows(known, key)
  const owners = new Set(feeds.map((feed) => feed.key))
  const signed = await feedsSignedBy(indexes, signingIdsOf(merged), owners)
  let kept = false
  for (const feed of feeds) {
    const form = await keyInFeed(indexes, feed.key, key.fingerprint)
    if (form === undefined && !signed.has(feed.key)) continue
    kept = true
    const place = await writer.appendKey(feed, merged)
    await reached(feed.key, place === undefined ? feed.length : place.sequence + 2)
  }
  if (!kept) {
    await keepPosted(places, merged, address)
    await indexKey(indexing, merged.bytes, address)
  } else if (posted.has(key.fingerprint)) await posted.remove([key.fingerprint])
  await indexing.deriver.run()
}

/** At start, and after a reindex: what was kept in state comes back into the index. */
export async function indexPostedKeys({ indexing, posted }: KeyContext): Promise<void> {
  for (const { bytes } of await unindexedPosted(indexing.indexes, posted)) {
    try {
      await indexKey(indexing, bytes, OWN_WORK)
    } catch (error) {
      // an older version kept it by other rules
      if (codeOf(error) === undefined) throw error
    }
  }
}

/** The follower's own step for a key, for one that stands in no feed. */
async function indexKey(indexing: IndexContext, bytes: Uint8Array, owner: string): Promise<void> {
  const { indexes, lock, keysWritten, keysChanged } = indexing
  const { pool, keyring } = indexing.reading
  const [key] = await pool.readPublicKeys(bytes, owner)
  // what it says together with what is known is verified before its turn to write, and then remembered
  if (key !== undefined) await keyring.newForm(key, owner)
  await lock.run(async () => {
    const newForm = key === undefined ? undefined : await keyring.newForm(key, owner)
    if (newForm === undefined) return
    const batch = beginBatch(indexes)
    const keyIds = await putNewForm(batch, newForm, keyring)
    await batch.commit()
    await keysWritten(keyIds)
    keysChanged.emit(keyIds)
  })
}
