import { readPublicKeys } from '../certification/signatures/public-key.ts'
import type { OwnFeed } from '../feeds/feed.ts'
import { beginBatch } from '../indexes/batch.ts'
import type { Indexes } from '../indexes/database.ts'
import { keyInFeed, putKey } from '../indexes/keyring.ts'
import type { KeyRow } from '../indexes/keyring.ts'
import type { PostedKeys } from '../state/keys.ts'
import { deriveAgain } from './derive.ts'
import type { ReadEntry } from './derive.ts'
import type { Examiners } from './follow-block.ts'
import type { IndexLock } from './index-lock.ts'
import type { Writer } from './writer.ts'

export interface LearnParts {
  readonly indexes: Indexes
  readonly lock: IndexLock
  readonly examiners: Examiners
  readonly readEntry: ReadEntry
  readonly posted: PostedKeys
  readonly feeds: readonly OwnFeed[]
  readonly writer: Writer
  readonly reached: (feed: string, length: number) => Promise<void>
}

/**
 * Makes a key known for good. It goes into every own feed that has it in another form; if none has it at all it waits in
 * state, synced, for the first certification that needs it. Certifications by it are derived again before this returns.
 */
export async function learnKey(parts: LearnParts, key: KeyRow): Promise<void> {
  let kept = false
  for (const feed of parts.feeds) {
    const form = await keyInFeed(parts.indexes, feed.key, key.fingerprint)
    if (form === undefined) continue
    kept = true
    const place = await parts.writer.append({ feed, keyId: key.fingerprint, key })
    if (place !== undefined) await parts.reached(feed.key, place.sequence + 2)
  }
  if (kept) return
  await parts.posted.put([key])
  await indexKey(parts, key)
}

/** At start, and after a reindex: what no feed has yet comes back out of state. */
export async function indexPostedKeys(parts: LearnParts): Promise<void> {
  for await (const { bytes } of parts.posted.list()) await indexKey(parts, { bytes })
}

/** The follower's own step for a key, for one that stands in no feed. */
async function indexKey(parts: LearnParts, { bytes }: Pick<KeyRow, 'bytes'>): Promise<void> {
  const { indexes, examiners } = parts
  await parts.lock.run(async () => {
    const [key] = await readPublicKeys(bytes)
    const news = key === undefined ? undefined : await examiners.keyring.news(key)
    if (news === undefined) return
    const batch = beginBatch(indexes)
    putKey(batch, news, news.signingKeyIds)
    await batch.commit()
    examiners.keyring.forget(news.signingKeyIds)
    await deriveAgain(indexes, examiners, parts.readEntry)
  })
}
