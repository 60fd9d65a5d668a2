/* Signature packets that are the same at every run, by no key of anybody. */
import { createHash } from 'node:crypto'
import { concat, uint16, uint32 } from '../../src/certification/signatures/octets.ts'
import { signerOf } from './story.ts'

export interface Wanted {
  readonly version?: 3 | 4 | 6
  readonly type?: number
  readonly hash?: number
  readonly salt?: Uint8Array
  readonly hashed?: readonly Uint8Array[]
  readonly unhashed?: readonly Uint8Array[]
  /** What is hashed between salt and hashed part. */
  readonly signed: Uint8Array
}

export const subpacket = (type: number, hex: string): Uint8Array => {
  const body = Buffer.from(hex, 'hex')
  return concat([Uint8Array.of(body.length + 1, type), body])
}

/** 2026-12-01T00:00:00Z. */
export const MADE = subpacket(2, '6a0cc480')
export const KEY_ID = '0123456789ABCDEF'
export const FINGERPRINT = `04${'00'.repeat(12)}${KEY_ID}`

/** The body of a packet: Ed25519 (27) over SHA-512 (10). */
export function madeBody({
  version = 4,
  type = 1,
  hash = 10,
  salt = new Uint8Array(version === 6 ? 32 : 0).fill(7),
  hashed = [MADE, subpacket(33, FINGERPRINT)],
  unhashed = [],
  signed,
}: Wanted): Uint8Array {
  const count = version === 6 ? uint32 : uint16
  const area = concat(hashed)
  const hashedPart = concat([Uint8Array.of(version, type, 27, hash), count(area.length), area])
  const trailer = concat([Uint8Array.of(version, 0xff), uint32(hashedPart.length)])
  const digest = createHash('sha512')
    .update(concat([salt, signed, hashedPart, trailer]))
    .digest()
  const others = concat(unhashed)
  return concat([
    hashedPart,
    count(others.length),
    others,
    digest.subarray(0, 2),
    ...(version === 6 ? [Uint8Array.of(salt.length), salt] : []),
    signerOf(4).sign(digest),
  ])
}

/** In the new header format, with a length of five octets: not as it is kept. */
export const packetOf = (body: Uint8Array): Uint8Array =>
  concat([Uint8Array.of(0xc2, 0xff), uint32(body.length), body])
