import { MalformedError } from '../../base/errors.ts'
import { HASH_ALGORITHMS, type HashAlgorithm } from './hash-algorithm.ts'
import { octetReader, type OctetReader } from './octet-reader.ts'
import { concat, uint16, uint32, upperHex } from './octets.ts'
import { encodePacket, TAG } from './packet.ts'
import {
  encodeSubpacket,
  isForbidding,
  lastOf,
  numberOf,
  readSubpackets,
  SUBPACKET,
  type Subpacket,
} from './subpacket.ts'

/** Signature types of RFC 9580 §5.2.1 that are read here. */
export const SIGNATURE_TYPE = {
  binary: 0x00,
  text: 0x01,
  firstCertification: 0x10,
  lastCertification: 0x13,
  subkeyBinding: 0x18,
  primaryKeyBinding: 0x19,
  directKey: 0x1f,
  keyRevocation: 0x20,
  subkeyRevocation: 0x28,
  certificationRevocation: 0x30,
} as const

/** A signature packet of version 4 or 6 (RFC 9580 §5.2.3), taken apart; of version 3 only where it revokes a key. */
export interface SignaturePacket {
  readonly version: 3 | 4 | 6
  readonly type: number
  readonly algorithm: number
  readonly hash: HashAlgorithm
  /** From the version to the end of the hashed subpackets, as it came: the signature covers it. */
  readonly hashedPart: Uint8Array
  readonly hashed: readonly Subpacket[]
  readonly unhashed: readonly Subpacket[]
  /** The first 16 bits of the digest. */
  readonly left: Uint8Array
  /** Empty in version 4. */
  readonly salt: Uint8Array
  /** The algorithm's integers without leading zeros, or its one string of fixed size. */
  readonly values: readonly Uint8Array[]
  /** Hashed creation time in milliseconds since 1970. */
  readonly signedAt: number
  /** 16 upper-case hex digits. */
  readonly claimedKeyId: string
  /** Has a critical subpacket that is not understood here, so that it must not be taken as good. */
  readonly forbidding: boolean
}

/** Integers, or octets of the one string, in a signature of that public-key algorithm (RFC 9580 §5.2.3). */
const INTEGERS: ReadonlyMap<number, number> = new Map([[1, 1], [3, 1], [17, 2], [19, 2], [22, 2]]) // prettier-ignore
const STRINGS: ReadonlyMap<number, number> = new Map([[27, 64], [28, 114]]) // prettier-ignore

const unsupported = (what: string): MalformedError =>
  new MalformedError('SIGNATURE_UNSUPPORTED', `The signature ${what}.`)

/**
 * Reads the body of a signature packet. What follows its last value is dropped.
 * @throws MalformedError SIGNATURE_SYNTAX it is cut off; SIGNATURE_UNSUPPORTED a version or algorithm that is
 *   not known here, no hashed creation time, no issuer
 */
export function readSignaturePacket(body: Uint8Array): SignaturePacket {
  const reader = octetReader(body, 'SIGNATURE_SYNTAX')
  const version = reader.number(1)
  if (version !== 4 && version !== 6) throw unsupported(`has version ${version}, not 4 or 6`)
  const type = reader.number(1)
  const algorithm = reader.number(1)
  const hashNumber = reader.number(1)
  const countSize = version === 4 ? 2 : 4
  const hashedLength = reader.number(countSize)
  const hashed = readSubpackets(reader.take(hashedLength))
  const hashedPart = body.subarray(0, 4 + countSize + hashedLength)
  const unhashed = readSubpackets(reader.take(reader.number(countSize)))
  const left = reader.take(2)
  const salt = version === 6 ? reader.take(reader.number(1)) : new Uint8Array()
  const hash = HASH_ALGORITHMS.get(hashNumber)
  if (hash === undefined || (version === 6 && hash.saltLength !== salt.length))
    throw unsupported(`uses hash algorithm ${hashNumber} in a way that is not known here`)
  const values = valuesOf(algorithm, reader)
  const created = numberOf(hashed, SUBPACKET.createdAt)
  if (created === undefined) throw unsupported('does not cover the time when it was made')
  const claimedKeyId = claimedKeyIdOf(version, hashed, unhashed)
  const forbidding = hashed.some(isForbidding)
  const signedAt = created * 1000
  return {
    version, type, algorithm, hash, hashedPart, hashed, unhashed, left, salt, values, signedAt, claimedKeyId, forbidding,
  } // prettier-ignore
}

