/* What a feed is worth that nobody asked for: how much in it is of no use, and how much of it others say too. */
import type { Code } from '../../base/errors.ts'
import { decodeIndexBlock } from '../../feeds/format/block.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import { certificationRow, feedsSignedBy } from '../../indexes/certifications.ts'
import type { Indexes, VisibleIndexes } from '../../indexes/database.ts'
import { rejectedIn } from '../../indexes/rejected.ts'

/** Rows of one feed that are looked at: a liar can make as many as he likes. */
const MOST_ROWS = 1_000

/** What a newer version may be able to read is not among them. */
const RUBBISH: ReadonlySet<string> = new Set<Code>([
  'ENTRY_SYNTAX',
  'SIGNATURE_INVALID',
  'TOO_LARGE',
])

/** Entries of a feed that are not what they claim to be, of the first that were of no use. */
export async function countUnusable(indexes: Indexes, feed: string): Promise<number> {
  const rows = await rejectedIn(indexes, feed, MOST_ROWS)
  return rows.filter(({ code }) => RUBBISH.has(code)).length
}

/** Pairs of blocks of a feed that are looked at. */
const PAIRS = 32

/**
 * How many certifications of a feed are by rebuilders who also have one in some other feeds, of those at its beginning. Whoever
 * invents rebuilders makes a feed no larger by it.
 */
export async function countConfirmed(
  indexes: VisibleIndexes,
  feed: Feed | undefined,
  others: ReadonlySet<string>,
): Promise<number> {
  const known = new Map<string, boolean>()
  let count = 0
  for (let sequence = 2; sequence <= 2 * PAIRS; sequence += 2) {
    const block = await feed?.readData(sequence)
    if (block === undefined) continue
    for (const { kind, id } of readIndexBlock(block)) {
      const row = kind === 'certification' ? await certificationRow(indexes, id) : undefined
      if (row?.facts === undefined) continue
      const { keyId } = row
      if (!known.has(keyId))
        known.set(keyId, (await feedsSignedBy(indexes, [keyId], others)).size > 0)
      if (known.get(keyId) === true) count += 1
    }
  }
  return count
}

/** Anybody's feed can have anything there. */
function readIndexBlock(block: Uint8Array): ReturnType<typeof decodeIndexBlock> {
  try {
    return decodeIndexBlock(block)
  } catch {
    return []
  }
}
