/* What of the entries of a feed is followed where not everything is kept, and which blocks go for it. */
import type { CertificationEntry } from '../../feeds/format/entry.ts'
import { beginBatch, type IndexBatch } from '../../indexes/batch.ts'
import { certificationRowIn } from '../../indexes/certifications.ts'
import type { Indexes } from '../../indexes/database.ts'
import { rejectedBetween } from '../../indexes/feed-keys.ts'
import type { ReadContext } from '../entries/read-context.ts'
import { removeVariant } from './derive.ts'
import type { LocatedEntry, Source } from './located-entry.ts'
import type { Pair } from './pair.ts'
import { currentPlaceOf, isSamePlace } from './put-variant.ts'

type LocatedCertification = LocatedEntry<CertificationEntry>

/**
 * Does its index block say that no rule keeps it? Of format 1 it says nothing: that is known only when it was examined.
 */
export const isLeftOut = ({ scoped }: Source, { row }: LocatedCertification): boolean =>
  scoped !== undefined && row?.facts !== undefined && !scoped.scope.keeps(row.facts)

/** Has it its row, from when the feed was followed before? */
export async function isKnown(batch: IndexBatch, one: LocatedEntry): Promise<boolean> {
  const row = await certificationRowIn(batch, one.entry.id)
  if (row === undefined) return false
  const place = { feed: one.feed, ...(await currentPlaceOf(batch, one)) }
  return row.variants.some((variant) => isSamePlace(variant, place))
}

/** What has no row yet, and keys. */
export async function unknownOf<E extends LocatedEntry>(
  located: readonly E[],
  indexes: Indexes,
): Promise<readonly E[]> {
  const batch = beginBatch(indexes)
  const unknown: E[] = []
  for (const one of located) if (!(await isKnown(batch, one))) unknown.push(one)
  return unknown
}

/** No rule keeps it any more: takes that place out of its row. To be called with the lock held. */
export async function leaveOut(
  batch: IndexBatch,
  one: LocatedCertification,
  reading: ReadContext,
): Promise<void> {
  const row = await certificationRowIn(batch, one.entry.id)
  if (row === undefined) return
  const place = { feed: one.feed, ...(await currentPlaceOf(batch, one)) }
  if (!row.variants.some((variant) => isSamePlace(variant, place))) return
  await removeVariant(batch, row, { isGoing: (variant) => isSamePlace(variant, place), reading })
}

/** What was refused of these pairs will be refused again, if it is still kept. */
export async function forgetRejected(
  batch: IndexBatch,
  indexes: Indexes,
  { feed, pairs }: { readonly feed: string; readonly pairs: readonly Pair[] },
): Promise<void> {
  const sequences = pairs.map(({ sequence }) => sequence)
  const [first] = sequences
  const last = sequences.at(-1)
  if (first === undefined || last === undefined) return
  for await (const key of indexes.level.keys(rejectedBetween(feed, first, last + 1)))
    batch.del(new Uint8Array(key))
}

/** Data blocks of these pairs of which nothing is kept. @param kept sequences of those of which something is */
export const emptyBlocks = (pairs: readonly Pair[], kept: ReadonlySet<number>): readonly number[] =>
  pairs.flatMap((pair) =>
    pair.kind === 'entries' &&
    !kept.has(pair.sequence) &&
    pair.entries.every(({ entry }) => entry.kind === 'certification')
      ? pair.sequence
      : [],
  )
