/* Blocks of format 2: whatever came together, in one order, compressed; and rows that say more of it. */
import { decodeCanonical, encodeCanonical, malformed } from './cbor.ts'
import { pack, unpack } from './compression.ts'
import type { AnyEntry, Entry } from './entry.ts'
import {
  anyEntryOf,
  fieldsOf,
  isUnknownKind,
  MAX_ENTRY_BYTES,
  MAX_FIELDS,
  numberOfKind,
} from './entry.ts'
import {
  factFields,
  factRow,
  type IndexRow,
  plainFields,
  plainRow,
  unknownRow,
} from './index-row.ts'
import { BLOCK_NUMBER, CUT_BYTES, MAX_ENTRIES } from './limits.ts'
import type { OpenedBlocks } from './opened-blocks.ts'
import { arrayOf, bytesOf, integerOf } from './value-checks.ts'

const FORMAT = 2
/** Around the entries, before they are compressed: the head of an array of at most 64. */
const FRAME_BYTES = 2
const MAX_CONTENT_BYTES = FRAME_BYTES + MAX_ENTRY_BYTES
/** `[2, 1, compression, length, bytes]`: never more around the content. */
const PACKED_FRAME_BYTES = 14
export const MAX_DATA_BYTES_2 = PACKED_FRAME_BYTES + MAX_CONTENT_BYTES
export const MAX_INDEX_BYTES = 16_384
/** Of those that nobody knows too, so that they are refused by their name. */
const MAX_COMPRESSION = 2 ** 32 - 1
/** 64 withholdings with 63 moves of 5 items, and what else they have. */
const MAX_ITEMS = 32_768

/**
 * `[2, 1, compression, length, content]` around `[entry…]`: 1 to 64 entries in at most 256 KiB before they are compressed, or one
 * entry of any size that it may have. All are of one kind; certifications stand in the order of {@link compareRows}.
 * @param opened is told what it opens to
 * @throws MalformedError ENTRY_SYNTAX if that does not hold
 */
export async function encodeDataBlock2(
  entries: readonly Entry[],
  opened?: OpenedBlocks,
): Promise<Uint8Array> {
  const content = encodeCanonical(entries.map(fieldsOf))
  checkContent(entries, content.length)
  const { compression, length, bytes } = await pack(content)
  const block = encodeCanonical([FORMAT, BLOCK_NUMBER.data, compression, length, bytes])
  opened?.note(block, content)
  return block
}

/** @param opened knows what some open to @throws MalformedError ENTRY_SYNTAX */
export async function decodeDataBlock2(
  bytes: Uint8Array,
  opened?: OpenedBlocks,
): Promise<readonly AnyEntry[]> {
  const content = opened?.take(bytes) ?? (await open(bytes))
  const items = decodeCanonical(content, MAX_CONTENT_BYTES, MAX_ITEMS)
  const entries = arrayOf(items, { min: 1, max: MAX_ENTRIES }).map(anyEntryOf)
  checkContent(entries, content.length)
  return entries
}

async function open(bytes: Uint8Array): Promise<Uint8Array> {
  const fields = arrayOf(decodeCanonical(bytes, MAX_DATA_BYTES_2), { min: 5, max: 5 })
  checkKind(fields, 'data')
  return unpack({
    compression: integerOf(fields[2], { min: 0, max: MAX_COMPRESSION }),
    length: integerOf(fields[3], { min: 1, max: MAX_CONTENT_BYTES }),
    bytes: bytesOf(fields[4], { min: 1, max: MAX_CONTENT_BYTES }),
  })
}

/**
 * `[2, 2, [row…]]`
 * @throws MalformedError ENTRY_SYNTAX if it breaks a limit
 */
export function encodeIndexBlock2(rows: readonly IndexRow[]): Uint8Array {
  const items = rows.map((row) =>
    row.facts === undefined ? plainFields(row) : factFields(row, row.facts),
  )
  rowsOf(items)
  return encodeCanonical([FORMAT, BLOCK_NUMBER.index, items])
}

/** @throws MalformedError ENTRY_SYNTAX */
export function decodeIndexBlock2(bytes: Uint8Array): readonly IndexRow[] {
  const fields = arrayOf(decodeCanonical(bytes, MAX_INDEX_BYTES, MAX_ITEMS), { min: 3, max: 3 })
  checkKind(fields, 'index')
  return rowsOf(fields[2])
}

/** Is there room in a block of so many entries and bytes for one more of that length? */
export function hasRoom2(entries: number, bytes: number, length: number): boolean {
  return entries < MAX_ENTRIES && FRAME_BYTES + bytes + length <= CUT_BYTES
}

/** By claimed key and then by id: what one key has signed stands together, and nothing stands in a block twice. */
export function compareRows(one: IndexRow, other: IndexRow): number {
  const [left, right] = [orderOf(one), orderOf(other)]
  if (left === right) return 0
  return left < right ? -1 : 1
}

const orderOf = ({ facts, id }: IndexRow): string => `${facts?.keyId ?? ''} ${id}`

function rowsOf(content: unknown): readonly IndexRow[] {
  const rows = arrayOf(content, { min: 1, max: MAX_ENTRIES }).map((item) => {
    const fields = arrayOf(item, { min: 3, max: MAX_FIELDS })
    if (fields[0] === numberOfKind('certification')) return factRow(fields)
    return isUnknownKind(fields[0])
      ? unknownRow(fields)
      : plainRow(arrayOf(item, { min: 3, max: 3 }))
  })
  const [first] = rows
  for (const [at, row] of rows.entries()) {
    const before = rows[at - 1]
    if (row.kind !== first?.kind || row.number !== first.number)
      throw malformed('it has entries of several kinds')
    if (row.kind !== 'certification' && row.kind !== 'public-key') continue
    if (before !== undefined && compareRows(before, row) >= 0)
      throw malformed('its entries are not in order, or one stands there twice')
  }
  return rows
}

function checkKind([version, number]: readonly unknown[], kind: keyof typeof BLOCK_NUMBER): void {
  if (version !== FORMAT) throw malformed('its version is unknown')
  if (number !== BLOCK_NUMBER[kind]) throw malformed(`it is no ${kind} block`)
}

function checkContent(entries: readonly AnyEntry[], bytes: number): void {
  const { length } = entries
  if (length < 1 || length > MAX_ENTRIES) throw malformed(`it has ${length} entries`)
  if (length > 1 && bytes > CUT_BYTES) throw malformed(`several entries have ${bytes} bytes`)
}
