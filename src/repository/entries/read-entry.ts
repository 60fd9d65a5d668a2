import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Certification } from '../../certification/certification.ts'
import { decodeDataBlock } from '../../feeds/format/block.ts'
import type { AnyEntry, CertificationEntry, Place } from '../../feeds/format/entry.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import { CACHE_LIMITS } from '../../base/cache-limits.ts'
import type { CertificationRow } from '../../indexes/certification-row.ts'
import { sizeInMemory } from '../verification/size-in-memory.ts'
import type { SavedEntries } from '../tombstones/saved-entries.ts'
import { OWN_WORK, type VerificationPool } from '../verification/verification-pool.ts'
export type ReadEntry = (place: Place) => Promise<CertificationEntry | undefined>

export interface EntryReader {
  readonly read: ReadEntry
  /** To be called when a block is cleared. */
  readonly forget: (feed: string, sequence: number) => void
}

/** Reads an entry by its place; `undefined` if the feed or the block is not here. What is left of a cleared block is. */
export function makeReadEntry(
  feedOf: (key: string) => Feed | undefined,
  kept: Pick<SavedEntries, 'entry'>,
): EntryReader {
  const blocks = new LRUCache<string, readonly AnyEntry[]>({
    maxSize: CACHE_LIMITS.blocks,
    sizeCalculation: sizeOf,
  })
  async function entryAt(place: Place): Promise<AnyEntry | undefined> {
    const name = nameOf(place.feed, place.sequence)
    let entries = blocks.get(name)
    if (entries === undefined) {
      const feed = feedOf(place.feed)
      const bytes = await feed?.readData(place.sequence)
      if (bytes === undefined) return kept.entry(place)
      entries = await decodeDataBlock(bytes)
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

/** What a certification says, of all that is said of it. */
export type ParsedCertification = Pick<Certification, 'buildinfo'>

/** Parsed from the bytes of its best variant that is here. */
export type ReadCertification = (row: CertificationRow) => Promise<ParsedCertification | undefined>

export interface CertificationReader {
  readonly read: ReadCertification
  readonly forget: (id: string) => void
}

/** Of so many it is known which text they sign. */
const TEXTS = 8192

/** A document that several sign beside it is parsed once for all of them. */
export function makeReadCertification(
  readEntry: ReadEntry,
  pool: VerificationPool,
): CertificationReader {
  const parsed = new LRUCache<string, ParsedCertification>({
    maxSize: CACHE_LIMITS.certifications,
  })
  /** By id, as they are called in `parsed`. */
  const texts = new LRUCache<string, string>({ max: TEXTS })
  const read: ReadCertification = async (row) => {
    const text = texts.get(row.id)
    const known = text === undefined ? undefined : parsed.get(text)
    if (known !== undefined) return known
    const entry = await firstEntry(row, readEntry)
    if (entry === undefined) return undefined
    const { bytes, signature } = entry
    const name = signature === undefined ? row.id : `${row.dialect} ${hash('sha256', bytes)}`
    texts.set(row.id, name)
    const same = parsed.get(name)
    if (same !== undefined) return same
    // without keys nothing is verified again: the row has the state
    const task = { submitted: { bytes, signature }, dialect: row.dialect, keys: [] }
    const [examination] = await pool.examine(task, OWN_WORK)
    if (examination === undefined) return undefined
    const { certification } = examination
    const made: ParsedCertification = { buildinfo: certification.buildinfo }
    parsed.set(name, made, { size: sizeInMemory(certification) - bytes.length })
    return made
  }
  return {
    read,
    forget: (id) => {
      const text = texts.get(id)
      // nothing of it may stay
      if (text === undefined) parsed.clear()
      else parsed.delete(text)
      texts.delete(id)
    },
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

function sizeOf(entries: readonly AnyEntry[]): number {
  return entries.reduce(
    (total, entry) => total + ('bytes' in entry ? entry.bytes.length : 0) + 200,
    1,
  )
}

const nameOf = (feed: string, sequence: number): string => `${feed} ${sequence}`
