import { decodeCanonical, encodeCanonical, malformed } from './cbor.ts'
import type { Entry } from './entry.ts'
import { encodeEntry, entryOf, fieldsOf, kindOf, MAX_ENTRY_BYTES, numberOfKind } from './entry.ts'
import { MAX_ENTRIES } from './limits.ts'
import { arrayOf, bytesOfHex, hexOf, integerOf } from './value-checks.ts'

/** The first field of every block. */
export const BLOCK_VERSION = 1
/** The second field of every block. The origin stands first, then data and index blocks in turn. */
export const BLOCK_NUMBER = { origin: 0, data: 1, index: 2 } as const
type BlockKind = keyof typeof BLOCK_NUMBER

/** A data block with several entries is never larger. Replication is fastest with blocks of this size. */
export const CUT_BYTES = 262_144
/** `[version, kind, [entries]]` around at most {@link MAX_ENTRIES} entries. */
export const BLOCK_FRAME_BYTES = 5
const MAX_INDEX_BYTES = 4_096
/** No block of a feed that can be read is larger. */
export const MAX_BLOCK_BYTES = BLOCK_FRAME_BYTES + MAX_ENTRY_BYTES

/** What an index block says of one entry of the data block before it. */
export interface IndexRow {
  readonly kind: Entry['kind']
  readonly id: string
  /** Of the entry's encoding inside the data block, in bytes. */
  readonly length: number
}

/**
 * `[1, 1, [entry…]]`: 1 to 64 entries in at most 256 KiB, or one entry of any size that it may have.
 * @throws MalformedError ENTRY_SYNTAX if that does not hold
 */
export function encodeDataBlock(entries: readonly Entry[]): Uint8Array {
  const bytes = encodeCanonical([BLOCK_VERSION, BLOCK_NUMBER.data, entries.map(fieldsOf)])
  checkSize(entries.length, bytes.length)
  return bytes
}

/** @throws MalformedError ENTRY_SYNTAX */
export function decodeDataBlock(bytes: Uint8Array): readonly Entry[] {
  const items = contentOf(bytes, 'data', MAX_BLOCK_BYTES)
  checkSize(items.length, bytes.length)
  return items.map(entryOf)
}

export function indexOf(entries: readonly Entry[]): readonly IndexRow[] {
  return entries.map((entry) => ({
    kind: entry.kind,
    id: entry.id,
    length: encodeEntry(entry).length,
  }))
}

/**
 * `[1, 2, [[kind, id, length]…]]`
 * @throws MalformedError ENTRY_SYNTAX if it breaks a limit
 */
export function encodeIndexBlock(rows: readonly IndexRow[]): Uint8Array {
  const items = rows.map(({ kind, id, length }) => [numberOfKind(kind), bytesOfHex(id), length])
  rowsOf(items)
  return encodeCanonical([BLOCK_VERSION, BLOCK_NUMBER.index, items])
}

/** @throws MalformedError ENTRY_SYNTAX */
export const decodeIndexBlock = (bytes: Uint8Array): readonly IndexRow[] =>
  rowsOf(contentOf(bytes, 'index', MAX_INDEX_BYTES))

function contentOf(bytes: Uint8Array, kind: BlockKind, maxBytes: number): readonly unknown[] {
  const value = decodeCanonical(bytes, maxBytes)
  const [version, number, content] = arrayOf(value, { min: 3, max: 3 })
  if (version !== BLOCK_VERSION) throw malformed('its version is unknown')
  if (number !== BLOCK_NUMBER[kind]) throw malformed(`it is no ${kind} block`)
  return arrayOf(content, { min: 1, max: MAX_ENTRIES })
}

function rowsOf(items: readonly unknown[]): readonly IndexRow[] {
  return arrayOf(items, { min: 1, max: MAX_ENTRIES }).map((item) => {
    const [kind, id, length] = arrayOf(item, { min: 3, max: 3 })
    return {
      kind: kindOf(kind),
      id: hexOf(id),
      length: integerOf(length, { min: 1, max: MAX_ENTRY_BYTES }),
    }
  })
}

function checkSize(entries: number, bytes: number): void {
  if (entries < 1 || entries > MAX_ENTRIES) throw malformed(`it has ${entries} entries`)
  if (entries > 1 && bytes > CUT_BYTES) throw malformed(`several entries have ${bytes} bytes`)
}
