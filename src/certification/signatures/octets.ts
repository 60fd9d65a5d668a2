/** One array with the octets of all `parts`. */
export const concat = (parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts)

/** A view as a Buffer, without a copy. */
export const viewOf = (octets: Uint8Array): Buffer =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.length)

/** Upper-case hex, as fingerprints and key ids are written. */
export const upperHex = (octets: Uint8Array): string => viewOf(octets).toString('hex').toUpperCase()

export const uint16 = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value & 0xff)

export const uint32 = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff)

/** `octets` without its leading zeros. */
export function withoutLeadingZeros(octets: Uint8Array): Uint8Array {
  const first = octets.findIndex((octet) => octet !== 0)
  return first === -1 ? octets.subarray(octets.length) : octets.subarray(first)
}

/** A big-endian number widened to `length` octets; `undefined` if it does not fit. */
export function padded(octets: Uint8Array, length: number): Uint8Array | undefined {
  if (octets.length > length) return undefined
  if (octets.length === length) return octets
  const wide = new Uint8Array(length)
  wide.set(octets, length - octets.length)
  return wide
}
