/*
 * When a follower goes on without a block. Most blocks that a replica misses have only not come yet. But a block that nobody has
 * any more, or that a peer claims to have and never sends, must not hold up the blocks behind it.
 */
import { makeSignal } from '../../base/signal.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import { hasPair } from './pair.ts'

/** In milliseconds. */
export interface BlockTimeouts {
  /** For a block that no connected peer has, while a later block is here. */
  readonly gone: number
  /** For a block that a peer has: counted from when any block of the feed came last. */
  readonly stuck: number
}

/** Each hole costs a row: a feed that has so many is not followed past the next block that is missing. */
const MOST_HOLES = 10_000

/** However much else comes meanwhile. */
const MOST_STUCK = 10

export const BLOCK_TIMEOUTS: BlockTimeouts = { gone: 5_000, stuck: 60_000 }

/** All pairs from `position` up to `end` that are missing are waited for together: all of them were missing at the time `from`. */
interface Wait {
  /** The first of them. */
  readonly position: number
  /** How long the feed was: what was appended later is waited for anew. */
  readonly end: number
  readonly from: number
}

export interface MissingBlocks {
  /** The pairs from `position` on that can be followed now, in order: those that are here, left out, or given up. */
  readonly next: (position: number, limit: number) => readonly number[]
  /** Calls back when patience is over: there may be more to follow. */
  readonly onTimeout: (listener: () => void) => void
  readonly close: () => void
}

interface MissingBlocksParts {
  /** Those that there are already. */
  readonly holes: { readonly count: () => number }
  /** Whoever is called back has failed. */
  readonly onFault: (error: unknown) => void
}

/**
 * Waits for blocks of a feed that are not here. The follower that makes it closes it.
 * @param patience in milliseconds
 */
export function makeMissingBlocks(
  feed: Feed,
  patience: BlockTimeouts,
  { holes, onFault }: MissingBlocksParts,
): MissingBlocks {
  const over = makeSignal(onFault)
  let timer: NodeJS.Timeout | undefined
  let wait: Wait | undefined
  let lastArrival = 0

  const hasLater = (sequence: number): boolean => feed.nextHere(sequence + 2) !== undefined

  function isGone(sequence: number): boolean {
    return [sequence, sequence + 1].some((block) => !feed.has(block) && !feed.obtainable(block))
  }

  /** Is that pair given up? */
  function isHole(sequence: number): boolean {
    if (feed.avoids(sequence) && !feed.has(sequence)) return true
    if (holes.count() >= MOST_HOLES) return false
    // the wait for a later pair begins only when this one was given up
    if (wait !== undefined && sequence < wait.position) return true
    const now = performance.now()
    if (wait === undefined || sequence >= wait.end)
      wait = { position: sequence, end: feed.length, from: now }
    const waited = now - wait.from
    const quiet = now - Math.max(wait.from, lastArrival)
    const left = isGone(sequence)
      ? patience.gone - waited
      : Math.min(patience.stuck - quiet, MOST_STUCK * patience.stuck - waited)
    clearTimeout(timer)
    if (left <= 0) {
      // asked last: it looks at the whole feed
      if (hasLater(sequence)) return true
      wait = undefined
      return false
    }
    timer = setTimeout(over.emit, Math.min(left, patience.gone) + 1)
    timer.unref()
    return false
  }

  const stop = feed.onChanged(() => {
    lastArrival = performance.now()
    if (wait !== undefined && hasPair(feed, wait.position)) wait = undefined
  })

  return {
    next(position, limit) {
      const found: number[] = []
      for (let at = position; at + 1 < feed.length && found.length < limit; at += 2) {
        const isHere = hasPair(feed, at) || feed.leavesOut(at)
        if (!isHere && !isHole(at)) break
        found.push(at)
      }
      return found
    },
    onTimeout: over.subscribe,
    close() {
      clearTimeout(timer)
      stop()
    },
  }
}
