import { LRUCache } from 'lru-cache'
import type { Certification } from '../certification/certification.ts'
import { decodeDataBlock } from '../feeds/block.ts'
import type { CertificationEntry, Entry, Place } from '../feeds/entry.ts'
import type { Feed } from '../feeds/feed.ts'
import { MEMORY_SHARES } from '../memory-shares.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import type { ReadEntry } from './derive.ts'
import { heldSize } from './held-size.ts'
import type { Kept } from './kept.ts'
import { OWN_WORK } from './verification-pool.ts'
import type { VerificationPool } from './verification-pool.ts'

export interface EntryReader {
  readonly read: ReadEntry
  /** To be called when a block is cleared. */
  readonly forget: (feed: string, sequence: number) => void
}

/** Reads an entry by its place; `undefined` if the feed or the block is not here. What is left of a cleared block is. */
export function makeReadEntry(
  feedOf: (key: string) => Feed | undefined,
  kept: Pick<Kept, 'entry'>,
): EntryReader {
  const blocks = new LRUCache<string, readonly Entry[]>({
    maxSize: MEMORY_SHARES.blocks,
    sizeCalculation: sizeOf,
  })
  async function entryAt(place: Place): Promise<Entry | undefined> {
    const name = nameOf(place.feed, place.sequence)
    let entries = blocks.get(name)
    if (entries === undefined) {
      const feed = feedOf(place.feed)
      const bytes = await feed?.readData(place.sequence)
      if (bytes === undefined) return kept.entry(place)
      entries = decodeDataBlock(bytes)
      // not one that was cleared while it was read
      if (feed?.has(place.sequence) === true) blocks.set(name, entries)
    }
    return entries[place.position]
  }
  return {
    read: async (place) => {
      const entry = await entryAt(place)
      return entry?.kind === 'certification' ? entry : undefined
    },
    forget: (feed, sequence) => blocks.delete(nameOf(feed, sequence)),
  }
}

/** What a certification says, parsed from the bytes of its best variant that is here. */
export type ReadCertification = (row: CertificationRow) => Promise<Certification | undefined>

export interface CertificationReader {
  readonly read: ReadCertification
  readonly forget: (id: string) => void
}

export function makeReadCertification(
  readEntry: ReadEntry,
  pool: VerificationPool,
): CertificationReader {
  const parsed = new LRUCache<string, Certification>({
    maxSize: MEMORY_SHARES.certifications,
    sizeCalculation: heldSize,
  })
  const read: ReadCertification = async (row) => {
    const known = parsed.get(row.id)
    if (known !== undefined) return known
    const entry = await firstEntry(row, readEntry)
    if (entry === undefined) return undefined
    const { bytes, signature } = entry
    // without keys nothing is verified again: the row has the state
    const task = { submitted: { bytes, signature }, dialect: row.dialect, keys: [] }
    const [examination] = await pool.examine(task, OWN_WORK)
    if (examination === undefined) return undefined
    parsed.set(row.id, examination.certification)
    return examination.certification
  }
  return { read, forget: (id) => parsed.delete(id) }
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
  return entries.reduce(
    (total, entry) => total + ('bytes' in entry ? entry.bytes.length : 0) + 200,
    1,
  )
}

const nameOf = (feed: string, sequence: number): string => `${feed} ${sequence}`
