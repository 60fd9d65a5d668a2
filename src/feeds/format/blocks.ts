/* Which entries share a block. */
import { compareText } from '../../base/compare-text.ts'
import { grouped } from '../../base/grouped.ts'
import { encodeDataBlock1, encodeIndexBlock1, hasRoom } from './block-1.ts'
import { compareRows, encodeDataBlock2, encodeIndexBlock2, hasRoom2 } from './block-2.ts'
import type { FeedFormat } from './block.ts'
import type { Entry } from './entry.ts'
import { type DocumentFacts, type IndexRow, plainRowOf } from './index-row.ts'
import type { OpenedBlocks } from './opened-blocks.ts'

/** An entry that is to be written; of a certification, what its document says. */
export interface Unwritten<E extends Entry = Entry> {
  readonly entry: E
  readonly facts?: DocumentFacts | undefined
}

/** A data block and the index block that follows it. */
export interface BlockPair {
  readonly entries: readonly Entry[]
  readonly data: Uint8Array
  readonly index: Uint8Array
}

/** A key with so many certifications gets blocks of its own: they are the more alike. */
const OWN_BLOCK = 16

/**
 * Cuts entries into data blocks, each of one kind. Public keys stand first, and in blocks of their own, so that they stay in their
 * place when a certification is withheld and its block is cleared; then certifications; then what else there is, in the order given.
 * In format 1 a block has certifications of one claimed key. In format 2 it has whatever came together, sorted; where that fills several blocks, one
 * architecture behind the other.
 * @param opened is told what blocks of format 2 open to
 * @throws MalformedError ENTRY_SYNTAX if an entry breaks a limit
 */
export async function toBlocks(
  entries: readonly Unwritten[],
  format: FeedFormat,
  opened?: OpenedBlocks,
): Promise<readonly BlockPair[]> {
  const items = entries.map((one) => ({ entry: one.entry, row: rowOf(one, format) }))
  const of = (kind: Entry['kind']) => items.filter(({ row }) => row.kind === kind)
  const certifications = grouped(of('certification'), ({ row }) => row.facts?.keyId ?? '')
  const groups = [
    ...[of('public-key'), ...signedGroups(certifications, format)].flatMap((group) =>
      format === 1 ? [group] : onceEach(group).map(byArchitecture),
    ),
    of('withholding'),
    of('restoration'),
  ]
  return Promise.all(
    groups.flatMap((group) => cut(group, format)).map((one) => encode(one, format, opened)),
  )
}

interface Item {
  readonly entry: Entry
  /** With facts in either format: by them it is sorted. */
  readonly row: IndexRow
}

function rowOf({ entry, facts }: Unwritten, format: FeedFormat): IndexRow {
  const row = plainRowOf(entry)
  if (entry.kind !== 'certification') return row
  if (facts === undefined && format === 1) return row
  if (facts === undefined) throw new Error(`nothing is known of certification ${entry.id}`)
  const { dialect, acceptedAt } = entry
  return { ...row, facts: { ...facts, dialect, acceptedAt } }
}

function signedGroups(
  byKey: ReadonlyMap<string, readonly Item[]>,
  format: FeedFormat,
): readonly (readonly Item[])[] {
  const all = [...byKey.values()]
  if (format === 1) return all
  return [
    ...all.filter(({ length }) => length >= OWN_BLOCK),
    all.filter(({ length }) => length < OWN_BLOCK).flat(),
  ]
}

/** No block has one id twice: what is there again stands in a group of its own. */
function onceEach(group: readonly Item[]): readonly (readonly Item[])[] {
  const once = new Map<string, Item>()
  const again: Item[] = []
  for (const item of group)
    if (once.has(item.row.id)) again.push(item)
    else once.set(item.row.id, item)
  return again.length === 0 ? [[...once.values()]] : [[...once.values()], ...onceEach(again)]
}

/**
 * What is for one architecture stands together, also across keys: whoever keeps some architectures need not have every block where
 * a group fills several. There are no more blocks for it.
 */
const byArchitecture = (group: readonly Item[]): readonly Item[] =>
  group.toSorted(
    (one, other) =>
      compareText(architecturesIn(one), architecturesIn(other)) || compareRows(one.row, other.row),
  )

const architecturesIn = ({ row }: Item): string => row.facts?.architectures.join(' ') ?? ''

/** As a block of format 2 has them: withholdings and restorations stay as their writer put them. */
const inOrder = (items: readonly Item[]): readonly Item[] =>
  items.some(({ row: { kind } }) => kind === 'certification' || kind === 'public-key')
    ? items.toSorted((one, other) => compareRows(one.row, other.row))
    : items

function cut(group: readonly Item[], format: FeedFormat): readonly (readonly Item[])[] {
  const fits = format === 1 ? hasRoom : hasRoom2
  const blocks: Item[][] = []
  let bytes = 0
  for (const item of group) {
    const { length } = item.row
    const last = blocks.at(-1)
    if (last !== undefined && fits(last.length, bytes, length)) last.push(item)
    else {
      blocks.push([item])
      bytes = 0
    }
    bytes += length
  }
  return blocks
}

async function encode(
  group: readonly Item[],
  format: FeedFormat,
  opened: OpenedBlocks | undefined,
): Promise<BlockPair> {
  const items = format === 1 ? group : inOrder(group)
  const entries = items.map(({ entry }) => entry)
  const rows = items.map(({ row }) => row)
  if (format === 1)
    return { entries, data: encodeDataBlock1(entries), index: encodeIndexBlock1(rows) }
  return { entries, data: await encodeDataBlock2(entries, opened), index: encodeIndexBlock2(rows) }
}
