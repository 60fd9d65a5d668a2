import {
  BLOCK_FRAME_BYTES,
  CUT_BYTES,
  encodeDataBlock,
  encodeIndexBlock,
  type IndexRow,
} from './block.ts'
import { encodeEntry, type Entry } from './entry.ts'
import { MAX_ENTRIES } from './limits.ts'

/** A data block and the index block that follows it. */
export interface BlockPair {
  readonly entries: readonly Entry[]
  readonly data: Uint8Array
  readonly index: Uint8Array
}

/**
 * Cuts entries into data blocks, in the order given. A block never holds entries of two groups: give all
 * certifications of one signing key as one group, its public key first. A public key gets a block of its own,
 * so that it stays in its place when a certification of the next block is withheld and that block is cleared.
 * @throws MalformedError ENTRY_SYNTAX if an entry breaks a limit
 */
export const toBlocks = (groups: readonly (readonly Entry[])[]): readonly BlockPair[] =>
  groups.flatMap(cut)

function cut(group: readonly Entry[]): readonly BlockPair[] {
  const pairs: BlockPair[] = []
  let entries: Entry[] = []
  let rows: IndexRow[] = []
  let size = BLOCK_FRAME_BYTES
  const close = () => {
    if (entries.length === 0) return
    pairs.push({ entries, data: encodeDataBlock(entries), index: encodeIndexBlock(rows) })
    entries = []
    rows = []
    size = BLOCK_FRAME_BYTES
  }
  for (const entry of group) {
    const { length } = encodeEntry(entry)
    const full = entries.length === MAX_ENTRIES || size + length > CUT_BYTES
    if (full || entries[0]?.kind !== entry.kind) close()
    entries.push(entry)
    rows.push({ kind: entry.kind, id: entry.id, length })
    size += length
  }
  close()
  return pairs
}
