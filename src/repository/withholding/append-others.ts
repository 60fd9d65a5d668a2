/* What else stands in blocks of an own feed that are about to be cleared is appended again, and after it what is withheld. */
import { decodeIndexBlock } from '../../feeds/format/block.ts'
import type { Unwritten } from '../../feeds/format/blocks.ts'
import type { AnyEntry, CertificationEntry, Entry, Place } from '../../feeds/format/entry.ts'
import type { Feed, OwnFeed } from '../../feeds/format/feed.ts'
import type { DocumentFacts, IndexRow } from '../../feeds/format/index-row.ts'
import type {
  FeedPlace,
  Move,
  WithholdingCode,
  WithholdingEntry,
} from '../../feeds/format/withholding.ts'
import { WITHHOLDING_CODES } from '../../feeds/format/withholding.ts'
import { certificationRow } from '../../indexes/certifications.ts'
import type { Indexes, VisibleIndexes } from '../../indexes/database.ts'
import { placeNow, withholdingAt } from '../../indexes/moved-entries.ts'
import type { WithheldRow } from '../../state/withheld.ts'
import { documentFacts } from '../entries/document-facts.ts'
import type { IndexContext } from '../following/index-context.ts'
import type { WriteContext } from '../own-feeds/writer.ts'
import type { Positioned } from '../tombstones/saved-entries.ts'
import type { Withheld } from '../tombstones/withheld.ts'

/** A block with something withheld in it. */
export interface FilledBlock {
  readonly feed: Feed
  readonly sequence: number
  readonly entries: readonly Positioned[]
}

/** What of one block is appended. */
interface Again {
  readonly others: readonly (Unwritten & { readonly from: FeedPlace })[]
  readonly withholdings: readonly WithholdingEntry[]
}

/**
 * Appends, with one sync, what else is in these blocks and then the withholdings, as far as that was not done before. The indexes
 * have it when this resolves.
 * @throws StorageError DISK, AdmissionError BEHIND
 */
export async function appendOthers(
  {
    indexing,
    writing,
  }: {
    readonly indexing: IndexContext
    readonly writing: Pick<WriteContext, 'writer' | 'reached'>
  },
  feed: OwnFeed,
  blocks: readonly FilledBlock[],
): Promise<void> {
  const all: Again[] = []
  for (const block of blocks) {
    const one = await missingOf(indexing, block)
    // they are appended together
    if (one.withholdings.length > 0) all.push(one)
  }
  if (all.length === 0) return
  const length = await writing.writer.appendWith(
    feed,
    all.flatMap(({ others }) => others),
    (places) => all.flatMap((one) => withMoves(one, places)),
  )
  await writing.reached(feed.key, length)
}

/** What of that block was not appended again yet. */
async function missingOf({ indexes, reading }: IndexContext, block: FilledBlock): Promise<Again> {
  const { feed, sequence, entries } = block
  const { withheld } = reading
  const rows = await rowsOf(block)
  const others: Again['others'][number][] = []
  const withholdings: WithholdingEntry[] = []
  for (const { entry, position } of entries) {
    const from = { sequence, position }
    const row = withheld.get(entry.id)
    if (row !== undefined && isWithheld(withheld, entry)) {
      const said = await withholdingAt(indexes, { feed: feed.key, ...from })
      if (said?.at !== row.at) withholdings.push(withholdingOf(row, from))
    } else if (entry.kind !== 'unknown' && !(await hasMoved(indexes, feed, from)))
      others.push({ entry, from, facts: await factsOf(indexes, entry, rows[position]) })
  }
  return { others, withholdings }
}

/** The first of a block names the places of its others. */
function withMoves(
  { others, withholdings }: Again,
  places: ReadonlyMap<Entry, Place>,
): readonly WithholdingEntry[] {
  const moves = others.map(({ entry, from }): Move => {
    const to = places.get(entry)
    if (to === undefined) throw new Error(`entry ${entry.id} has no place`)
    return { from, to: { sequence: to.sequence, position: to.position } }
  })
  return withholdings.map((entry, at) => (at === 0 ? { ...entry, moves } : entry))
}

async function rowsOf({ feed, sequence }: FilledBlock): Promise<readonly IndexRow[]> {
  const index = await feed.readData(sequence + 1)
  return index === undefined ? [] : decodeIndexBlock(index)
}

/** By its row in the block, which format 1 does not have. */
async function factsOf(
  indexes: VisibleIndexes,
  entry: Entry,
  row: IndexRow | undefined,
): Promise<DocumentFacts | undefined> {
  if (entry.kind !== 'certification') return undefined
  if (row?.facts !== undefined) return row.facts
  const known = await certificationRow(indexes, entry.id)
  return known === undefined ? undefined : documentFacts(known.keyId, known.sources)
}

async function hasMoved(indexes: Indexes, feed: Feed, place: FeedPlace): Promise<boolean> {
  return (await placeNow(indexes, feed.key, place)).sequence !== place.sequence
}

export const isWithheld = (withheld: Withheld, entry: AnyEntry): entry is CertificationEntry =>
  entry.kind === 'certification' && withheld.get(entry.id) !== undefined

export function withholdingOf(
  { id, reason, code, at }: WithheldRow,
  cleared: FeedPlace | undefined,
): WithholdingEntry {
  return { kind: 'withholding', id, reason, code: codeOf(code), at, cleared, moves: [] }
}

function codeOf(code: string): WithholdingCode {
  return WITHHOLDING_CODES.find((one) => one === code) ?? 'error'
}
