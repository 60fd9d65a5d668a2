/* What is kept of one feed of another node: decided pair by pair, remembered in bits, and decided anew when the rules change. */
import type { DocumentFacts, IndexRow } from '../../feeds/format/index-row.ts'
import { decodeIndexBlock, type FeedFormat } from '../../feeds/format/block.ts'
import type { BlockChoice } from '../../feeds/format/feed.ts'
import { beginLeftOut, leftOutOf, putLeftOut } from '../../state/left-out.ts'
import type { State } from '../../state/database.ts'
import { type Bitmap, makeBitmap } from './bitmap.ts'
import { type Keeping, keepsBlock } from './keep-rules.ts'

/** A feed of another node, by what its origin says. */
export interface ScopedFeed {
  readonly key: string
  readonly collection: string
  readonly format: FeedFormat
}

export interface FeedScope extends BlockChoice {
  /** Equal as long as the same is kept. */
  readonly digest: () => string
  /** Does some rule keep a certification of which that is known? */
  readonly keeps: (facts: DocumentFacts) => boolean
  /** Data blocks that were looked at and are not kept: on disk when it returns, so that their bytes can go. @throws StorageError DISK */
  readonly leaveOut: (sequences: readonly number[]) => Promise<void>
  /** Data blocks that are left out. */
  readonly count: () => number
  /** Other things are kept from now on: everything is to be decided anew. @throws StorageError DISK */
  readonly rekeep: (keeping: Keeping) => Promise<void>
  /** Writes what was decided. @throws StorageError DISK */
  readonly flush: () => Promise<void>
}

/** What was decided is written a moment later, in milliseconds: without it, it is decided again. */
const WRITTEN_WITHIN = 1_000

/**
 * What was decided before stands, if the rules are the same. The {@link openScope} that opens it flushes it.
 * @param onFault what was decided cannot be written
 * @throws StorageError DISK
 */
export async function openFeedScope(
  { key, format }: ScopedFeed,
  first: Keeping,
  { state, onFault }: { readonly state: State; readonly onFault: (error: unknown) => void },
): Promise<FeedScope> {
  let keeping = first
  let timer: NodeJS.Timeout | undefined
  const { digest, pages } = await leftOutOf(state, key)
  const isSame = digest === keeping.digest
  const bits: Bitmap = makeBitmap(isSame ? pages : [])
  if (!isSame) await beginLeftOut(state, key, keeping.digest)

  async function write(isSynced: boolean): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const changed = bits.changed()
    if (changed.length === 0) return
    try {
      await putLeftOut(state, key, { pages: changed, isSynced })
    } catch (error) {
      bits.unwritten(changed)
      throw error
    }
  }

  function writeSoon(): void {
    timer ??= setTimeout(() => {
      write(false).catch(onFault)
    }, WRITTEN_WITHIN)
    timer.unref()
  }

  /** What cannot be read is had, as others have it: then it is refused for what it is. */
  function wants(index: Uint8Array): boolean {
    const rows = rowsIn(index, format)
    return rows === undefined || keepsBlock(keeping, rows)
  }

  return {
    leavesOut: (sequence) => bits.has(pairOf(sequence)),
    wants,
    choose(sequence, index) {
      if (bits.has(pairOf(sequence))) return false
      if (wants(index)) return true
      bits.add(pairOf(sequence))
      writeSoon()
      return false
    },
    digest: () => keeping.digest,
    keeps: (facts) => keeping.keeps(facts),
    async leaveOut(sequences) {
      for (const sequence of sequences) bits.add(pairOf(sequence))
      await write(true)
    },
    count: bits.count,
    async rekeep(other) {
      keeping = other
      bits.clear()
      await beginLeftOut(state, key, other.digest)
    },
    flush: () => write(false),
  }
}

/** Data blocks have odd numbers; block 0 is the origin. */
const pairOf = (sequence: number): number => (sequence - 1) >> 1

function rowsIn(index: Uint8Array, format: FeedFormat): readonly IndexRow[] | undefined {
  try {
    return decodeIndexBlock(index, format)
  } catch {
    return undefined
  }
}
