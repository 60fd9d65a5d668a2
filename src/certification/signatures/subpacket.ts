import { MalformedError } from '../../base/errors.ts'
import { concat, uint32, viewOf } from './octets.ts'

/** Signature subpackets of RFC 9580 §5.2.3.7 that are read here. */
export const SUBPACKET = {
  createdAt: 2,
  signatureExpires: 3,
  keyExpires: 9,
  revocationKey: 12,
  issuerKeyId: 16,
  primaryUserId: 25,
  keyFlags: 27,
  revocationReason: 29,
  embeddedSignature: 32,
  issuerFingerprint: 33,
} as const

export interface Subpacket {
  readonly type: number
  readonly critical: boolean
  readonly body: Uint8Array
}

/** Types that may be critical: those read here, and those that say nothing about whether a signature is good. */
const UNDERSTOOD: ReadonlySet<number> = new Set([
  2, 3, 4, 5, 6, 7, 9, 11, 12, 16, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 39,
])

/** Is it critical and yet not understood? A critical notation is not: none is known here. */
export const isForbidding = (subpacket: Subpacket): boolean =>
  subpacket.critical && !UNDERSTOOD.has(subpacket.type)

/** @throws MalformedError SIGNATURE_SYNTAX */
export function readSubpackets(area: Uint8Array): readonly Subpacket[] {
  const view = viewOf(area)
  const found: Subpacket[] = []
  for (let at = 0; at < view.length;) {
    const first = view[at] ?? 0
    const size = first < 192 ? 1 : first < 255 ? 2 : 5
    if (at + size > view.length) throw tooShort()
    const length =
      size === 1
        ? first
        : size === 2
          ? ((first - 192) << 8) + view.readUInt8(at + 1) + 192
          : view.readUInt32BE(at + 1)
    const start = at + size
    if (length === 0 || start + length > view.length) throw tooShort()
    const type = view.readUInt8(start)
    found.push({
      type: type & 0x7f,
      critical: (type & 0x80) !== 0,
      body: view.subarray(start + 1, start + length),
    })
    at = start + length
  }
  return found
}

const tooShort = (): MalformedError =>
  new MalformedError('SIGNATURE_SYNTAX', 'A subpacket of the signature ends too early.')

/** The last one with that type, which is the one that counts (RFC 9580 §5.2.3.9). */
export const lastOf = (subpackets: readonly Subpacket[], type: number): Uint8Array | undefined =>
  subpackets.findLast((subpacket) => subpacket.type === type)?.body

/** The last one with that type, as a number of four octets; `undefined` if absent or of another size. */
export function numberOf(subpackets: readonly Subpacket[], type: number): number | undefined {
  const body = lastOf(subpackets, type)
  return body?.length === 4 ? viewOf(body).readUInt32BE() : undefined
}

/**
 * Seconds after which something ends (RFC 9580 §5.2.3.18, §5.2.3.13); `undefined` if it does not say. One of another size than four
 * octets means something else to every reader of OpenPGP: it is an end at once, because what takes away counts.
 */
export function secondsOf(subpackets: readonly Subpacket[], type: number): number | undefined {
  const body = lastOf(subpackets, type)
  return body === undefined || body.length === 4 ? numberOf(subpackets, type) : 1
}

/** With the shortest length that RFC 9580 §5.2.3.7 has for it. Never critical. */
export function encodeSubpacket(type: number, body: Uint8Array): Uint8Array {
  const length = body.length + 1
  const prefix =
    length < 192
      ? Uint8Array.of(length)
      : length < 16_320
        ? Uint8Array.of(((length - 192) >>> 8) + 192, (length - 192) & 0xff)
        : concat([Uint8Array.of(255), uint32(length)])
  return concat([prefix, Uint8Array.of(type), body])
}
