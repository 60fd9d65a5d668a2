import {
  constants,
  createHash,
  createVerify,
  publicDecrypt,
  verify as verifyEdwards,
} from 'node:crypto'
import { keyObjectOf } from './key-object.ts'
import type { KeyPacket } from './key-packet.ts'
import { concat, padded, viewOf } from './octets.ts'
import { trailerOf, type SignaturePacket } from './signature-packet.ts'

/**
 * Did `key` make `signature` over `signed`? Mathematics only: nothing is said of dates, of what the key may do,
 * or of whether the digest is still strong. The answer is the same as that of openpgp.js's
 * `SignaturePacket.verify` (a test compares them), but node:crypto does the work: it knows every algorithm that
 * is taken here, secp256k1 and brainpool too, and a key's object is made once.
 *
 * @param signed in the order in which they are hashed, between salt and hashed fields (RFC 9580 §5.2.4)
 */
export function isSignedBy(
  signature: SignaturePacket,
  key: KeyPacket,
  signed: readonly Uint8Array[],
): boolean {
  const hashed = hashFor(signature, signed)
  return hashed !== undefined && isRightFor(signature, key, hashed)
}

/** What a signature covers, and its digest. */
export interface Hashed {
  readonly parts: readonly Uint8Array[]
  readonly digest: Uint8Array
}

/**
 * Hashes `signed` for a signature. `undefined`: the signature says itself, by the first 16 bits of the digest, that it is over
 * something else. That is cheap, and all that most misplaced signatures cost.
 */
export function hashFor(
  signature: SignaturePacket,
  signed: readonly Uint8Array[],
): Hashed | undefined {
  const parts = [signature.salt, ...signed, signature.hashedPart, trailerOf(signature)]
  const hash = createHash(signature.hash.name)
  for (const part of parts) hash.update(part)
  const digest = hash.digest()
  const fits = digest[0] === signature.left[0] && digest[1] === signature.left[1]
  return fits ? { parts, digest } : undefined
}

/** The public-key half of {@link isSignedBy}. */
export function isRightFor(signature: SignaturePacket, key: KeyPacket, hashed: Hashed): boolean {
  const version = signature.version === 3 ? 4 : signature.version
  if (version !== key.version || !sameAlgorithm(signature.algorithm, key.algorithm)) return false
  try {
    return holds(signature, key, hashed)
  } catch {
    // node:crypto throws where numbers are out of range, a point is not on its curve, a padding is wrong.
    return false
  }
}

/** RSA has three numbers, of which 3 is "sign only". */
const sameAlgorithm = (a: number, b: number): boolean =>
  a === b || ((a === 1 || a === 3) && (b === 1 || b === 3))

function holds(signature: SignaturePacket, key: KeyPacket, hashed: Hashed): boolean {
  const { material } = key
  const object = keyObjectOf(key)
  switch (material.kind) {
    case 'rsa': {
      const number = padded(signature.values[0] ?? new Uint8Array(), material.n.length)
      if (number === undefined) return false
      const opened = publicDecrypt({ key: object, padding: constants.RSA_PKCS1_PADDING }, number)
      const expected = concat([Buffer.from(signature.hash.digestInfo, 'hex'), hashed.digest])
      return opened.equals(expected)
    }
    case 'dsa':
      return holdsPair(object, { signature, hashed, size: material.q.length })
    case 'ecdsa':
      return holdsPair(object, { signature, hashed, size: (material.curve.bits + 7) >>> 3 })
    case 'ed25519': {
      const octets = signature.values.length === 1 ? signature.values[0] : pair(signature, 32)
      return octets !== undefined && verifyEdwards(null, hashed.digest, object, viewOf(octets))
    }
    case 'ed448': {
      const octets = signature.values[0]
      return octets !== undefined && verifyEdwards(null, hashed.digest, object, viewOf(octets))
    }
    case 'other':
      break
  }
  return false
}

interface Pair {
  readonly signature: SignaturePacket
  readonly hashed: Hashed
  /** Octets of each of the two numbers. */
  readonly size: number
}

function holdsPair(
  key: ReturnType<typeof keyObjectOf>,
  { signature, hashed, size }: Pair,
): boolean {
  const octets = pair(signature, size)
  if (octets === undefined) return false
  const verifier = createVerify(signature.hash.name)
  for (const part of hashed.parts) verifier.update(part)
  return verifier.verify({ key, dsaEncoding: 'ieee-p1363' }, octets)
}

function pair(signature: SignaturePacket, size: number): Uint8Array | undefined {
  const [r, s] = signature.values.map((value) => padded(value, size))
  return r === undefined || s === undefined ? undefined : concat([r, s])
}
