import type { Restored } from '../../contract/control.ts'
import { NotFoundError } from '../../base/errors.ts'
import { decodeDataBlock, decodeIndexBlock } from '../../feeds/format/block.ts'
import type { CertificationEntry } from '../../feeds/format/entry.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import { beginBatch } from '../../indexes/batch.ts'
import { putEvent } from '../../indexes/events.ts'
import { certificationRow } from '../../indexes/certifications.ts'
import type { WithheldRow } from '../../state/withheld.ts'
import { followCertifications } from '../following/follow-block.ts'
import type { IndexContext } from '../following/index-context.ts'
import type { LocatedEntry } from '../following/located-entry.ts'
import type { ErasureContext } from './erase.ts'

/** Follows a block of a feed whenever it comes. */
export type ExpectBlock = (feed: string, sequence: number) => Promise<void>

/** How long peers are asked for one block, in milliseconds: when one of them says that it has it, and when none does. */
const PATIENCE = 10_000
const SHORT_PATIENCE = 2_000

/**
 * Withholds these no longer, and asks peers for their bytes.
 * @throws NotFoundError CERTIFICATION_NOT_FOUND if one is not withheld, and then nothing is restored; StorageError
 */
export async function restoreWithheld(
  holdings: ErasureContext,
  expect: ExpectBlock,
  ids: readonly string[],
): Promise<Restored> {
  const { indexing } = holdings
  const { withheld } = indexing.reading
  const rows = [...new Set(ids)].map((id) => {
    const row = withheld.get(id)
    if (row === undefined)
      throw new NotFoundError(
        'CERTIFICATION_NOT_FOUND',
        `Certification ${id} is not withheld here; GET /withheld lists those that are.`,
      )
    return row
  })
  // before, so that it is told even after a crash in between, and again behind, for whoever looked in between
  await putRestorations(indexing, rows)
  await withheld.remove(rows.map(({ id }) => id))
  await putRestorations(indexing, rows)
  for (const row of rows) await publishRestoration(holdings, row)
  await Promise.all(rows.map((row) => fetchPlaces(indexing, row, expect)))
  const here = await Promise.all(rows.map(({ id }) => certificationRow(indexing.indexes, id)))
  return {
    restored: rows.flatMap(({ id }, at) => (here[at] === undefined ? [] : [id])),
    missing: rows.flatMap(({ id }, at) => (here[at] === undefined ? [id] : [])),
  }
}

/** What comes back is an event of its own. */
async function putRestorations(
  { lock, indexes }: IndexContext,
  rows: readonly WithheldRow[],
): Promise<void> {
  await lock.run(async () => {
    const batch = beginBatch(indexes)
    for (const { id } of rows) await putEvent(batch, { kind: 'restoration', id })
    await batch.commit()
  })
}

async function publishRestoration(
  { indexing, writing }: ErasureContext,
  { id, feed }: WithheldRow,
): Promise<void> {
  const said = [...writing.own.byCollection.values()].find(({ key }) => key === feed)
  if (said === undefined) return
  const at = indexing.reading.now()
  await writing.writer.appendWith(said, [], () => [{ kind: 'restoration', id, at }])
}

async function fetchPlaces(
  indexing: IndexContext,
  { id, places }: WithheldRow,
  expect: ExpectBlock,
): Promise<void> {
  const { feeds, withheld } = indexing.reading
  const blocks = new Map(places.map((place) => [`${place.feed} ${place.sequence}`, place]))
  await Promise.all(
    [...blocks.values()].map(async ({ feed: key, sequence }) => {
      const feed = feeds.of(key)
      if (feed === undefined) return
      const patience = feed.obtainable(sequence) ? PATIENCE : SHORT_PATIENCE
      const isHere = await feed.fetch(sequence, patience)
      if (isHere) await indexRestored(indexing, feed, { id, sequence })
      else if (withheld.isCleared(key, sequence)) feed.avoid([sequence])
      else await expect(key, sequence)
    }),
  )
}

/**
 * Writes its rows. If another entry of the block is still withheld, the others are saved and the block is cleared again.
 */
async function indexRestored(
  { indexes, lock, reading }: IndexContext,
  feed: Feed,
  { id, sequence }: { readonly id: string; readonly sequence: number },
): Promise<void> {
  const { feeds, savedEntries, scope, withheld } = reading
  const data = await feed.readData(sequence)
  const dialect = feeds.dialectOf(feed)
  if (data === undefined || dialect === undefined) return
  const all = (await decodeDataBlock(data)).map((entry, position) => ({ entry, position }))
  const block = { feed: feed.key, sequence }
  const place = { ...block, collection: feed.collection, dialect }
  const index = await feed.readData(sequence + 1)
  const rows = index === undefined ? [] : decodeIndexBlock(index)
  const located = all.flatMap(({ entry, position }): LocatedEntry<CertificationEntry>[] =>
    entry.kind === 'certification' && entry.id === id
      ? [{ ...place, entry, position, row: rows[position] }]
      : [],
  )
  if (withheld.isCleared(feed.key, sequence)) {
    await savedEntries.put(
      block,
      all.filter(({ entry }) => withheld.get(entry.id) === undefined),
    )
    await feed.clear(sequence)
    reading.entries.forget(feed.key, sequence)
  } else await savedEntries.remove(block, all)
  await lock.run(async () => {
    const batch = beginBatch(indexes)
    const keeping = { keeps: scope.get(feed.key)?.keeps }
    await followCertifications(batch, located, { ...reading, ...keeping })
    await batch.commit()
  })
}