/** @throws MalformedError SIGNATURE_SYNTAX, SIGNATURE_UNSUPPORTED */
export function valuesOf(algorithm: number, reader: OctetReader): readonly Uint8Array[] {
  const size = STRINGS.get(algorithm)
  if (size !== undefined) return [reader.take(size)]
  const integers = INTEGERS.get(algorithm)
  if (integers === undefined) throw unsupported(`uses public-key algorithm ${algorithm}`)
  return Array.from({ length: integers }, () => reader.integer())
}

/** What is hashed goes before what anybody can change, and a fingerprint before a key id. */
function claimedKeyIdOf(
  version: SignaturePacket['version'],
  hashed: readonly Subpacket[],
  unhashed: readonly Subpacket[],
): string {
  const keyId =
    fingerprintKeyId(version, hashed) ??
    plainKeyId(hashed) ??
    plainKeyId(unhashed) ??
    fingerprintKeyId(version, unhashed)
  if (keyId === undefined) throw unsupported('does not say which key made it')
  return upperHex(keyId)
}

function fingerprintKeyId(
  version: SignaturePacket['version'],
  subpackets: readonly Subpacket[],
): Uint8Array | undefined {
  const body = lastOf(subpackets, SUBPACKET.issuerFingerprint)
  if (body?.[0] !== version || body.length !== (version === 4 ? 21 : 33)) return undefined
  return version === 4 ? body.subarray(13) : body.subarray(1, 9)
}

function plainKeyId(subpackets: readonly Subpacket[]): Uint8Array | undefined {
  const body = lastOf(subpackets, SUBPACKET.issuerKeyId)
  return body?.length === 8 ? body : undefined
}

/** What is hashed after `hashedPart` (RFC 9580 §5.2.4); nothing in version 3. */
export const trailerOf = ({ version, hashedPart }: SignaturePacket): Uint8Array =>
  version === 3
    ? new Uint8Array()
    : concat([Uint8Array.of(version, 0xff), uint32(hashedPart.length)])

/**
 * The signature packet as GnuPG 2.2 would have written it, so that what anybody can change in it is always
 * the same: shortest header, right bit counts, nothing after the values, and in the unhashed area nothing but
 * the claimed key id and, for keys, the `embedded` signature's body. (Version 6, which GnuPG lacks, has the key
 * id only where the hashed area does not name the key.)
 */
export const canonicalPacket = (signature: SignaturePacket, embedded?: Uint8Array): Uint8Array =>
  encodePacket(TAG.signature, canonicalBody(signature, embedded))

/** The body of {@link canonicalPacket}. */
export function canonicalBody(signature: SignaturePacket, embedded?: Uint8Array): Uint8Array {
  if (signature.version === 3) return bodyOfVersion3(signature)
  const count = signature.version === 4 ? uint16 : uint32
  const named =
    fingerprintKeyId(signature.version, signature.hashed) ?? plainKeyId(signature.hashed)
  const unhashed = concat([
    signature.version === 4 || named === undefined
      ? encodeSubpacket(SUBPACKET.issuerKeyId, Buffer.from(signature.claimedKeyId, 'hex'))
      : new Uint8Array(),
    embedded === undefined
      ? new Uint8Array()
      : encodeSubpacket(SUBPACKET.embeddedSignature, embedded),
  ])
  const salt = signature.version === 6 ? [Uint8Array.of(signature.salt.length), signature.salt] : []
  return concat([
    signature.hashedPart,
    count(unhashed.length),
    unhashed,
    signature.left,
    ...salt,
    ...encodedValues(signature),
  ])
}

function bodyOfVersion3(signature: SignaturePacket): Uint8Array {
  const { hash, hashedPart, claimedKeyId, algorithm, left } = signature
  const [hashNumber = 0] = [...HASH_ALGORITHMS].find(([, { name }]) => name === hash.name) ?? []
  return concat([
    Uint8Array.of(3, hashedPart.length),
    hashedPart,
    Buffer.from(claimedKeyId, 'hex'),
    Uint8Array.of(algorithm, hashNumber),
    left,
    ...encodedValues(signature),
  ])
}

/** The signature's values as a packet has them: integers with their bit counts, or the one string. */
const encodedValues = ({ algorithm, values }: SignaturePacket): readonly Uint8Array[] =>
  STRINGS.has(algorithm) ? values : values.map(encodeInteger)

function encodeInteger(octets: Uint8Array): Uint8Array {
  const first = octets[0]
  const bits = first === undefined ? 0 : octets.length * 8 - Math.clz32(first) + 24
  return concat([uint16(bits), octets])
}
