/* Who agrees in a version: kept, so that nobody who asks computes it. */
import { encode } from 'cborg'
import type { Camp, Tallies } from '../certification/agreement/judge.ts'
import type { IndexBatch } from './batch.ts'
import { noteCrowded } from './crowded.ts'
import type { Bytes, Indexes } from './database.ts'
import {
  allNotes,
  dueBy,
  dueKey,
  noteKey,
  tallyKey,
  timeOfDueKey,
  versionOf,
  versionOfNote,
} from './version-keys.ts'
import { ownRow } from './own-row.ts'
import { moveCounts, type CountsInVersion } from './rebuilder-counts.ts'

/** A tally of one version. */
export interface TallyRow {
  /** Where it is compared, the collection first. */
  readonly segments: readonly string[]
  readonly tallies: Tallies
  /** Not all was compared, since that would have cost too much: the named are all there, others may not be. */
  readonly isWhole: boolean
  /** From when on it is not true any more, in milliseconds since 1970: something that is dated in the future counts then. */
  readonly until: number | null
  /** Who counts, where all of them say the same and are few: one more that does is added to these. */
  readonly same?: Same
}

/** Sorted by rebuilder, then by id. */
export interface Same {
  /** See `VersionClaim`. */
  readonly said: string
  readonly by: readonly Sayer[]
}

export interface Sayer {
  /** The first 16 bytes of a certification's id, in hex. */
  readonly hint: string
  readonly rebuilder: string
  readonly signedBy: string
  readonly isHeader: boolean
}

/** Notes that the tally of a version is to be made anew. */
export function noteTally(
  batch: IndexBatch,
  segments: readonly string[],
  version = versionOf(segments),
): void {
  batch.put(noteKey(version), encode(segments))
}

export interface TallyNote {
  readonly version: Bytes
  readonly segments: readonly string[]
}

/** In the order of their keys, from behind `after`. */
export async function notes(
  indexes: Indexes,
  { after, limit }: { readonly after?: Bytes | undefined; readonly limit: number },
): Promise<readonly TallyNote[]> {
  const { gte, lt } = allNotes()
  const range = after === undefined ? { gte, lt } : { gt: noteKey(after), lt }
  const rows = await indexes.level.iterator({ ...range, limit }).all()
  return rows.map(([key, value]) => noteOf(key, value))
}

export const noteOf = (key: Bytes, value: Bytes): TallyNote => ({
  version: versionOfNote(key),
  segments: ownRow<string[]>(value),
})

/** Notes what was dated in the future and counts by now. @returns when the next does, in milliseconds since 1970, and how many were noted */
export async function noteDue(
  indexes: Indexes,
  batch: IndexBatch,
  now: number,
): Promise<{ readonly next: number | undefined; readonly noted: number }> {
  const due = await indexes.level.iterator(dueBy(now)).all()
  for (const [key, value] of due) {
    batch.del(key)
    noteTally(batch, ownRow<string[]>(value))
  }
  const later = { gte: dueBy(now).lt, lt: dueBy(Number.MAX_SAFE_INTEGER - 1).lt, limit: 1 }
  const [next] = await indexes.level.keys(later).all()
  return { next: next && timeOfDueKey(next), noted: due.length }
}

export async function isNoted(from: Pick<IndexBatch, 'get'>, version: Bytes): Promise<boolean> {
  return (await from.get(noteKey(version))) !== undefined
}

type EncodedTally = [number, number, number, readonly number[]]
type EncodedSayer = [Uint8Array, Uint8Array, Uint8Array, boolean]
/** Sayers are encoded apart: modules of one build have the same, one after the other. */
type EncodedSame = [said: Uint8Array, by: Uint8Array]
type EncodedRow = [
  readonly string[],
  EncodedTally,
  EncodedTally,
  boolean,
  number | null,
  EncodedSame | null,
]

export async function tallyRow(
  from: Pick<IndexBatch, 'get'>,
  version: Bytes,
): Promise<TallyRow | undefined> {
  const value = await from.get(tallyKey(version))
  return value === undefined ? undefined : decodeTallyRow(value)
}

export function decodeTallyRow(value: Bytes): TallyRow {
  const [segments, named, others, isWhole, until, same] = ownRow<EncodedRow>(value)
  const tallies = { named: decodeTally(named), others: decodeTally(others) }
  return { segments, tallies, isWhole, until, ...(same !== null && { same: decodeSame(same) }) }
}

interface Sayers {
  readonly by: readonly Sayer[]
  readonly encoded: Bytes
}

let [read, written]: Sayers[] = []

function decodeSame([said, encoded]: EncodedSame): Same {
  if (read === undefined || Buffer.compare(read.encoded, encoded) !== 0)
    read = {
      encoded: Uint8Array.from(encoded),
      by: ownRow<EncodedSayer[]>(encoded).map(([hint, rebuilder, signedBy, isHeader]) => ({
        hint: hexOf(hint),
        rebuilder: hexOf(rebuilder).toUpperCase(),
        signedBy: hexOf(signedBy).toUpperCase(),
        isHeader,
      })),
    }
  return { said: hexOf(said), by: read.by }
}

function encodeSame({ said, by }: Same): EncodedSame {
  if (written?.by !== by)
    written = {
      by,
      encoded: encode(
        by.map(({ hint, rebuilder, signedBy, isHeader }): EncodedSayer => [
          Buffer.from(hint, 'hex'),
          Buffer.from(rebuilder, 'hex'),
          Buffer.from(signedBy, 'hex'),
          isHeader,
        ]),
      ),
    }
  return [Buffer.from(said, 'hex'), written.encoded]
}

const decodeTally = ([agreeing, differing, alone, sides]: EncodedTally): Tallies[Camp] => ({
  agreeing,
  differing,
  alone,
  sides,
})

function encodeTallyRow({ segments, tallies, isWhole, until, same }: TallyRow): Bytes {
  const tally = (camp: Camp): EncodedTally => {
    const { agreeing, differing, alone, sides } = tallies[camp]
    return [agreeing, differing, alone, [...sides]]
  }
  const encoded: EncodedRow = [
    [...segments],
    tally('named'),
    tally('others'),
    isWhole,
    until,
    same === undefined ? null : encodeSame(same),
  ]
  return encode(encoded)
}

interface PutTally {
  /** Can any of its rebuilders have been counted before? So if absent. */
  readonly hadStandings?: boolean
  readonly isEmpty: boolean
  readonly row: TallyRow
  readonly standings: readonly CountsInVersion[]
}

/**
 * Puts what a version's claims come to, in the place of what they came to before, and takes the note away. Sums of its
 * rebuilders are moved by the difference.
 */
export async function putTally(
  batch: IndexBatch,
  version: Bytes,
  { isEmpty, row, standings, hadStandings = true }: PutTally,
): Promise<void> {
  await moveCounts(batch, { version, segments: row.segments }, { hadStandings, standings })
  await noteCrowded(batch, version, !row.isWhole)
  batch.del(noteKey(version))
  if (isEmpty && row.until === null) {
    batch.del(tallyKey(version))
    return
  }
  batch.put(tallyKey(version), encodeTallyRow(row))
  if (row.until !== null) batch.put(dueKey(row.until, version), encode(row.segments))
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
