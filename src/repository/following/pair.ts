import { codeOf } from '../../base/errors.ts'
import { decodeDataBlock, decodeIndexBlock, indexOf } from '../../feeds/format/block.ts'
import type { IndexRow } from '../../feeds/format/block.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import type { Positioned } from '../tombstones/saved-entries.ts'

/** A data block and the index block right behind it, as a follower finds them. */
export type Pair =
  | {
      readonly kind: 'entries'
      readonly sequence: number
      readonly index: Uint8Array
      readonly entries: readonly Positioned[]
    }
  /** `index`: the index block, if that is here. */
  | { readonly kind: 'hole'; readonly sequence: number; readonly index: Uint8Array }
  | { readonly kind: 'bad'; readonly sequence: number; readonly code: string }

/** Are both blocks of that pair here? */
export const hasPair = (feed: Feed, sequence: number): boolean =>
  feed.has(sequence) && feed.has(sequence + 1)

/**
 * The index block must be the data block's own.
 * @param kept gives what is left of a block that this node cleared
 */
export async function readPair(
  feed: Feed,
  sequence: number,
  kept: (feed: string, sequence: number) => Promise<readonly Positioned[] | undefined>,
): Promise<Pair> {
  const data = await feed.readData(sequence)
  const index = await feed.readData(sequence + 1)
  const others = data === undefined ? await kept(feed.key, sequence) : undefined
  if (others !== undefined)
    return { kind: 'entries', sequence, index: validIndexBlock(index), entries: others }
  if (data === undefined || index === undefined)
    return { kind: 'hole', sequence, index: validIndexBlock(index) }
  try {
    const entries = decodeDataBlock(data)
    if (isSame(decodeIndexBlock(index), indexOf(entries)))
      return {
        kind: 'entries',
        sequence,
        index,
        entries: entries.map((entry, position) => ({ position, entry })),
      }
    return { kind: 'bad', sequence, code: 'ENTRY_SYNTAX' }
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    return { kind: 'bad', sequence, code }
  }
}

/** Only what is an index block is kept beside a hole. */
export function validIndexBlock(index: Uint8Array | undefined): Uint8Array {
  if (index === undefined) return new Uint8Array()
  try {
    decodeIndexBlock(index)
    return index
  } catch {
    return new Uint8Array()
  }
}

function isSame(one: readonly IndexRow[], other: readonly IndexRow[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ kind, id, length }, at) => {
      const row = other[at]
      return row?.kind === kind && row.id === id && row.length === length
    })
  )
}
