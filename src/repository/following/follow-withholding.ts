import { codeOf, MalformedError, StorageError } from '../../base/errors.ts'
import { decodeIndexBlock, type FeedFormat, formatOfFeed } from '../../feeds/format/block.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import type { IndexRow } from '../../feeds/format/index-row.ts'
import type { FeedPlace, Move, WithholdingEntry } from '../../feeds/format/withholding.ts'
import type { IndexBatch } from '../../indexes/batch.ts'
import { encodeRow } from '../../indexes/certification-row.ts'
import { certificationRowIn } from '../../indexes/certifications.ts'
import { certificationKey } from '../../indexes/certification-keys.ts'
import { rejectedKey } from '../../indexes/feed-keys.ts'
import { putMove, putWithholding } from '../../indexes/moved-entries.ts'
import { putRejected } from '../../indexes/rejected.ts'
import { compareVariants, isSamePlace, updateRebuilder, currentPlaceOf } from './put-variant.ts'
import type { LocatedEntry } from './located-entry.ts'

/**
 * Notes what a feed says of a block that it cleared, and where it has the others of that block now. A feed can only
 * speak of its own places, and its index blocks must bear it out.
 * @returns false if one of those is not here yet
 * @throws StorageError DISK
 */
export async function followWithholding(
  batch: IndexBatch,
  located: LocatedEntry<WithholdingEntry>,
  feed: Pick<Feed, 'readData' | 'has'>,
): Promise<boolean> {
  const { entry } = located
  const { cleared, moves } = entry
  if (cleared === undefined) return true
  const places = [cleared, ...moves.flatMap(({ from, to }) => [from, to])]
  if (places.some(({ sequence }) => sequence < located.sequence && !feed.has(sequence + 1)))
    return false
  try {
    const ids = makeIds(feed, await formatOfFeed(feed), located.sequence)
    if ((await ids(cleared))?.id !== entry.id) throw untrue()
    const moved: (Move & IndexRow)[] = []
    for (const move of moves) {
      const [from, to] = [await ids(move.from), await ids(move.to)]
      if (from === undefined || from.kind !== to?.kind || from.id !== to.id) throw untrue()
      moved.push({ ...move, ...from })
    }
    putWithholding(batch, { feed: located.feed, ...cleared }, entry)
    for (const one of moved) await followMove(batch, located.feed, one)
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined || error instanceof StorageError) throw error
    putRejected(batch, located, code)
  }
  return true
}

async function followMove(batch: IndexBatch, feed: string, one: Move & IndexRow): Promise<void> {
  putMove(batch, feed, one)
  batch.del(rejectedKey(feed, one.from.sequence, one.from.position))
  if (one.kind !== 'certification') return
  const row = await certificationRowIn(batch, one.id)
  if (row === undefined) return
  const now = await Promise.all(
    row.variants.map(async (variant) => ({
      ...variant,
      ...(variant.feed === feed && (await currentPlaceOf(batch, variant))),
    })),
  )
  const variants = now.filter((variant, at) => now.findIndex((o) => isSamePlace(o, variant)) === at)
  const to = { ...row, variants: variants.toSorted(compareVariants) }
  await updateRebuilder(batch, { from: row, to })
  batch.put(certificationKey(one.id), encodeRow(to))
}

/** By the index blocks, which are never cleared. */
function makeIds(
  feed: Pick<Feed, 'readData'>,
  format: FeedFormat,
  end: number,
): (place: FeedPlace) => Promise<IndexRow | undefined> {
  const blocks = new Map<number, readonly IndexRow[]>()
  return async ({ sequence, position }) => {
    if (sequence >= end) return undefined
    let rows = blocks.get(sequence)
    if (rows === undefined) {
      const bytes = await feed.readData(sequence + 1)
      rows = bytes === undefined ? [] : decodeIndexBlock(bytes, format)
      blocks.set(sequence, rows)
    }
    return rows[position]
  }
}

const untrue = (): MalformedError =>
  new MalformedError('ENTRY_SYNTAX', 'A withholding says of its own feed what is not so.')
