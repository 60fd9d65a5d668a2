/*
 * Takes away what rules keep only as long as it is among the newest versions of its source. Block by block it is noted first that
 * it is left out, then its rows go, then its bytes: a crash in between does no harm.
 */
import { makeMutex } from '../base/mutex.ts'
import { NODE_ITSELF, runAs } from '../base/requester.ts'
import { decodeIndexBlock } from '../feeds/format/block.ts'
import { beginBatch } from '../indexes/batch.ts'
import type { CertificationRow, Variant } from '../indexes/certification-row.ts'
import { certificationRow, everyCertification } from '../indexes/certifications.ts'
import { documentFacts } from './entries/document-facts.ts'
import type { FollowedFeeds } from './followed-feeds.ts'
import { removeVariant } from './following/derive.ts'
import type { IndexContext } from './following/index-context.ts'
import { discardBlocks } from './following/left-out.ts'
import type { Source } from './following/located-entry.ts'
import { isSamePlace } from './following/put-variant.ts'
import type { Aged, NewestVersions } from './scope/newest.ts'
import { makePause } from './work-budget/work-budget.ts'

export interface NewestSweep {
  /** Resolves when what was old is gone. Does nothing where no rule asks for it. @throws StorageError DISK */
  readonly sweep: () => Promise<void>
  /** Ends behind what it is at. */
  readonly close: () => Promise<void>
}

/** Certifications that go together. */
const TOGETHER = 256

/** Sweeps when it is told to, one sweep after the other. The repository closes it. */
export function makeNewestSweep(
  indexing: IndexContext,
  feeds: Pick<FollowedFeeds, 'scoped'>,
): NewestSweep {
  const turns = makeMutex()
  const stop = new AbortController()
  return {
    sweep: () => turns.run(() => runAs(NODE_ITSELF, () => sweep({ indexing, feeds }, stop.signal))),
    async close() {
      stop.abort()
      await turns.idle()
    },
  }
}

interface Swept {
  readonly indexing: IndexContext
  readonly feeds: Pick<FollowedFeeds, 'scoped'>
}

async function sweep({ indexing, feeds }: Swept, stop: AbortSignal): Promise<void> {
  const newest = indexing.reading.scope.newest()
  if (newest === undefined) return
  const pauseIfDue = makePause()
  for await (const { row } of everyCertification(indexing.indexes, undefined)) {
    await pauseIfDue()
    if (stop.aborted) return
    for (const one of agedOf(row)) newest.note(one)
  }
  const sweeper = { indexing, feeds, newest }
  let going: CertificationRow[] = []
  for await (const { row } of everyCertification(indexing.indexes, undefined)) {
    await pauseIfDue()
    if (stop.aborted) return
    if (goingOf(row, sweeper).length > 0) going.push(row)
    if (going.length < TOGETHER) continue
    await remove(going, sweeper)
    going = []
  }
  await remove(going, sweeper)
}

interface Sweeper extends Swept {
  readonly newest: NewestVersions
}

/** In each collection, what it is. */
const agedOf = (row: CertificationRow): readonly Aged[] =>
  [...new Set(row.variants.map(({ collection }) => collection))].map((collection) =>
    agedIn(row, collection),
  )

function agedIn({ dialect, keyId, sources }: CertificationRow, collection: string): Aged {
  return { collection, dialect, facts: documentFacts(keyId, sources), source: sources[0] }
}

/** Places in others' feeds at which no rule keeps it any more. */
const goingOf = (row: CertificationRow, { feeds, newest }: Sweeper): readonly Variant[] =>
  row.variants.filter(
    ({ feed, collection }) =>
      feeds.scoped(feed) !== undefined && !newest.keeps(agedIn(row, collection)),
  )

async function remove(rows: readonly CertificationRow[], sweeper: Sweeper): Promise<void> {
  const { indexing, feeds } = sweeper
  const { indexes, lock, reading } = indexing
  const blocks = new Map<string, Set<number>>()
  for (const { feed, sequence } of rows.flatMap((row) => goingOf(row, sweeper)))
    blocks.set(feed, (blocks.get(feed) ?? new Set()).add(sequence))
  const empty: { readonly source: Source; readonly sequences: readonly number[] }[] = []
  for (const [feed, sequences] of blocks) {
    const source = feeds.scoped(feed)
    if (source === undefined) continue
    const gone = await emptyOf(source, [...sequences], sweeper)
    await source.scoped?.scope.leaveOut(gone)
    empty.push({ source, sequences: gone })
  }
  await lock.run(async () => {
    const batch = beginBatch(indexes)
    for (const { id } of rows) {
      // it may have changed since
      const row = await certificationRow(indexes, id)
      const going = row === undefined ? [] : goingOf(row, sweeper)
      if (row !== undefined && going.length > 0)
        await removeVariant(batch, row, {
          isGoing: (one) => going.some((other) => isSamePlace(one, other)),
          reading,
        })
    }
    await batch.commit()
  })
  for (const { source, sequences } of empty) await discardBlocks(source, sequences, reading)
}

/** Those of these blocks of which nothing is kept then. */
async function emptyOf(
  { feed }: Source,
  sequences: readonly number[],
  sweeper: Sweeper,
): Promise<readonly number[]> {
  const empty: number[] = []
  for (const sequence of sequences) {
    const index = await feed.readData(sequence + 1)
    if (index === undefined) continue
    const rows = await Promise.all(
      decodeIndexBlock(index).map(({ id }) => certificationRow(sweeper.indexing.indexes, id)),
    )
    const isKept = rows.some((row) => {
      const here = row?.variants.filter((one) => one.feed === feed.key && one.sequence === sequence)
      const going = row === undefined ? [] : goingOf(row, sweeper)
      return here?.some((one) => !going.includes(one)) === true
    })
    if (!isKept) empty.push(sequence)
  }
  return empty
}
