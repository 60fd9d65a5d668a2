import { decode, encode } from 'cborg'
import { StorageError } from '../base/errors.ts'

/** A row of several fields: a CBOR array. */
export const encodeFields = (fields: readonly unknown[]): Uint8Array => encode(fields)

/**
 * @param counts how many fields it can have: rows that an older version wrote may have fewer
 * @throws StorageError DATA_FORMAT_UNKNOWN
 */
export function decodeFields(bytes: Uint8Array, ...counts: readonly number[]): readonly unknown[] {
  let value: unknown
  try {
    value = decode(bytes)
  } catch (cause) {
    throw unreadable(cause)
  }
  if (!Array.isArray(value) || !counts.includes(value.length)) throw unreadable()
  return value
}

export function textField(value: unknown): string {
  if (typeof value !== 'string') throw unreadable()
  return value
}

export function numberField(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw unreadable()
  return value
}

export function bytesField(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw unreadable()
  return value
}

export function unreadable(cause?: unknown): StorageError {
  return new StorageError(
    'DATA_FORMAT_UNKNOWN',
    'A row of the state folder cannot be read. Use the version of Countersign that wrote it, or restore a backup.',
    { cause },
  )
}
