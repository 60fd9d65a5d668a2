/*
 * Follows one feed into the indexes, in order: blocks -> entries -> verification -> rows, with the cursor in the same
 * batch. It owns nothing but its position; what it writes can be deleted and is written again. An entry that cannot be
 * used becomes a rejected row, a block that is not here a hole; only a StorageError stops it.
 */
import { askedBy, NODE_ITSELF } from '../../base/asker.ts'
import { AdmissionError } from '../../base/errors.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import { beginBatch } from '../../indexes/batch.ts'
import { readCursor } from '../../indexes/cursors.ts'
import { holesIn, putHole } from '../../indexes/holes.ts'
import { examineAhead } from './follow-block.ts'
import { examinedIn, followPairs } from './follow-pairs.ts'
import type { FollowPairsParts } from './follow-pairs.ts'
import type { IndexLock } from './index-lock.ts'
import { makeMissing } from './missing.ts'
import type { Patience } from './missing.ts'
import { hasPair, namesIn } from './pair.ts'
import type { Pair } from './pair.ts'
import type { Batches } from './batches.ts'
import { BATCH, makePairReader } from './pair-reader.ts'
import type { PairReaderParts } from './pair-reader.ts'

export interface Follower {
  readonly feed: Feed
  /** Resolves when everything below `length` blocks is in the indexes; rejects when the follower has stopped. */
  readonly reached: (length: number) => Promise<void>
  /** Takes a block for a hole, to be filled whenever it comes. */
  readonly expect: (sequence: number) => Promise<void>
  /** How many blocks are in the indexes. */
  readonly position: () => number
  /** A StorageError has stopped it. */
  readonly hasStopped: () => boolean
  readonly close: () => Promise<void>
}

export interface FollowerParts extends FollowPairsParts, Pick<PairReaderParts, 'kept' | 'budget'> {
  readonly lock: IndexLock
  /** Own feeds have turns of their own. */
  readonly batches: Batches
  /** After each batch. */
  readonly onProgress: () => void
  /** How long a missing block is waited for. */
  readonly patience: Patience
}

export async function openFollower(feed: Feed, parts: FollowerParts): Promise<Follower> {
  let position = Math.max(1, await readCursor(parts.indexes, feed.key))
  const holes = new Set((await holesIn(parts.indexes, feed.key)).map(({ sequence }) => sequence))
  /** Holes that are here, and speak of blocks that are not. */
  const early = new Set<number>()
  const missing = makeMissing(feed, {
    patience: parts.patience,
    holes: () => holes.size,
    onPatienceOver: () => wake(),
  })
  const reader = makePairReader(feed, {
    kept: parts.kept,
    budget: parts.budget,
    prepare: (pair) => void examine([pair]),
  })
  let running: Promise<void> | undefined
  let again = false
  const stop = new AbortController()
  let failure: Error | undefined
  const waiting = new Set<{
    length: number
    resolve: () => void
    reject: (error: unknown) => void
  }>()

  const examine = (pairs: readonly Pair[]): Promise<void> =>
    examineAhead(
      pairs.flatMap((pair) => examinedIn(feed, pair, parts.dialect)),
      parts.examiners,
    )

  function wake(): void {
    again = true
    if (stop.signal.aborted || failure !== undefined) return
    // what it does is for everybody, whoever woke it
    running ??= askedBy(NODE_ITSELF, run).finally(() => {
      running = undefined
      if (again) wake()
    })
  }

  async function run(): Promise<void> {
    again = false
    try {
      for (;;) {
        const filled = [...holes]
          .filter((sequence) => hasPair(feed, sequence) && !early.has(sequence))
          .slice(0, BATCH)
        const found = filled.length > 0 ? [] : missing.next(position, BATCH)
        if (stop.signal.aborted || filled.length + found.length === 0) return
        const { taken, left } = await parts.batches.run(async () => {
          const pairs = await reader.take(filled.length > 0 ? filled : found)
          const end = filled.length > 0 ? position : position + 2 * pairs.length
          reader.readAhead(end)
          // before its turn to write: what takes long to verify holds up nobody else
          await examine(pairs)
          const holesLeft = await parts.lock.run(() =>
            followPairs(feed, { pairs, next: end }, parts),
          )
          // behind the lock: then what is done behind the rows is done too
          position = end
          return { taken: pairs, left: holesLeft }
        })
        if (filled.length > 0) for (const { sequence } of taken) holes.delete(sequence)
        if (filled.some((sequence) => !left.includes(sequence))) early.clear()
        for (const sequence of left) {
          holes.add(sequence)
          if (hasPair(feed, sequence)) early.add(sequence)
        }
        parts.onProgress()
        settle()
      }
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
      parts.onFault(error)
      for (const waiter of waiting) waiter.reject(error)
      waiting.clear()
    }
  }

  function settle(): void {
    for (const waiter of waiting) {
      if (waiter.length > position) continue
      waiting.delete(waiter)
      waiter.resolve()
    }
  }

  const unsubscribe = feed.onChanged(wake)
  wake()
  return {
    feed,
    expect: async (sequence) => {
      const index = namesIn(await feed.readData(sequence + 1))
      await parts.lock.run(async () => {
        const batch = beginBatch(parts.indexes)
        putHole(batch, feed.key, { sequence, index })
        await batch.commit()
      })
      holes.add(sequence)
      wake()
    },
    position: () => position,
    hasStopped: () => failure !== undefined,
    reached: async (length) => {
      if (failure !== undefined) throw failure
      if (stop.signal.aborted) throw closing()
      if (length <= position) return
      const reached = new Promise<void>((resolve, reject) =>
        waiting.add({ length, resolve, reject }),
      )
      wake()
      await reached
    },
    close: async () => {
      stop.abort()
      unsubscribe()
      missing.close()
      await running
      await reader.close()
      for (const waiter of waiting) waiter.reject(closing())
      waiting.clear()
    },
  }
}

const closing = (): AdmissionError =>
  new AdmissionError('CLOSING', 'This node is stopping; ask again in a moment.')
