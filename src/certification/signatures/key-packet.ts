import { createHash } from 'node:crypto'
import { MalformedError } from '../../errors.ts'
import { curveOf, type Curve } from './curve.ts'
import { octetReader, type OctetReader } from './octet-reader.ts'
import { concat, uint16, uint32, upperHex } from './octets.ts'

/** Numbers that check a signature, without leading zeros; `other` keys make none that is known here. */
export type Material =
  | { readonly kind: 'rsa'; readonly n: Uint8Array; readonly e: Uint8Array }
  | {
      readonly kind: 'dsa'
      readonly p: Uint8Array
      readonly q: Uint8Array
      readonly g: Uint8Array
      readonly y: Uint8Array
    }
  | { readonly kind: 'ecdsa'; readonly curve: Curve; readonly point: Uint8Array }
  | { readonly kind: 'ed25519' | 'ed448'; readonly point: Uint8Array }
  | { readonly kind: 'other' }

/** A public key or public subkey packet of version 4 or 6 (RFC 9580 §5.5.2). */
export interface KeyPacket {
  readonly version: 4 | 6
  readonly body: Uint8Array
  /** As signatures over it hash it: with its prefix (RFC 9580 §5.2.4). */
  readonly framed: Uint8Array
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly algorithm: number
  readonly bits: number
  /** 40 (version 4) or 64 upper-case hex digits. */
  readonly fingerprint: string
  /** 16 upper-case hex digits. */
  readonly keyId: string
  readonly material: Material
}

/** Larger than any key in use (RSA of 16,384 bits, ML-DSA-87); every signature on a key hashes it again. */
export const MAXIMUM_KEY_BYTES = 4096
const MAXIMUM_RSA_BITS = 16_384
/** What can be factored at home proves nothing. */
const MINIMUM_RSA_BITS = 1024
const MAXIMUM_EXPONENT_BYTES = 4

/** @throws MalformedError KEY_SYNTAX it is cut off or too long; KEY_UNUSABLE a version or strength that is not taken */
export function readKeyPacket(body: Uint8Array): KeyPacket {
  if (body.length > MAXIMUM_KEY_BYTES)
    throw new MalformedError('KEY_SYNTAX', 'A key packet is longer than any key in use.')
  const reader = octetReader(body, 'KEY_SYNTAX')
  const version = reader.number(1)
  if (version !== 4 && version !== 6)
    throw new MalformedError('KEY_UNUSABLE', `A key has version ${version}, not 4 or 6.`)
  const createdAt = reader.number(4) * 1000
  const algorithm = reader.number(1)
  if (version === 6 && reader.number(4) !== reader.remaining())
    throw new MalformedError('KEY_SYNTAX', 'A key packet has not the length that it says.')
  const { material, bits } = materialOf(algorithm, reader)
  return { version, body, createdAt, algorithm, bits, material, ...identityOf(version, body) }
}

/** Fingerprint and key id of a key packet, whatever its algorithm. */
export function identityOf(
  version: 4 | 6,
  body: Uint8Array,
): Pick<KeyPacket, 'framed' | 'fingerprint' | 'keyId'> {
  const framed =
    version === 4
      ? concat([Uint8Array.of(0x99), uint16(body.length), body])
      : concat([Uint8Array.of(0x9b), uint32(body.length), body])
  const digest = createHash(version === 4 ? 'sha1' : 'sha256')
    .update(framed)
    .digest()
  const fingerprint = upperHex(digest)
  return {
    framed,
    fingerprint,
    keyId: version === 4 ? fingerprint.slice(-16) : fingerprint.slice(0, 16),
  }
}

interface Sized {
  readonly material: Material
  readonly bits: number
}

const OTHER: Material = { kind: 'other' }

/** Algorithm numbers: RFC 9580 §9.1. */
function materialOf(algorithm: number, reader: OctetReader): Sized {
  switch (algorithm) {
    case 1:
    case 2:
    case 3:
      return rsa(algorithm, reader)
    case 16:
      return { material: OTHER, bits: bitLength(reader.integer()) }
    case 17: {
      const [p, q] = [reader.integer(), reader.integer()]
      const [g, y] = [reader.integer(), reader.integer()]
      return { material: { kind: 'dsa', p, q, g, y }, bits: bitLength(p) }
    }
    case 18:
    case 19:
    case 22:
      return onCurve(algorithm, reader)
    case 25:
      return { material: OTHER, bits: 255 }
    case 26:
      return { material: OTHER, bits: 448 }
    case 27:
      return { material: { kind: 'ed25519', point: reader.take(32) }, bits: 255 }
    case 28:
      return { material: { kind: 'ed448', point: reader.take(57) }, bits: 448 }
    default:
      return { material: OTHER, bits: 0 }
  }
}

function rsa(algorithm: number, reader: OctetReader): Sized {
  const [n, e] = [reader.integer(), reader.integer()]
  const bits = bitLength(n)
  if (bits < MINIMUM_RSA_BITS || bits > MAXIMUM_RSA_BITS || e.length > MAXIMUM_EXPONENT_BYTES)
    throw new MalformedError(
      'KEY_UNUSABLE',
      `An RSA key has ${bits} bits; 1024 to 16384 are taken.`,
    )
  return { material: algorithm === 2 ? OTHER : { kind: 'rsa', n, e }, bits }
}

function onCurve(algorithm: number, reader: OctetReader): Sized {
  const curve = curveOf(reader.take(reader.number(1)))
  const point = reader.integer()
  if (curve === undefined) return { material: OTHER, bits: 0 }
  const { bits } = curve
  if (algorithm === 22 && curve.name === 'ed25519' && point.length === 33 && point[0] === 0x40)
    return { material: { kind: 'ed25519', point: point.subarray(1) }, bits }
  if (algorithm === 19 && curve.name === 'weierstrass')
    return { material: { kind: 'ecdsa', curve, point }, bits }
  return { material: OTHER, bits }
}

const bitLength = (octets: Uint8Array): number => {
  const first = octets[0]
  return first === undefined ? 0 : octets.length * 8 - Math.clz32(first) + 24
}
