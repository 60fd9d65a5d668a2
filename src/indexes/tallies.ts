/* Who agrees in a version: kept, so that nobody who asks computes it. */
import { encode } from 'cborg'
import type { VoterGroup, Tallies } from '../certification/agreement/judge.ts'
import type { IndexBatch } from './batch.ts'
import { noteIncomplete } from './incomplete-versions.ts'
import type { Bytes, Indexes } from './database.ts'
import {
  allStaleTallies,
  dueBy,
  dueKey,
  staleTallyKey,
  tallyKey,
  timeOfDueKey,
  versionOf,
  versionOfStaleTally,
} from './version-keys.ts'
import { decodeOwn } from './own-cbor.ts'
import { updateCounts, type CountsInVersion } from './rebuilder-counts.ts'

/** A tally of one version. */
export interface TallyRow {
  /** Where it is compared, the collection first. */
  readonly segments: readonly string[]
  readonly tallies: Tallies
  /** Not all was compared, since that would have cost too much: the named are all there, others may not be. */
  readonly isComplete: boolean
  /** From when on it is not true any more, in milliseconds since 1970: something that is dated in the future counts then. */
  readonly until: number | null
  /** Who counts, where all of them say the same and are few: one more that does is added to these. */
  readonly unanimous?: UnanimousClaims
}

/** Sorted by rebuilder, then by id. */
export interface UnanimousClaims {
  /** See `VersionClaim`. */
  readonly contentDigest: string
  readonly claims: readonly UnanimousClaim[]
}

export interface UnanimousClaim {
  /** The first 16 bytes of a certification's id, in hex. */
  readonly hint: string
  readonly rebuilder: string
  readonly signedBy: string
  readonly isHeader: boolean
}

/** Notes that the tally of a version is to be made anew. */
export function markStale(
  batch: IndexBatch,
  segments: readonly string[],
  version = versionOf(segments),
): void {
  batch.put(staleTallyKey(version), encode(segments))
}

export interface StaleTally {
  readonly version: Bytes
  readonly segments: readonly string[]
}

/** In the order of their keys, from behind `after`. */
export async function staleTallies(
  indexes: Indexes,
  { after, limit }: { readonly after?: Bytes | undefined; readonly limit: number },
): Promise<readonly StaleTally[]> {
  const { gte, lt } = allStaleTallies()
  const range = after === undefined ? { gte, lt } : { gt: staleTallyKey(after), lt }
  const rows = await indexes.level.iterator({ ...range, limit }).all()
  return rows.map(([key, value]) => staleTallyOf(key, value))
}

export const staleTallyOf = (key: Bytes, value: Bytes): StaleTally => ({
  version: versionOfStaleTally(key),
  segments: decodeOwn<string[]>(value),
})

/** Notes what was dated in the future and counts by now. @returns when the next does, in milliseconds since 1970, and how many were noted */
export async function markDue(
  indexes: Indexes,
  batch: IndexBatch,
  now: number,
): Promise<{ readonly next: number | undefined; readonly noted: number }> {
  const due = await indexes.level.iterator(dueBy(now)).all()
  for (const [key, value] of due) {
    batch.del(key)
    markStale(batch, decodeOwn<string[]>(value))
  }
  const later = { gte: dueBy(now).lt, lt: dueBy(Number.MAX_SAFE_INTEGER - 1).lt, limit: 1 }
  const [next] = await indexes.level.keys(later).all()
  return { next: next && timeOfDueKey(next), noted: due.length }
}

export const isStale = async (from: Pick<IndexBatch, 'get'>, version: Bytes): Promise<boolean> =>
  (await from.get(staleTallyKey(version))) !== undefined

type EncodedTally = [number, number, number, readonly number[]]
type EncodedUnanimousClaim = [Uint8Array, Uint8Array, Uint8Array, boolean]
/** Sayers are encoded apart: modules of one build have the same, one after the other. */
type EncodedUnanimousClaims = [said: Uint8Array, by: Uint8Array]
type EncodedRow = [
  readonly string[],
  EncodedTally,
  EncodedTally,
  boolean,
  number | null,
  EncodedUnanimousClaims | null,
]

