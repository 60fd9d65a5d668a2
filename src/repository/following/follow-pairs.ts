/* A few pairs of blocks -> entries -> verification -> rows, with the cursor in the same batch. */
import type { AnyEntry, CertificationEntry, PublicKeyEntry } from '../../feeds/format/entry.ts'
import { beginBatch, type IndexBatch } from '../../indexes/batch.ts'
import { putCursor } from '../../indexes/cursors.ts'
import { deleteHole, putHole } from '../../indexes/holes.ts'
import { putRejected } from '../../indexes/rejected.ts'
import { followCertifications, followKey } from './follow-block.ts'
import { followWithholding } from './follow-withholding.ts'
import type { IndexContext } from './index-context.ts'
import type { Pair } from './pair.ts'
import type { Source, LocatedEntry } from './located-entry.ts'
import { emptyBlocks, forgetRejected, isKnown, isLeftOut, leaveOut } from './sift.ts'

/** Pairs that are followed together. */
export interface PairsToFollow {
  readonly pairs: readonly Pair[]
  /** Where the cursor stands behind them. */
  readonly next: number
  /** They were followed before, when other rules said what is kept. */
  readonly isAgain: boolean
}

export interface FollowedPairs {
  /** Those that are not here, or speak of one that is not. */
  readonly holes: readonly number[]
  /** Data blocks of which nothing is kept: that is on the disk, and their bytes can go. */
  readonly leftOut: readonly number[]
}

/** Reads these pairs into the indexes and moves the cursor in the same batch. */
export async function followPairs(
  source: Source,
  { pairs, next, isAgain }: PairsToFollow,
  indexing: IndexContext,
): Promise<FollowedPairs> {
  const { feed, scoped } = source
  const { indexes, reading } = indexing
  const batch = await followKeys(source, pairs, indexing)
  if (isAgain) await forgetRejected(batch, indexes, { feed: feed.key, pairs })
  const holes: number[] = []
  /** Data blocks of which something is kept. */
  const kept = new Set<number>()
  let gathered: LocatedEntry<CertificationEntry>[] = []

  async function followGathered(): Promise<void> {
    const keeping = { keeps: scoped?.scope.keeps }
    const put = await followCertifications(batch, gathered, { ...reading, ...keeping })
    for (const { sequence } of put) kept.add(sequence)
    if (isAgain && scoped !== undefined)
      for (const one of gathered) if (!put.includes(one)) await leaveOut(batch, one, reading)
    gathered = []
  }

  async function gather(one: LocatedEntry<CertificationEntry>): Promise<void> {
    if (isLeftOut(source, one)) {
      if (isAgain) await leaveOut(batch, one, reading)
      return
    }
    const isSure = one.row?.facts !== undefined || scoped === undefined
    if (isSure) kept.add(one.sequence)
    if (!isAgain || !isSure || !(await isKnown(batch, one))) gathered.push(one)
  }

  for (const pair of pairs) {
    const { sequence } = pair
    if (pair.kind === 'hole') {
      putHole(batch, feed.key, pair)
      holes.push(sequence)
      continue
    }
    deleteHole(batch, feed.key, sequence)
    if (pair.kind === 'bad')
      putRejected(batch, { feed: feed.key, sequence, position: 0 }, pair.code)
    if (pair.kind !== 'entries') continue
    for (const entry of entriesIn(source, pair))
      if (isOf('certification', entry)) await gather(entry)
      else if (isOf('unknown', entry)) putRejected(batch, entry, 'ENTRY_UNKNOWN')
      else if (isOf('withholding', entry)) {
        await followGathered()
        if (await followWithholding(batch, entry, feed)) continue
        putHole(batch, feed.key, pair)
        holes.push(sequence)
      }
  }
  await followGathered()
  const leftOut = scoped === undefined ? [] : emptyBlocks(pairs, kept)
  // before the cursor has come so far: what it has passed is not looked at again
  if (leftOut.length > 0) await scoped?.scope.leaveOut(leftOut)
  putCursor(batch, indexes, { feed: feed.key, next })
  await batch.commit()
  return { holes, leftOut }
}

/** Keys first: what they have signed can then be examined together. @returns the batch in which to go on */
async function followKeys(
  source: Source,
  pairs: readonly Pair[],
  indexing: IndexContext,
): Promise<IndexBatch> {
  const { indexes, reading } = indexing
  let batch = beginBatch(indexes)
  for (const pair of pairs)
    for (const entry of entriesIn(source, pair)) {
      if (!isOf('public-key', entry)) continue
      const changed = await followKey(batch, entry, reading)
      await batch.commit()
      batch = beginBatch(indexes)
      await keysLearnt(changed, indexing)
    }
  return batch
}

/** What can be verified before its turn. */
export const verifiableIn = (
  source: Source,
  pair: Pair,
): readonly (LocatedEntry<CertificationEntry> | LocatedEntry<PublicKeyEntry>)[] =>
  entriesIn(source, pair).flatMap((one) => {
    if (isOf('certification', one)) return isLeftOut(source, one) ? [] : one
    return isOf('public-key', one) ? one : []
  })

/** Kept or not. */
export const certificationsIn = (
  source: Source,
  pair: Pair,
): readonly LocatedEntry<CertificationEntry>[] =>
  entriesIn(source, pair).flatMap((one) => (isOf('certification', one) ? one : []))

function entriesIn({ feed, dialect }: Source, pair: Pair): readonly LocatedEntry[] {
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
