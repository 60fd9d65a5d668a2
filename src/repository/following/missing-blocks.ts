/*
 * When a follower goes on without a block. In a replica most missing blocks are only not here yet; a peer that says it has
 * one and never sends it, or a block that nobody has any more, must not hold up what stands behind it.
 */
import { makeSignal } from '../../base/signal.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import { hasPair } from './pair.ts'

/** In milliseconds. */
export interface BlockTimeouts {
  /** For a block that no connected peer has, while a later one is here. */
  readonly gone: number
  /** For one that a peer has, since anything of the feed has come last. */
  readonly stuck: number
}

/** A feed of more is nothing but holes, and each of them costs a row. */
const MOST_HOLES = 10_000

/** However much else comes meanwhile. */
const MOST_STUCK = 10

export const BLOCK_TIMEOUTS: BlockTimeouts = { gone: 5_000, stuck: 60_000 }

export interface MissingBlocks {
  /** The pairs from `position` on that can be followed now, in order: those that are here, or that are given up. */
  readonly next: (position: number, limit: number) => readonly number[]
  /** Calls back when patience is over: there may be more to follow. */
  readonly onTimeout: (listener: () => void) => void
  readonly close: () => void
}

/** @param holes those that there are already */
export function makeMissingBlocks(
  feed: Feed,
  patience: BlockTimeouts,
  holes: { readonly count: () => number },
): MissingBlocks {
  const over = makeSignal()
  let timer: NodeJS.Timeout | undefined
  /** Since when the first missing pair is waited for. */
  let since: { readonly position: number; readonly from: number } | undefined
  let lastArrival = 0

  const hasLater = (sequence: number): boolean => feed.nextHere(sequence + 2) !== undefined

  function isGone(sequence: number): boolean {
    return [sequence, sequence + 1].some((block) => !feed.has(block) && !feed.obtainable(block))
  }

  /** Is that pair given up? */
  function isHole(sequence: number): boolean {
    if (feed.avoids(sequence) && !feed.has(sequence)) return true
    if (holes.count() >= MOST_HOLES) return false
    const now = performance.now()
    since ??= { position: sequence, from: now }
    const waited = now - since.from
    const quiet = now - Math.max(since.from, lastArrival)
    const left = isGone(sequence)
      ? patience.gone - waited
      : Math.min(patience.stuck - quiet, MOST_STUCK * patience.stuck - waited)
    clearTimeout(timer)
    if (left <= 0) {
      // asked last: it looks at the whole feed
      if (hasLater(sequence)) return true
      since = undefined
      return false
    }
    timer = setTimeout(() => void over.emit(), Math.min(left, patience.gone) + 1)
    timer.unref()
    return false
  }

  const stop = feed.onChanged(() => {
    lastArrival = performance.now()
    if (since !== undefined && hasPair(feed, since.position)) since = undefined
  })

  return {
    next(position, limit) {
      const found: number[] = []
      for (let at = position; at + 1 < feed.length && found.length < limit; at += 2) {
        const isHere = hasPair(feed, at)
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
