/*
 * How a key or a certification is named in text. A fingerprint has 40 hex digits (OpenPGP version 4) or 64 (version 6, RFC 9580 section
 * 5.5.4; in-toto), a key id 16. Key ids of 8 digits are refused everywhere: anybody can forge them.
 */

/** Of a fingerprint, perhaps behind 0x; of a SHA-256 or a feed's key. For schemas. */
export const FINGERPRINT_PATTERN = '^(?:0[xX])?(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$'
export const SHA256_PATTERN = '^[0-9a-f]{64}$'

const HEX = /^(?:0x)?([0-9a-f]+)$/i
const DIGITS = /^[0-9a-f]*$/i
const FINGERPRINT_DIGITS: readonly number[] = [40, 64]
const KEY_NAME_DIGITS: readonly number[] = [16, ...FINGERPRINT_DIGITS]
const SHA256 = new RegExp(SHA256_PATTERN)

/** A fingerprint as people write it, with blanks and 0x or not: in upper case without them; `undefined` if it is none. */
export const readFingerprint = (text: string): string | undefined =>
  readHex(text, FINGERPRINT_DIGITS)

/** The same of a fingerprint or a key id. */
export const readKeyName = (text: string): string | undefined => readHex(text, KEY_NAME_DIGITS)

function readHex(text: string, digits: readonly number[]): string | undefined {
  const hex = HEX.exec(text.replaceAll(' ', ''))?.[1]
  return hex !== undefined && digits.includes(hex.length) ? hex.toUpperCase() : undefined
}

/** So many hex digits in any case, and nothing else. */
export const isHex = (text: string, digits: number): boolean =>
  text.length === digits && DIGITS.test(text)

/** 64 lower-case hex digits: an id, a checksum, a feed's key. */
export const isSha256 = (text: string): boolean => SHA256.test(text)
