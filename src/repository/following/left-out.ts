/* What a follower does with blocks that are not kept: chooses them, where nobody has yet, and takes their bytes off the disk. */
import { makePause } from '../work-budget/work-budget.ts'
import type { BlockChoice, Feed } from '../../feeds/format/feed.ts'
import { beginBatch } from '../../indexes/batch.ts'
import type { ReadContext } from '../entries/read-context.ts'
import { certificationsIn } from './follow-pairs.ts'
import type { IndexContext } from './index-context.ts'
import type { Source } from './located-entry.ts'
import type { Pairs } from './pair.ts'
import { BATCH } from './pair-reader.ts'
import type { Progress } from './progress.ts'
import { leaveOut } from './sift.ts'

export interface Chooser {
  /** Decides of the next pairs what is to be had, as far as their index blocks are here and their data blocks are not. */
  readonly chooseFrom: (position: number) => Promise<void>
}

/** Whoever fetches blocks chooses too; but a feed can be followed without a network. */
export function makeChooser(
  feed: Pick<Feed, 'has' | 'readData' | 'avoids' | 'leavesOut' | 'length'>,
  choice: BlockChoice,
): Chooser {
  /** Is to be had, and has not come. */
  let awaited: number | undefined
  return {
    async chooseFrom(position) {
      for (let at = position; at < position + 2 * BATCH && at + 1 < feed.length; at += 2) {
        if (feed.has(at) || feed.avoids(at) || feed.leavesOut(at)) continue
        const index = at === awaited ? undefined : await feed.readData(at + 1)
        if (index !== undefined && !choice.choose(at, index)) continue
        awaited = at
        return
      }
    },
  }
}

/** They are left out, on the disk and in the indexes. */
export async function discardBlocks(
  { feed, scoped }: Source,
  sequences: readonly number[],
  { entries }: Pick<ReadContext, 'entries'>,
): Promise<void> {
  for (const sequence of sequences) {
    if (feed.has(sequence)) await scoped?.replica.discard(sequence)
    entries.forget(feed.key, sequence)
  }
}

/**
 * What a crash left of blocks that were left out: their rows, and their bytes. A fault is told to whoever hears of those of the indexes.
 * @param progress what is followed so far
 */
export async function discardLeft(
  source: Source,
  progress: Pick<Progress, 'position'>,
  parts: LeftParts,
): Promise<void> {
  if (source.scoped === undefined) return
  await discardBelow(source, progress.position(), parts).catch(parts.indexing.onFault)
}

interface LeftParts {
  readonly read: Pairs['read']
  readonly indexing: IndexContext
}

async function discardBelow(
  source: Source,
  end: number,
  { read, indexing }: LeftParts,
): Promise<void> {
  const { feed } = source
  const pauseIfDue = makePause()
  for (let at = 1; at < end; at += 2) {
    await pauseIfDue()
    if (!feed.leavesOut(at) || !feed.has(at)) continue
    const pair = await read(at)
    await indexing.lock.run(async () => {
      const batch = beginBatch(indexing.indexes)
      for (const one of certificationsIn(source, pair)) await leaveOut(batch, one, indexing.reading)
      await batch.commit()
    })
    await discardBlocks(source, [at], indexing.reading)
  }
}
