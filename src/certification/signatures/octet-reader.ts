import { MalformedError, type MalformedCode } from '../../base/errors.ts'
import { viewOf, withoutLeadingZeros } from './octets.ts'

/** Reads big-endian fields from the front of untrusted octets; never beyond their end. */
export interface OctetReader {
  readonly take: (length: number) => Uint8Array
  /** A number of 1, 2 or 4 octets. */
  readonly number: (length: 1 | 2 | 4) => number
  /** A multiprecision integer (RFC 9580 §3.2), without leading zeros whatever its bit count says. */
  readonly integer: () => Uint8Array
  readonly remaining: () => number
}

/** @throws MalformedError `code`, from every read that would pass the end */
export function octetReader(octets: Uint8Array, code: MalformedCode): OctetReader {
  const view = viewOf(octets)
  let offset = 0
  const take = (length: number): Uint8Array => {
    if (length > view.length - offset)
      throw new MalformedError(code, 'An OpenPGP packet ends too early.')
    offset += length
    return view.subarray(offset - length, offset)
  }
  const number = (length: 1 | 2 | 4): number => viewOf(take(length)).readUIntBE(0, length)
  return {
    take,
    number,
    integer: () => withoutLeadingZeros(take((number(2) + 7) >>> 3)),
    remaining: () => view.length - offset,
  }
}
