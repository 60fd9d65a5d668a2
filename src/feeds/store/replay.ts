import { StorageError } from '../../base/errors.ts'
import type { OwnFeed } from '../format/feed.ts'

/** A block as it was journaled. */
export interface JournaledBlock {
  readonly sequence: number
  readonly block: Uint8Array
}

/** Bounds memory. How blocks are grouped into appends does not change what is signed; their bytes do. */
const APPEND_AT_ONCE = 64

/**
 * Gives an own feed back what it lost: exactly these blocks at exactly these sequences, so that every head is signed
 * again as it was. What is there already is compared, a cleared block is left alone.
 * @param rows of this feed, in order
 * @returns how many blocks were appended
 * @throws StorageError JOURNAL_MISMATCH if the feed has another block, if one is missing between them, or if the
 *   feed has more than was journaled: then it must never be written again
 */
export async function replay(
  rows: AsyncIterable<JournaledBlock> | Iterable<JournaledBlock>,
  feed: OwnFeed,
): Promise<number> {
  const before = feed.length
  let expected: number | undefined
  let blocks: Uint8Array[] = []
  for await (const { sequence, block } of rows) {
    if (sequence !== (expected ?? Math.min(sequence, before)))
      throw mismatch(feed, `block ${expected ?? before} is missing`)
    expected = sequence + 1
    if (sequence < before) await compare(feed, sequence, block)
    else blocks.push(block)
    if (blocks.length === APPEND_AT_ONCE) {
      await feed.append(blocks)
      blocks = []
    }
  }
  if (blocks.length > 0) await feed.append(blocks)
  if (expected !== undefined && expected < feed.length)
    throw mismatch(feed, `block ${expected} was never journaled`)
  return feed.length - before
}

async function compare(feed: OwnFeed, sequence: number, block: Uint8Array): Promise<void> {
  const there = await feed.readData(sequence)
  if (there !== undefined && Buffer.compare(there, block) !== 0)
    throw mismatch(feed, `block ${sequence} is another one`)
}

function mismatch(feed: OwnFeed, reason: string): StorageError {
  return new StorageError(
    'JOURNAL_MISMATCH',
    `Feed ${feed.key} and its journal do not agree: ${reason}. Written on, it would contradict what others have of it. Put the feeds folder back as it was, or start with another --data.`,
  )
}
