import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import {
  bytesField,
  decodeFields,
  encodeFields,
  numberField,
  textField,
  unreadable,
} from './row-value.ts'

const TABLE = 'withheld'

/** Where a withheld certification stands in a feed, or stood. */
export interface WithheldPlace {
  /** The feed's key, 64 lower-case hex digits. */
  readonly feed: string
  readonly sequence: number
  readonly position: number
}

/**
 * A certification that this node does not keep. Paths are kept as hashes: what was withheld can have been said in a name.
 */
export interface WithheldRow {
  /** 64 lower-case hex digits. */
  readonly id: string
  readonly reason: string
  readonly code: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** Key of the own feed that says so; `undefined` as long as none does. */
  readonly feed?: string | undefined
  readonly collections: readonly string[]
  /** Fingerprint, 40 or 64 upper-case hex digits. */
  readonly rebuilder?: string | undefined
  /** Blocks that are cleared for it, or have to be. */
  readonly places: readonly WithheldPlace[]
  /** SHA-256 of its paths, cut to 16 bytes, in hex. */
  readonly files: readonly string[]
  /** The same of every directory above them. */
  readonly directories: readonly string[]
  /** The bytes have left the disk. */
  readonly isErased: boolean
}

/** By id. @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function withheldRows(state: State): Promise<readonly WithheldRow[]> {
  const rows: WithheldRow[] = []
  const start = rowKey(TABLE).length
  for await (const { key, value } of state.rows(rowKey(TABLE)))
    rows.push(decode(hexOf(key.subarray(start)), value))
  return rows
}

/** All or nothing, on disk when it returns. @throws StorageError DISK */
export async function putWithheld(state: State, rows: readonly WithheldRow[]): Promise<void> {
  await state.write(rows.map((row) => ({ key: keyOf(row.id), value: encode(row) })))
}

/** On disk when it returns. @throws StorageError DISK */
export async function removeWithheld(state: State, ids: readonly string[]): Promise<void> {
  await state.write(ids.map((id) => ({ key: keyOf(id), value: undefined })))
}

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const keyOf = (id: string): Uint8Array => rowKey(TABLE, bytesOf(id))

function encode(row: WithheldRow): Uint8Array {
  return encodeFields([
    row.reason,
    row.code,
    row.at,
    row.feed ?? null,
    row.collections,
    row.rebuilder ?? null,
    row.places.map(({ feed, sequence, position }) => [bytesOf(feed), sequence, position]),
    row.files.map(bytesOf),
    row.directories.map(bytesOf),
    row.isErased ? 1 : 0,
  ])
}

function decode(id: string, value: Uint8Array): WithheldRow {
  const [reason, code, at, feed, collections, rebuilder, places, files, directories, isErased] =
    decodeFields(value, 10)
  return {
    id,
    reason: textField(reason),
    code: textField(code),
    at: numberField(at),
    feed: feed === null ? undefined : textField(feed),
    collections: listField(collections).map(textField),
    rebuilder: rebuilder === null ? undefined : textField(rebuilder),
    places: listField(places).map(placeField),
    files: listField(files).map((hash) => hexOf(bytesField(hash))),
    directories: listField(directories).map((hash) => hexOf(bytesField(hash))),
    isErased: isErased === 1,
  }
}

function placeField(value: unknown): WithheldPlace {
  const [feed, sequence, position] = listField(value)
  return {
    feed: hexOf(bytesField(feed)),
    sequence: numberField(sequence),
    position: numberField(position),
  }
}

function listField(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw unreadable()
  return value
}
