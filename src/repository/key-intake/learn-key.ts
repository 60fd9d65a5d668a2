import { codeOf } from '../../base/errors.ts'
import type { OwnFeed } from '../../feeds/format/feed.ts'
import { beginBatch } from '../../indexes/batch.ts'
import { feedsSignedBy } from '../../indexes/certifications.ts'
import type { Indexes } from '../../indexes/database.ts'
import { keyByFingerprint, keyInFeed, noteDerive, putKey } from '../../indexes/keyring.ts'
import type { KeyRow } from '../../indexes/keyring.ts'
import type { PostedKeys } from '../../state/keys.ts'
import type { Examiners } from '../following/follow-block.ts'
import type { IndexLock } from '../following/index-lock.ts'
import { mergeKeyRows, signingIdsOf } from '../keys/keyring.ts'
import { keepPosted, unindexedPosted } from './posted-keys.ts'
import type { Turns } from '../../base/turns.ts'
import { OWN_WORK } from '../verification/verification-pool.ts'
import type { Writer } from '../own-feeds/writer.ts'

export interface LearnParts {
  readonly indexes: Indexes
  readonly lock: IndexLock
  readonly examiners: Examiners
  /** Verifies again what a key has changed; resolves when that is done. */
  readonly derive: () => Promise<void>
  readonly posted: PostedKeys
  readonly feeds: readonly OwnFeed[]
  readonly writer: Writer
  readonly reached: (feed: string, length: number) => Promise<void>
  readonly turns: Turns
  /** Key ids that became known or changed: something may wait for them. */
  readonly onKeys: (keyIds: readonly string[]) => void
}

/**
 * Makes a key known for good, together with what was known of it. It goes into every own feed that has it in another form
 * or has certifications that name it; if there is none it waits in state, synced, for the first certification that needs it.
 * `address` is whose share of that place it takes. Certifications by it are derived again before this returns. Two copies of one key take turns, so that neither is lost.
 */
export function learnKey(parts: LearnParts, key: KeyRow, address: string): Promise<void> {
  return parts.turns.run(key.fingerprint, () => learn(parts, key, address))
}

async function learn(parts: LearnParts, key: KeyRow, address: string): Promise<void> {
  const { indexes, feeds, writer } = parts
  const known = await keyByFingerprint(indexes, key.fingerprint)
  const merged = known === undefined ? key : mergeKeyRows(known, key)
  const owners = new Set(feeds.map((feed) => feed.key))
  const signed = await feedsSignedBy(indexes, signingIdsOf(merged), owners)
  let kept = false
  for (const feed of feeds) {
    const form = await keyInFeed(indexes, feed.key, key.fingerprint)
    if (form === undefined && !signed.has(feed.key)) continue
    kept = true
    const place = await writer.append({ feed, keyId: key.fingerprint, key: merged })
    await parts.reached(feed.key, place === undefined ? feed.length : place.sequence + 2)
  }
  if (!kept) {
    await keepPosted(parts, merged, address)
    await indexKey(parts, merged.bytes, address)
  } else if (parts.posted.has(key.fingerprint)) await parts.posted.remove([key.fingerprint])
  await parts.derive()
}

/** At start, and after a reindex: what was kept in state comes back into the index. */
export async function indexPostedKeys(parts: LearnParts): Promise<void> {
  for (const { bytes } of await unindexedPosted(parts)) {
    try {
      await indexKey(parts, bytes, OWN_WORK)
    } catch (error) {
      // an older version kept it by other rules
      if (codeOf(error) === undefined) throw error
    }
  }
}

/** The follower's own step for a key, for one that stands in no feed. */
async function indexKey(parts: LearnParts, bytes: Uint8Array, owner: string): Promise<void> {
  const { indexes, examiners } = parts
  const [key] = await examiners.pool.readPublicKeys(bytes, owner)
  // what it says together with what is known is verified before its turn to write, and then remembered
  if (key !== undefined) await examiners.keyring.news(key, owner)
  await parts.lock.run(async () => {
    const news = key === undefined ? undefined : await examiners.keyring.news(key, owner)
    if (news === undefined) return
    const batch = beginBatch(indexes)
    await putKey(batch, news, news.signingKeyIds)
    noteDerive(batch, await examiners.keyring.affected(news), news.digest)
    await batch.commit()
    examiners.keyring.forget(news.signingKeyIds)
    parts.onKeys(news.signingKeyIds)
  })
}
