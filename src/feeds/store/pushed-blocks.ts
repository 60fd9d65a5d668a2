/* Blocks that were just pushed, so that their follower, who wants them at once, need not read them back. */
import { LRUCache } from 'lru-cache'
import type { PushedPairs } from '../format/pushed-pairs.ts'

export interface PushedBlocks {
  /** They are stored. */
  readonly keep: (feed: string, pairs: Pick<PushedPairs, 'at' | 'blocks'>) => void
  /** Ask only for what the feed has. */
  readonly block: (feed: string, sequence: number) => Uint8Array | undefined
  /** It was cleared. */
  readonly forget: (feed: string, sequence: number) => void
}

const nameOf = (feed: string, sequence: number): string => `${feed}/${sequence}`

/** Of all feeds of a store. */
const MOST_BYTES = 1_048_576

/** Begins empty, and keeps no more than its bound of bytes; it has nothing to close. */
export function makePushedBlocks(): PushedBlocks {
  const blocks = new LRUCache<string, Uint8Array>({ maxSize: MOST_BYTES })
  return {
    keep(feed, pairs) {
      for (const [place, block] of pairs.blocks.entries())
        blocks.set(nameOf(feed, pairs.at + place), new Uint8Array(block), { size: block.length })
    },
    block: (feed, sequence) => blocks.get(nameOf(feed, sequence)),
    forget: (feed, sequence) => void blocks.delete(nameOf(feed, sequence)),
  }
}