export async function tallyRow(
  from: Pick<IndexBatch, 'get'>,
  version: Bytes,
): Promise<TallyRow | undefined> {
  const value = await from.get(tallyKey(version))
  return value === undefined ? undefined : decodeTallyRow(value)
}

export function decodeTallyRow(value: Bytes): TallyRow {
  const [segments, named, others, isComplete, until, same] = decodeOwn<EncodedRow>(value)
  const tallies = { named: decodeTally(named), others: decodeTally(others) }
  return {
    segments,
    tallies,
    isComplete,
    until,
    ...(same !== null && { unanimous: decodeUnanimous(same) }),
  }
}

interface DecodedClaims {
  readonly by: readonly UnanimousClaim[]
  readonly encoded: Bytes
}

let [read, written]: DecodedClaims[] = []

function decodeUnanimous([said, encoded]: EncodedUnanimousClaims): UnanimousClaims {
  if (read === undefined || Buffer.compare(read.encoded, encoded) !== 0)
    read = {
      encoded: Uint8Array.from(encoded),
      by: decodeOwn<EncodedUnanimousClaim[]>(encoded).map(
        ([hint, rebuilder, signedBy, isHeader]) => ({
          hint: hexOf(hint),
          rebuilder: hexOf(rebuilder).toUpperCase(),
          signedBy: hexOf(signedBy).toUpperCase(),
          isHeader,
        }),
      ),
    }
  return { contentDigest: hexOf(said), claims: read.by }
}

function encodeUnanimous({ contentDigest, claims: by }: UnanimousClaims): EncodedUnanimousClaims {
  if (written?.by !== by)
    written = {
      by,
      encoded: encode(
        by.map(({ hint, rebuilder, signedBy, isHeader }): EncodedUnanimousClaim => [
          Buffer.from(hint, 'hex'),
          Buffer.from(rebuilder, 'hex'),
          Buffer.from(signedBy, 'hex'),
          isHeader,
        ]),
      ),
    }
  return [Buffer.from(contentDigest, 'hex'), written.encoded]
}

const decodeTally = ([agreeing, differing, alone, sides]: EncodedTally): Tallies[VoterGroup] => ({
  agreeing,
  differing,
  alone,
  sides,
})

function encodeTallyRow({ segments, tallies, isComplete, until, unanimous }: TallyRow): Bytes {
  const tally = (voters: VoterGroup): EncodedTally => {
    const { agreeing, differing, alone, sides } = tallies[voters]
    return [agreeing, differing, alone, [...sides]]
  }
  const encoded: EncodedRow = [
    [...segments],
    tally('named'),
    tally('others'),
    isComplete,
    until,
    unanimous === undefined ? null : encodeUnanimous(unanimous),
  ]
  return encode(encoded)
}

interface PutTally {
  /** Can any of its rebuilders have been counted before? So if absent. */
  readonly hadCounts?: boolean
  readonly isEmpty: boolean
  readonly row: TallyRow
  readonly rebuilderCounts: readonly CountsInVersion[]
}

/**
 * Puts what a version's claims come to, in the place of what they came to before, and takes the note away. Sums of its
 * rebuilders are moved by the difference.
 */
export async function putTally(
  batch: IndexBatch,
  version: Bytes,
  { isEmpty, row, rebuilderCounts, hadCounts = true }: PutTally,
): Promise<void> {
  await updateCounts(
    batch,
    { version, segments: row.segments },
    { hadStandings: hadCounts, standings: rebuilderCounts },
  )
  await noteIncomplete(batch, version, !row.isComplete)
  batch.del(staleTallyKey(version))
  if (isEmpty && row.until === null) {
    batch.del(tallyKey(version))
    return
  }
  batch.put(tallyKey(version), encodeTallyRow(row))
  if (row.until !== null) batch.put(dueKey(row.until, version), encode(row.segments))
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
