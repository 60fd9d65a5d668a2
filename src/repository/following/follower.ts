/*
 * Follows one feed into the indexes, in order: blocks -> entries -> verification -> rows, with the cursor in the same
 * batch. It owns nothing but its position; what it writes can be deleted and is written again. An entry that cannot be
 * used becomes a rejected row, a block that is not here a hole; only a StorageError stops it.
 */
import { runAs, NODE_ITSELF } from '../../base/requester.ts'
import { AdmissionError } from '../../base/errors.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import { savedBlocks } from '../tombstones/saved-entries.ts'
import type { Semaphore } from './semaphore.ts'
import { examineAhead } from './follow-block.ts'
import { verifiableIn, followPairs } from './follow-pairs.ts'
import { openHoles } from './holes.ts'
import { discardBlocks, discardLeft, makeChooser } from './left-out.ts'
import type { IndexContext } from './index-context.ts'
import { type BlockTimeouts, makeMissingBlocks } from './missing-blocks.ts'
import { openPairs, type Pair } from './pair.ts'
import { BATCH, makePairReader, type ReadingBudget } from './pair-reader.ts'
import { openProgress, type Progress } from './progress.ts'
import type { Source } from './located-entry.ts'
import { unknownOf } from './sift.ts'

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

/** How fast a feed is followed, beside the others. */
export interface Pace {
  /** Own feeds have turns of their own. */
  readonly semaphore: Semaphore
  readonly budget: ReadingBudget
  /** How long a missing block is waited for. */
  readonly timeouts: BlockTimeouts
  /** After each batch. */
  readonly onProgress: () => void
}

/**
 * Follows from the cursor on, at once. {@link openFollowers} closes it, which waits for the batch that it is at and refuses
 * whoever waits for more with AdmissionError CLOSING.
 * @throws StorageError DISK
 */
export async function openFollower(
  source: Source,
  indexing: IndexContext,
  { semaphore, budget, timeouts, onProgress }: Pace,
): Promise<Follower> {
  const { feed, scoped } = source
  const { indexes, reading, opened, lock, onFault } = indexing
  const stop = new AbortController()
  const progress = await openProgress(source, indexing)
  const holes = await openHoles(feed, indexes)
  const chooser = scoped && makeChooser(feed, scoped.scope)
  const missingBlocks = makeMissingBlocks(feed, timeouts, { holes, onFault })
  const waiters = makeWaiters()
  const examine = makeExaminer(source, indexing, progress)
  const blocks = await openPairs(feed, savedBlocks(reading.savedEntries, reading.withheld), opened)
  const reader = makePairReader(feed, budget, {
    read: blocks.read,
    // whoever follows it meets the same error
    prepare: (pair) => void examine([pair]).catch(() => undefined),
  })

  /** @returns whether there was anything */
  async function followSome(): Promise<boolean> {
    const filled = holes.filled(BATCH)
    const isFilling = filled.length > 0
    const position = progress.position()
    if (!isFilling) await chooser?.chooseFrom(position)
    const found = isFilling ? filled : missingBlocks.next(position, BATCH)
    if (stop.signal.aborted || found.length === 0) return false
    await semaphore.run(async () => {
      const pairs = await reader.take(found)
      const end = isFilling ? position : position + 2 * pairs.length
      reader.readAhead(end)
      // before its turn to write: what takes long to verify holds up nobody else
      await examine(pairs)
      const isAgain = progress.isAgain()
      const followed = await lock.run(() =>
        followPairs(source, { pairs, next: end, isAgain }, indexing),
      )
      // behind the lock: then what is done behind the rows is done too
      await progress.moveTo(end)
      const done = isFilling || isAgain ? pairs.map(({ sequence }) => sequence) : []
      holes.followed(done, followed.holes)
      await discardBlocks(source, followed.leftOut, reading)
    })
    onProgress()
    waiters.reached(progress.position())
    return true
  }

  const loop = makeLoop(followSome, (error) => {
    onFault(error)
    waiters.fail(error)
  })
  const discarding = discardLeft(source, progress, { ...blocks, indexing })
  missingBlocks.onTimeout(loop.wake)
  const unsubscribe = feed.onChanged(loop.wake)
  loop.wake()
  return {
    feed,
    expect: async (sequence) => {
      await progress.putHole(sequence, await blocks.index(sequence))
      holes.add(sequence)
      loop.wake()
    },
    position: progress.position,
    hasStopped: () => loop.failure() !== undefined,
    reached: async (length) => {
      const failure = loop.failure() ?? (stop.signal.aborted ? closing() : undefined)
      if (failure !== undefined) throw failure
      if (length <= progress.position()) return
      const reached = waiters.until(length)
      loop.wake()
      await reached
    },
    close: async () => {
      stop.abort()
      unsubscribe()
      missingBlocks.close()
      await loop.close()
      await discarding
      await reader.close()
      waiters.fail(closing())
    },
  }
}

/** Verifies what has no row yet. */
const makeExaminer =
  (source: Source, { indexes, reading }: IndexContext, { isAgain }: Pick<Progress, 'isAgain'>) =>
  async (pairs: readonly Pair[]): Promise<void> => {
    const found = pairs.flatMap((pair) => verifiableIn(source, pair))
    await examineAhead(isAgain() ? await unknownOf(found, indexes) : found, reading)
  }

/** Does it again and again until there is nothing to do, and again when it is woken. What fails is not done again. */
function makeLoop(work: () => Promise<boolean>, onFailure: (error: Error) => void) {
  let running: Promise<void> | undefined
  let again = false
  let isClosed = false
  let failure: Error | undefined

  async function run(): Promise<void> {
    again = false
    try {
      while (await work());
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
      onFailure(failure)
    }
  }

  function wake(): void {
    again = true
    if (isClosed || failure !== undefined) return
    // what it does is for everybody, whoever woke it
    running ??= runAs(NODE_ITSELF, run).finally(() => {
      running = undefined
      if (again) wake()
    })
  }

  return {
    wake,
    failure: () => failure,
    close: async () => {
      isClosed = true
      await running
    },
  }
}

/** Who waits for a length. */
function makeWaiters() {
  const waiting = new Set<{
    length: number
    resolve: () => void
    reject: (error: unknown) => void
  }>()
  return {
    until: (length: number) =>
      new Promise<void>((resolve, reject) => waiting.add({ length, resolve, reject })),
    reached: (position: number): void => {
      for (const waiter of waiting) {
        if (waiter.length > position) continue
        waiting.delete(waiter)
        waiter.resolve()
      }
    },
    fail: (error: unknown): void => {
      for (const waiter of waiting) waiter.reject(error)
      waiting.clear()
    },
  }
}

const closing = (): AdmissionError =>
  new AdmissionError('CLOSING', 'This node is stopping; ask again in a moment.')
