/* What index blocks of pushed pairs say. */
import { MalformedError } from '../../base/errors.ts'
import { decodeIndexBlock, type FeedFormat } from '../../feeds/format/block.ts'
import type { PushedPairs } from '../../feeds/format/pushed-pairs.ts'
import type { IndexRow } from '../../feeds/format/index-row.ts'

/** The second of each pair. */
export const indexBlocksOf = ({ blocks }: Pick<PushedPairs, 'blocks'>): readonly Uint8Array[] =>
  blocks.filter((_, place) => place % 2 === 1)

/**
 * @param format of the feed; whatever the block says itself, if absent
 * @returns `undefined` if it is no index block
 */
export function pushedRows(
  index: Uint8Array,
  format?: FeedFormat,
): readonly IndexRow[] | undefined {
  try {
    return decodeIndexBlock(index, format)
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}
