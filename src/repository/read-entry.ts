import { LRUCache } from 'lru-cache'
import type { Certification } from '../certification/certification.ts'
import { decodeDataBlock } from '../feeds/block.ts'
import type { CertificationEntry, Entry, Place } from '../feeds/entry.ts'
import type { Feed } from '../feeds/feed.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import type { ReadEntry } from './derive.ts'
import { heldSize } from './held-size.ts'
import type { VerificationPool } from './verification-pool.ts'

/** Blocks that were read a moment ago; a block of 64 certifications is asked for 64 times in a row. */
const BLOCKS_BYTES = 8 * 1024 * 1024
const CERTIFICATIONS_BYTES = 32 * 1024 * 1024

/** Reads an entry by its place; `undefined` if the feed or the block is not here. */
export function makeReadEntry(feedOf: (key: string) => Feed | undefined): ReadEntry {
  const blocks = new LRUCache<string, readonly Entry[]>({
    maxSize: BLOCKS_BYTES,
    sizeCalculation: sizeOf,
  })
  return async ({ feed, sequence, position }: Place) => {
    const name = `${feed} ${sequence}`
    let entries = blocks.get(name)
    if (entries === undefined) {
      const bytes = await feedOf(feed)?.readData(sequence)
      if (bytes === undefined) return undefined
      entries = decodeDataBlock(bytes)
      blocks.set(name, entries)
    }
    const entry = entries[position]
    return entry?.kind === 'certification' ? entry : undefined
  }
}

/** What a certification says, parsed from the bytes of its best variant that is here. */
export type ReadCertification = (row: CertificationRow) => Promise<Certification | undefined>

export function makeReadCertification(
  readEntry: ReadEntry,
  pool: VerificationPool,
): ReadCertification {
  const parsed = new LRUCache<string, Certification>({
    maxSize: CERTIFICATIONS_BYTES,
    sizeCalculation: heldSize,
  })
  return async (row) => {
    const known = parsed.get(row.id)
    if (known !== undefined) return known
    const entry = await firstEntry(row, readEntry)
    if (entry === undefined) return undefined
    const { bytes, signature } = entry
    // without keys nothing is verified again: the row has the state
    const task = { submitted: { bytes, signature }, dialect: row.dialect, keys: [] }
    const [examination] = await pool.examine(task)
    if (examination === undefined) return undefined
    parsed.set(row.id, examination.certification)
    return examination.certification
  }
}

export async function firstEntry(
  row: CertificationRow,
  readEntry: ReadEntry,
): Promise<CertificationEntry | undefined> {
  for (const variant of row.variants) {
    const entry = await readEntry(variant)
    if (entry !== undefined) return entry
  }
  return undefined
}

function sizeOf(entries: readonly Entry[]): number {
  return entries.reduce((total, { bytes }) => total + bytes.length + 200, 1)
}
