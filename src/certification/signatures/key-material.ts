import { MalformedError } from '../../base/errors.ts'
import { curveOf, type Curve } from './curve.ts'
import type { OctetReader } from './octet-reader.ts'

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

export interface Sized {
  readonly material: Material
  /** Of the modulus, or of the curve; 0 where that is not known. */
  readonly bits: number
}

const OTHER: Material = { kind: 'other' }

/**
 * The numbers that are taken, because they decide how long a verification takes; whatever is outside is refused with
 * KEY_UNUSABLE. One row for every algorithm of RFC 9580 §9.1:
 *
 * | number | algorithm | taken | source |
 * | --- | --- | --- | --- |
 * | 1, 2, 3 | RSA | n odd, 1024 to 8192 bits; e odd, 2 to 32 bits | GnuPG makes up to 8192 with large-rsa; 32 bits as OpenSSL's for large n |
 * | 16 | Elgamal | as it is: it only encrypts, and is never computed with | RFC 9580 §9.1 |
 * | 17 | DSA | p odd, 1024 to 3072 bits; q odd, 160 to 256 bits; 1 < g < p, 1 < y < p | FIPS 186-4 §4.2 |
 * | 18 | ECDH | as it is: it only encrypts | RFC 9580 §9.1 |
 * | 19 | ECDSA | a named curve of `curve.ts`, an uncompressed point of its size | RFC 9580 §9.2, §11.2.1 |
 * | 22 | EdDSA, older form | Ed25519, a point of 33 octets that begins with 0x40 | RFC 9580 §5.5.5.5 |
 * | 25, 26 | X25519, X448 | as they are: they only encrypt | RFC 9580 §5.5.5.7, §5.5.5.8 |
 * | 27, 28 | Ed25519, Ed448 | 32 and 57 octets | RFC 9580 §5.5.5.9, §5.5.5.10 |
 * | others | | as they are: nothing is verified by them | |
 *
 * @throws MalformedError KEY_UNUSABLE outside of these bounds; what `reader` throws
 */
export function readMaterial(algorithm: number, reader: OctetReader): Sized {
  switch (algorithm) {
    case 1:
    case 2:
    case 3:
      return rsa(algorithm, reader)
    case 16:
      return { material: OTHER, bits: bitLength(reader.integer()) }
    case 17:
      return dsa(reader)
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

/** What can be factored at home proves nothing; what is larger takes too long. */
const RSA_BITS = { least: 1024, most: 8192 }
const EXPONENT_BITS = { least: 2, most: 32 }
const DSA_P_BITS = { least: 1024, most: 3072 }
const DSA_Q_BITS = { least: 160, most: 256 }

interface Bounds {
  readonly least: number
  readonly most: number
}

function rsa(algorithm: number, reader: OctetReader): Sized {
  const [n, e] = [reader.integer(), reader.integer()]
  const bits = bitLength(n)
  if (!isWithin(bits, RSA_BITS) || !isOdd(n))
    throw unusable(`An RSA key has ${bits} bits; odd numbers of 1024 to 8192 are taken.`)
  if (!isWithin(bitLength(e), EXPONENT_BITS) || !isOdd(e))
    throw unusable('The public exponent of an RSA key is not an odd number of 2 to 32 bits.')
  return { material: algorithm === 2 ? OTHER : { kind: 'rsa', n, e }, bits }
}

function dsa(reader: OctetReader): Sized {
  const [p, q] = [reader.integer(), reader.integer()]
  const [g, y] = [reader.integer(), reader.integer()]
  const bits = bitLength(p)
  if (!isWithin(bits, DSA_P_BITS) || !isOdd(p))
    throw unusable(`A DSA key has ${bits} bits; odd numbers of 1024 to 3072 are taken.`)
  if (!isWithin(bitLength(q), DSA_Q_BITS) || !isOdd(q))
    throw unusable('The group of a DSA key has not 160 to 256 bits.')
  if (!isBetweenOneAnd(g, p) || !isBetweenOneAnd(y, p))
    throw unusable('A number of a DSA key is outside of its modulus.')
  return { material: { kind: 'dsa', p, q, g, y }, bits }
}

function onCurve(algorithm: number, reader: OctetReader): Sized {
  const curve = curveOf(reader.take(reader.number(1)))
  const point = reader.integer()
  if (curve === undefined) return { material: OTHER, bits: 0 }
  const { bits } = curve
  if (algorithm === 22 && curve.name === 'ed25519' && point.length === 33 && point[0] === 0x40)
    return { material: { kind: 'ed25519', point: point.subarray(1) }, bits }
  if (algorithm !== 19 || curve.name !== 'weierstrass') return { material: OTHER, bits }
  if (point[0] !== 4 || point.length !== 1 + 2 * ((bits + 7) >>> 3))
    throw unusable(`A key on the curve ${curve.title} has not the two coordinates of a point.`)
  return { material: { kind: 'ecdsa', curve, point }, bits }
}

const unusable = (reason: string): MalformedError => new MalformedError('KEY_UNUSABLE', reason)

const isWithin = (bits: number, { least, most }: Bounds): boolean => bits >= least && bits <= most
const isOdd = (octets: Uint8Array): boolean => ((octets.at(-1) ?? 0) & 1) === 1

/** Both without leading zeros. */
const isBetweenOneAnd = (octets: Uint8Array, limit: Uint8Array): boolean =>
  bitLength(octets) > 1 &&
  (octets.length < limit.length ||
    (octets.length === limit.length && Buffer.compare(octets, limit) < 0))

/** Of a number without leading zeros. */
export const bitLength = (octets: Uint8Array): number => {
  const first = octets[0]
  return first === undefined ? 0 : octets.length * 8 - Math.clz32(first) + 24
}
