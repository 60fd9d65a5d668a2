import { MalformedError, type MalformedCode } from '../../base/errors.ts'
import { concat, uint16, uint32, viewOf } from './octets.ts'

/** Packet types of RFC 9580 §5 that matter here. */
export const TAG = {
  signature: 2,
  secretKey: 5,
  publicKey: 6,
  secretSubkey: 7,
  marker: 10,
  trust: 12,
  userId: 13,
  publicSubkey: 14,
  userAttribute: 17,
  padding: 21,
} as const

/** One packet: `bytes.subarray(start, end)` with its header, `body` without. Views, no copies. */
export interface Packet {
  readonly tag: number
  readonly body: Uint8Array
  readonly start: number
  readonly end: number
}

/**
 * Walks the packets of a sequence, both header formats (RFC 9580 §4.2).
 * Partial and indeterminate lengths, which only data packets may have, are refused.
 * @throws MalformedError `code`
 */
export function* packets(bytes: Uint8Array, code: MalformedCode): Generator<Packet, void, void> {
  const view = viewOf(bytes)
  let start = 0
  while (start < view.length) {
    const header = headerAt(view, start)
    if (header === undefined || header.end > view.length)
      throw new MalformedError(code, `There is no whole OpenPGP packet at octet ${start}.`)
    yield {
      tag: header.tag,
      body: view.subarray(header.bodyStart, header.end),
      start,
      end: header.end,
    }
    start = header.end
  }
}

interface Header {
  readonly tag: number
  readonly bodyStart: number
  readonly end: number
}

function headerAt(view: Buffer, start: number): Header | undefined {
  const first = view[start] ?? 0
  if ((first & 0x80) === 0) return undefined
  const made = (tag: number, lengthSize: number, length: number): Header => {
    const bodyStart = start + 1 + lengthSize
    return { tag, bodyStart, end: bodyStart + length }
  }
  const left = view.length - start - 1
  if ((first & 0x40) === 0) {
    const tag = (first >>> 2) & 0x0f
    const size = [1, 2, 4][first & 3]
    if (size === undefined || left < size) return undefined
    return made(tag, size, view.readUIntBE(start + 1, size))
  }
  const tag = first & 0x3f
  const octet = view[start + 1]
  if (octet === undefined) return undefined
  if (octet < 192) return made(tag, 1, octet)
  if (octet < 224)
    return left < 2 ? undefined : made(tag, 2, ((octet - 192) << 8) + (view[start + 2] ?? 0) + 192)
  return octet === 255 && left >= 5 ? made(tag, 5, view.readUInt32BE(start + 2)) : undefined
}

/** A packet as GnuPG 2.2 writes it: the old header format with the shortest length. `tag` is below 16. */
export function encodePacket(tag: number, body: Uint8Array): Uint8Array {
  const first = 0x80 | (tag << 2)
  if (body.length < 0x100) return concat([Uint8Array.of(first, body.length), body])
  if (body.length < 0x10000) return concat([Uint8Array.of(first | 1), uint16(body.length), body])
  return concat([Uint8Array.of(first | 2), uint32(body.length), body])
}
