/* Blocks of format 1: entries as they are, of one signing key. */
import { decodeCanonical, encodeCanonical, malformed } from './cbor.ts'
import type { Entry } from './entry.ts'
import { entryOf, fieldsOf, MAX_ENTRY_BYTES } from './entry.ts'
import { type IndexRow, plainFields, plainRow } from './index-row.ts'
import { BLOCK_NUMBER, CUT_BYTES, MAX_ENTRIES } from './limits.ts'
import { arrayOf } from './value-checks.ts'

const FORMAT = 1
/** `[version, kind, [entries]]` around at most {@link MAX_ENTRIES} entries. */
const FRAME_BYTES = 5
const MAX_INDEX_BYTES = 4_096
const MAX_DATA_BYTES = FRAME_BYTES + MAX_ENTRY_BYTES

/**
 * `[1, 1, [entry…]]`: 1 to 64 entries in at most 256 KiB, or one entry of any size that it may have.
 * @throws MalformedError ENTRY_SYNTAX if that does not hold
 */
export function encodeDataBlock1(entries: readonly Entry[]): Uint8Array {
  const bytes = encodeCanonical([FORMAT, BLOCK_NUMBER.data, entries.map(fieldsOf)])
  checkSize(entries.length, bytes.length)
  return bytes
}

/** @throws MalformedError ENTRY_SYNTAX */
export function decodeDataBlock1(bytes: Uint8Array): readonly Entry[] {
  const items = contentOf(bytes, 'data', MAX_DATA_BYTES)
  checkSize(items.length, bytes.length)
  return items.map(entryOf)
}

/**
 * `[1, 2, [[kind, id, length]…]]`
 * @throws MalformedError ENTRY_SYNTAX if it breaks a limit
 */
export function encodeIndexBlock1(rows: readonly IndexRow[]): Uint8Array {
  const items = rows.map(plainFields)
  rowsOf(items)
  return encodeCanonical([FORMAT, BLOCK_NUMBER.index, items])
}

/** @throws MalformedError ENTRY_SYNTAX */
export function decodeIndexBlock1(bytes: Uint8Array): readonly IndexRow[] {
  return rowsOf(contentOf(bytes, 'index', MAX_INDEX_BYTES))
}

/** Is there room in a block of so many entries and bytes for one more of that length? */
export function hasRoom(entries: number, bytes: number, length: number): boolean {
  return entries < MAX_ENTRIES && FRAME_BYTES + bytes + length <= CUT_BYTES
}

function contentOf(
  bytes: Uint8Array,
  kind: keyof typeof BLOCK_NUMBER,
  maxBytes: number,
): readonly unknown[] {
  const value = decodeCanonical(bytes, maxBytes)
  const [version, number, content] = arrayOf(value, { min: 3, max: 3 })
  if (version !== FORMAT) throw malformed('its version is unknown')
  if (number !== BLOCK_NUMBER[kind]) throw malformed(`it is no ${kind} block`)
  return arrayOf(content, { min: 1, max: MAX_ENTRIES })
}

function rowsOf(items: readonly unknown[]): readonly IndexRow[] {
  return arrayOf(items, { min: 1, max: MAX_ENTRIES }).map((item) =>
    plainRow(arrayOf(item, { min: 3, max: 3 })),
  )
}

function checkSize(entries: number, bytes: number): void {
  if (entries < 1 || entries > MAX_ENTRIES) throw malformed(`it has ${entries} entries`)
  if (entries > 1 && bytes > CUT_BYTES) throw malformed(`several entries have ${bytes} bytes`)
}
