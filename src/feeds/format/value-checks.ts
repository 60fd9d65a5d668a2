import { isSha256 } from '../../base/fingerprint.ts'
import { malformed } from './cbor.ts'

/** Checks of decoded values. Each throws MalformedError ENTRY_SYNTAX. */

interface Range {
  readonly min: number
  readonly max: number
}

export function arrayOf(value: unknown, { min, max }: Range): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed('an array is missing')
  const items: readonly unknown[] = value
  if (items.length < min || items.length > max)
    throw malformed(`an array has ${items.length} items`)
  return items
}

export function integerOf(value: unknown, { min, max }: Range): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max)
    throw malformed(`a number from ${min} to ${max} is missing`)
  return value
}

export function bytesOf(value: unknown, { min, max }: Range): Uint8Array {
  if (!(value instanceof Uint8Array)) throw malformed('a byte string is missing')
  if (value.length < min || value.length > max)
    throw malformed(`a byte string has ${value.length} bytes`)
  return value
}

/** An id or a feed's key: 32 bytes, outside 64 lower-case hex digits. */
export const hexOf = (value: unknown): string =>
  Buffer.from(bytesOf(value, { min: 32, max: 32 })).toString('hex')

export function bytesOfHex(hex: string): Uint8Array {
  if (!isSha256(hex)) throw malformed('64 lower-case hex digits are missing')
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

/** Name of a collection or a dialect. */
export function nameOf(value: unknown): string {
  if (typeof value !== 'string' || !/^[a-z0-9][a-z0-9._-]{0,63}$/.test(value))
    throw malformed('a name is missing')
  return value
}

/** A string kept as UTF-8 bytes: a CBOR text string would lose a leading U+FEFF when it is read. */
export function textOf(value: unknown, range: Range): string {
  const bytes = bytesOf(value, range)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw malformed('a string is not UTF-8', cause)
  }
}

export function bytesOfText(text: string): Uint8Array {
  if (/\p{Surrogate}/u.test(text)) throw malformed('a string has half a character')
  return new TextEncoder().encode(text)
}
