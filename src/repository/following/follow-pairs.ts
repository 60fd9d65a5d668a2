/* A few pairs of blocks -> entries -> verification -> rows, with the cursor in the same batch. */
import type { DialectName } from '../../certification/dialects/dialect.ts'
import type { AnyEntry, CertificationEntry, PublicKeyEntry } from '../../feeds/format/entry.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import { beginBatch } from '../../indexes/batch.ts'
import { putCursor } from '../../indexes/cursors.ts'
import { deleteHole, putHole } from '../../indexes/holes.ts'
import { putRejected } from '../../indexes/rejected.ts'
import { followCertifications, followKey } from './follow-block.ts'
import { followWithholding } from './follow-withholding.ts'
import type { IndexContext } from './index-context.ts'
import type { Pair } from './pair.ts'
import type { Source, LocatedEntry } from './located-entry.ts'

/**
 * Reads these pairs into the indexes and moves the cursor in the same batch.
 * @returns those that are not here, or speak of one that is not
 */
export async function followPairs(
  { feed, dialect }: Source,
  { pairs, next }: { readonly pairs: readonly Pair[]; readonly next: number },
  indexing: IndexContext,
): Promise<readonly number[]> {
  const { indexes, reading } = indexing
  const holes: number[] = []
  let batch = beginBatch(indexes)
  // keys first: what they have signed can then be examined together
  for (const pair of pairs)
    for (const entry of entriesIn(feed, pair, dialect)) {
      if (!isOf('public-key', entry)) continue
      const changed = await followKey(batch, entry, reading)
      await batch.commit()
      batch = beginBatch(indexes)
      await keysLearnt(changed, indexing)
    }
  let gathered: LocatedEntry<CertificationEntry>[] = []
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
    for (const entry of entriesIn(feed, pair, dialect))
      if (isOf('certification', entry)) gathered.push(entry)
      else if (isOf('unknown', entry)) putRejected(batch, entry, 'ENTRY_UNKNOWN')
      else if (isOf('withholding', entry)) {
        await followCertifications(batch, gathered, reading)
        gathered = []
        if (await followWithholding(batch, entry, feed)) continue
        putHole(batch, feed.key, pair)
        holes.push(sequence)
      }
  }
  await followCertifications(batch, gathered, reading)
  putCursor(batch, indexes, { feed: feed.key, next })
  await batch.commit()
  return holes
}

/** What can be verified before its turn. */
export const verifiableIn = (
  { feed, dialect }: Source,
  pair: Pair,
): readonly (LocatedEntry<CertificationEntry> | LocatedEntry<PublicKeyEntry>)[] =>
  entriesIn(feed, pair, dialect).flatMap((one) =>
    isOf('certification', one) || isOf('public-key', one) ? one : [],
  )

function entriesIn(feed: Feed, pair: Pair, dialect: DialectName): readonly LocatedEntry[] {
  if (pair.kind !== 'entries') return []
  const { key, collection } = feed
  const { sequence } = pair
  return pair.entries.map((one) => ({ feed: key, collection, dialect, sequence, ...one }))
}

function isOf<K extends AnyEntry['kind']>(
  kind: K,
  located: LocatedEntry,
): located is LocatedEntry<Extract<AnyEntry, { readonly kind: K }>> {
  return located.entry.kind === kind
}

async function keysLearnt(
  keyIds: readonly string[],
  { keysWritten, deriver, keysChanged, onFault }: IndexContext,
): Promise<void> {
  if (keyIds.length === 0) return
  await keysWritten(keyIds)
  // not awaited: a key with many certifications must not hold up those of others
  deriver.run().catch(onFault)
  keysChanged.emit(keyIds)
}
