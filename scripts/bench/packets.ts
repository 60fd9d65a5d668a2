/* Octets of OpenPGP as RFC 4880 lays them out, as far as the bench writes them. */
import type { KeyObject } from 'node:crypto'

/** Public-key algorithms, RFC 4880 section 9.1 and RFC 9580 section 9.1. */
export const RSA = 1
export const ECDSA = 19
export const EDDSA = 22

const OID = {
  'P-256': Buffer.from('2a8648ce3d030107', 'hex'),
  Ed25519: Buffer.from('2b06010401da470f01', 'hex'),
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Section 3.2: bit count and the number without leading zeros. */
export function mpi(number: Uint8Array): Buffer {
  let start = 0
  while (start < number.length - 1 && number[start] === 0) start += 1
  const bytes = Buffer.from(number.subarray(start))
  const bits = (bytes.length - 1) * 8 + (32 - Math.clz32(bytes[0] ?? 0))
  return Buffer.concat([Buffer.of(bits >> 8, bits & 0xff), bytes])
}

/** Section 4.2.1, with a two-octet length. */
export function packet(tag: number, body: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.of(0x80 | (tag << 2) | 1, body.length >> 8, body.length & 0xff),
    body,
  ])
}

/** Section 5.2.3.1; none here is longer than 191 octets. */
export const subpacket = (type: number, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(body.length + 1, type), body])

/** Algorithm and fields of a public-key packet behind its time. */
export function keyMaterial(key: KeyObject): { algorithm: number; body: Buffer } {
  const { n, e, x, y, crv } = key.export({ format: 'jwk' })
  if (n !== undefined)
    return { algorithm: RSA, body: Buffer.concat([mpi(numberOf(n)), mpi(numberOf(e))]) }
  const onEdwards = crv === 'Ed25519'
  const oid = onEdwards ? OID.Ed25519 : OID['P-256']
  const point = onEdwards
    ? Buffer.concat([Buffer.of(0x40), numberOf(x)])
    : Buffer.concat([Buffer.of(4), numberOf(x), numberOf(y)])
  return {
    algorithm: onEdwards ? EDDSA : ECDSA,
    body: Buffer.concat([Buffer.of(oid.length), oid, mpi(point)]),
  }
}

/** Section 6.2, with the checksum that gpg writes. */
export function armor(kind: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')
  const sum = crc24(bytes)
  const check = Buffer.of(sum >> 16, (sum >> 8) & 0xff, sum & 0xff).toString('base64')
  return `-----BEGIN PGP ${kind}-----\n\n${lines}\n=${check}\n-----END PGP ${kind}-----\n`
}

/** Section 6.1. */
function crc24(bytes: Uint8Array): number {
  let crc = 0xb704ce
  for (const byte of bytes) {
    crc ^= byte << 16
    for (let bit = 0; bit < 8; bit += 1) {
      crc <<= 1
      if ((crc & 0x1000000) !== 0) crc ^= 0x1864cfb
    }
  }
  return crc & 0xffffff
}

/** Section 7.1: what is hashed, and what is shown with its dashes escaped. */
export function cleartextOf(text: string): { signed: string; shown: string } {
  const lines = text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
  return {
    signed: lines.join('\r\n'),
    shown: lines.map((line) => (line.startsWith('-') ? `- ${line}` : line)).join('\n'),
  }
}

const numberOf = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64url')
