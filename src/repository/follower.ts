/*
 * Follows one feed into the indexes, in order: blocks -> entries -> verification -> rows, with the cursor in the same
 * batch. It owns nothing but its position; what it writes can be deleted and is written again. An entry that cannot be
 * used becomes a rejected row, a block that is not here a hole; only a StorageError stops it.
 */
import { AdmissionError } from '../errors.ts'
import type { Feed } from '../feeds/feed.ts'
import { beginBatch } from '../indexes/batch.ts'
import { readCursor } from '../indexes/cursors.ts'
import { holesIn, putHole } from '../indexes/holes.ts'
import { examineSoon } from './follow-block.ts'
import { certificationsIn, followPairs } from './follow-pairs.ts'
import type { FollowPairsParts } from './follow-pairs.ts'
import type { IndexLock } from './index-lock.ts'
import { makeMissing } from './missing.ts'
import type { Patience } from './missing.ts'
import type { Positioned } from './kept.ts'
import { hasPair, namesIn, readPair } from './pair.ts'
import type { Pair } from './pair.ts'

export interface Follower {
  readonly feed: Feed
  /** Resolves when everything below `length` blocks is in the indexes; rejects when the follower has stopped. */
  readonly reached: (length: number) => Promise<void>
  /** Takes a block for a hole, to be filled whenever it comes. */
  readonly expect: (sequence: number) => Promise<void>
  /** How many blocks are in the indexes. */
  readonly position: () => number
  readonly close: () => Promise<void>
}

export interface FollowerParts extends FollowPairsParts {
  readonly lock: IndexLock
  /** What is left of a block that this node cleared; `undefined` of any other. */
  readonly kept: (feed: string, sequence: number) => Promise<readonly Positioned[] | undefined>
  /** After each batch. */
  readonly onProgress: () => void
  /** How long a missing block is waited for. */
  readonly patience: Patience
}

/** Data blocks read, verified and indexed together: at most 16 MiB of them. */
const BATCH = 64

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
  let running: Promise<void> | undefined
  let again = false
  const stop = new AbortController()
  /** Read before their turn. */
  const ahead = new Map<number, Promise<Pair>>()
  let failure: Error | undefined
  const waiting = new Set<{
    length: number
    resolve: () => void
    reject: (error: unknown) => void
  }>()

  function wake(): void {
    again = true
    if (stop.signal.aborted || failure !== undefined) return
    running ??= run().finally(() => {
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
        const next = filled.length > 0 ? position : position + 2 * found.length
        const pairs = (filled.length > 0 ? filled : found).map((sequence) => read(sequence))
        lookAhead(next)
        const left = await parts.lock.run(() => followPairs(feed, { pairs, next }, parts))
        for (const sequence of filled) holes.delete(sequence)
        if (filled.some((sequence) => !left.includes(sequence))) early.clear()
        for (const sequence of left) {
          holes.add(sequence)
          if (hasPair(feed, sequence)) early.add(sequence)
        }
        position = next
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

  function read(sequence: number): Promise<Pair> {
    const there = ahead.get(sequence)
    ahead.delete(sequence)
    return there ?? readPair(feed, sequence, parts.kept)
  }

  /** Lets the threads work on what comes next while this one writes. */
  function lookAhead(from: number): void {
    for (let at = from; ahead.size < BATCH && hasPair(feed, at); at += 2) {
      if (ahead.has(at)) continue
      const pair = readPair(feed, at, parts.kept)
      ahead.set(at, pair)
      // whoever follows it meets the same error
      pair
        .then((one) => examineSoon(certificationsIn(feed, one, parts.dialect), parts.examiners))
        .catch(() => undefined)
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
      for (const waiter of waiting) waiter.reject(closing())
      waiting.clear()
    },
  }
}

const closing = (): AdmissionError =>
  new AdmissionError('CLOSING', 'This node is stopping; ask again in a moment.')
