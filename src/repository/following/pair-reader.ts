/*
 * Reads pairs of blocks for a follower: those of its turn, bounded by bytes, and some of the next, so that the threads
 * verify while this one writes. What all followers together have read before their turn is bounded too.
 */
import type { Feed } from '../../feeds/format/feed.ts'
import { hasPair, type Pair } from './pair.ts'

/** One for all followers: bytes that were read before their turn. */
export interface ReadingBudget {
  bytes: number
}

export interface PairReader {
  /** The first of these pairs: as many as can be followed together, one at least. */
  readonly take: (sequences: readonly number[]) => Promise<readonly Pair[]>
  /** Reads what stands from there on, as far as it is here. */
  readonly readAhead: (from: number) => void
  readonly close: () => Promise<void>
}

/** Pairs followed together. */
export const BATCH = 64
const BATCH_BYTES = 16 * 1024 * 1024
const AHEAD_BYTES = 16 * 1024 * 1024
/** Reads that wait for the disk at once. */
const WINDOW = 16

interface Read {
  readonly pair: Pair
  readonly bytes: number
}

/**
 * Reads nothing before it is asked. The follower that makes it closes it, which waits for what is being read.
 * @param read reads a pair
 * @param prepare begins what can be begun before its turn
 */
export function makePairReader(
  feed: Feed,
  budget: ReadingBudget,
  {
    read: readOne,
    prepare,
  }: {
    readonly read: (sequence: number) => Promise<Pair>
    readonly prepare: (pair: Pair) => void
  },
): PairReader {
  const ahead = new Map<number, Promise<Read>>()
  let next = 0
  let reading: Promise<void> | undefined
  const closed = new AbortController()

  async function read(sequence: number): Promise<Read> {
    const pair = await readOne(sequence)
    return { pair, bytes: bytesOf(pair) }
  }

  async function readEarly(sequence: number): Promise<Read> {
    const one = await read(sequence)
    budget.bytes += one.bytes
    prepare(one.pair)
    return one
  }

  async function takeOne(sequence: number): Promise<Read> {
    const there = ahead.get(sequence)
    if (there === undefined) return read(sequence)
    ahead.delete(sequence)
    const one = await there
    budget.bytes -= one.bytes
    return one
  }

  async function fill(): Promise<void> {
    while (!closed.signal.aborted && budget.bytes < AHEAD_BYTES) {
      const window: Promise<Read>[] = []
      for (; window.length < WINDOW && ahead.size < BATCH && isReadable(feed, next); next += 2) {
        if (!hasPair(feed, next)) continue
        const one = readEarly(next)
        ahead.set(next, one)
        window.push(one)
      }
      if (window.length === 0) return
      // whoever takes it meets its error
      await Promise.allSettled(window)
    }
  }

  return {
    async take(sequences) {
      const pairs: Pair[] = []
      let bytes = 0
      for (let at = 0; at < sequences.length && bytes < BATCH_BYTES; at += WINDOW) {
        const some = await Promise.all(sequences.slice(at, at + WINDOW).map(takeOne))
        for (const one of some) {
          pairs.push(one.pair)
          bytes += one.bytes
        }
      }
      return pairs
    },
    readAhead(from) {
      next = Math.max(next, from)
      reading ??= fill().finally(() => (reading = undefined))
    },
    async close() {
      closed.abort()
      await reading
      await Promise.allSettled([...ahead.keys()].map(takeOne))
    },
  }
}

/** Nothing need be read of what is left out. */
const isReadable = (feed: Feed, sequence: number): boolean =>
  hasPair(feed, sequence) || feed.leavesOut(sequence)

function bytesOf(pair: Pair): number {
  if (pair.kind !== 'entries') return 0
  return pair.entries.reduce(
    (sum, { entry }) => sum + ('bytes' in entry ? entry.bytes.length : 0),
    0,
  )
}
