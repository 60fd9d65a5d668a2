/* A few pairs of blocks -> entries -> verification -> rows, with the cursor in the same batch. */
import type { DialectName } from '../../certification/dialects/dialect.ts'
import type { CertificationEntry, Entry, PublicKeyEntry } from '../../feeds/format/entry.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import { beginBatch } from '../../indexes/batch.ts'
import { putCursor } from '../../indexes/cursors.ts'
import type { Indexes } from '../../indexes/database.ts'
import { deleteHole, putHole } from '../../indexes/holes.ts'
import { putRejected } from '../../indexes/rejected.ts'
import { followCertifications, followKey } from './follow-block.ts'
import type { Examiners } from './follow-block.ts'
import { followWithholding } from './follow-withholding.ts'
import type { Pair } from './pair.ts'
import type { Standing } from './standing.ts'

export interface FollowPairsParts {
  /** Of the feed's collection. */
  readonly dialect: DialectName
  readonly indexes: Indexes
  readonly examiners: Examiners
  /** Verifies again what a key has changed; resolves when that is done. */
  readonly derive: () => Promise<void>
  /** Key ids that became known or changed: something may wait for them. */
  readonly onKeys: (keyIds: readonly string[]) => void
  /** It has stopped: the disk, or our own bug. */
  readonly onFault: (error: unknown) => void
}

/**
 * Reads these pairs into the indexes and moves the cursor in the same batch.
 * @returns those that are not here, or speak of one that is not
 */
export async function followPairs(
  feed: Feed,
  { pairs, next }: { readonly pairs: readonly Pair[]; readonly next: number },
  parts: FollowPairsParts,
): Promise<readonly number[]> {
  const { indexes, examiners, dialect } = parts
  const holes: number[] = []
  let batch = beginBatch(indexes)
  // keys first: what they have signed can then be examined together
  for (const pair of pairs) {
    for (const entry of standingIn(feed, pair, dialect)) {
      if (!isOf('public-key', entry)) continue
      const changed = await followKey(batch, entry, examiners)
      await batch.commit()
      batch = beginBatch(indexes)
      learnt(changed, parts)
    }
  }
  let gathered: Standing<CertificationEntry>[] = []
  for (const pair of pairs) {
    const { sequence } = pair
    if (pair.kind === 'hole') {
      putHole(batch, feed.key, pair)
      holes.push(sequence)
      continue
    }
    deleteHole(batch, feed.key, sequence)
    if (pair.kind === 'bad') {
      putRejected(batch, { feed: feed.key, sequence, position: 0 }, pair.code)
      continue
    }
    for (const entry of standingIn(feed, pair, dialect)) {
      if (isOf('certification', entry)) gathered.push(entry)
      else if (isOf('withholding', entry)) {
        await followCertifications(batch, gathered, examiners)
        gathered = []
        if (await followWithholding(batch, entry, feed)) continue
        putHole(batch, feed.key, pair)
        holes.push(sequence)
      }
    }
  }
  await followCertifications(batch, gathered, examiners)
  putCursor(batch, indexes, { feed: feed.key, next })
  await batch.commit()
  return holes
}

/** What can be verified before its turn. */
export const examinedIn = (
  feed: Feed,
  pair: Pair,
  dialect: DialectName,
): readonly (Standing<CertificationEntry> | Standing<PublicKeyEntry>)[] =>
  standingIn(feed, pair, dialect).flatMap((one) =>
    isOf('certification', one) || isOf('public-key', one) ? one : [],
  )

function standingIn(feed: Feed, pair: Pair, dialect: DialectName): readonly Standing[] {
  if (pair.kind !== 'entries') return []
  const { key, collection } = feed
  const { sequence } = pair
  return pair.entries.map(({ position, entry }) => ({
    feed: key,
    collection,
    dialect,
    sequence,
    position,
    entry,
  }))
}

function isOf<K extends Entry['kind']>(
  kind: K,
  standing: Standing,
): standing is Standing<Extract<Entry, { readonly kind: K }>> {
  return standing.entry.kind === kind
}

function learnt(keyIds: readonly string[], parts: FollowPairsParts): void {
  if (keyIds.length === 0) return
  parts.examiners.keyring.forget(keyIds)
  // not awaited: a key with many certifications must not hold up those of others
  parts.derive().catch(parts.onFault)
  parts.onKeys(keyIds)
}
