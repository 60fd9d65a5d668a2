import type { KeyPacket } from './key-packet.ts'
import { firstBy } from './signature-order.ts'
import type { SignaturePacket } from './signature-packet.ts'
import { lastOf, secondsOf, SUBPACKET } from './subpacket.ts'
import type { VerifiedKey, VerifiedUserId } from './verified-key.ts'

/** May sign data (RFC 9580 §5.2.3.29). */
const SIGN_DATA = 0x02

/** A user id is revoked for as long as it is not certified again. */
const isRevoked = ({ revocation }: VerifiedUserId): boolean => revocation !== undefined

const isMarkedPrimary = ({ certification }: VerifiedUserId): boolean =>
  ((certification && lastOf(certification.hashed, SUBPACKET.primaryUserId))?.[0] ?? 0) !== 0

/** When anything was last said of it, in milliseconds since 1970. */
export const lastSignedAt = ({ certification, revocation }: VerifiedUserId): number =>
  Math.max(certification?.signedAt ?? 0, revocation?.signedAt ?? 0)

/** Not revoked, marked as primary, newest: RFC 9580 §5.2.3.27, as GnuPG and Sequoia read it. */
export const bestUserIdFirst = (a: VerifiedUserId, b: VerifiedUserId): number =>
  Number(isRevoked(a)) - Number(isRevoked(b)) ||
  Number(isMarkedPrimary(b)) - Number(isMarkedPrimary(a)) ||
  (b.certification?.signedAt ?? 0) - (a.certification?.signedAt ?? 0) ||
  Buffer.compare(a.octets, b.octets)

/** The self-signatures that say what a primary key is for and how long it is good. */
export interface GoverningSignatures {
  /** On the key itself, where it speaks of it (GnuPG names a designated revoker in one that does not). */
  readonly direct: SignaturePacket | undefined
  /** On the primary user id; one that was revoked says it where there is no other. */
  readonly certification: SignaturePacket | undefined
}

export function governingSignatures({
  directKey,
  userIds,
}: Pick<VerifiedKey, 'directKey' | 'userIds'>): GoverningSignatures {
  const certified = userIds.filter(({ certification }) => certification !== undefined)
  return {
    direct: directKey !== undefined && speaksOfTheKey(directKey) ? directKey : undefined,
    certification: firstBy(certified, bestUserIdFirst)?.certification,
  }
}

const speaksOfTheKey = ({ hashed }: SignaturePacket): boolean =>
  hashed.some(({ type }) => type === SUBPACKET.keyFlags || type === SUBPACKET.keyExpires)

/** What a primary key says of itself. */
export interface KeyStatement {
  /** Without any self-signature on key or user id nothing says what the key may do, and whether it still may. */
  readonly isSaid: boolean
  /** `undefined`: it does not say. */
  readonly maySign: boolean | undefined
  /** Milliseconds since 1970. */
  readonly validUntil: number | undefined
}

/**
 * Each thing by itself: what is said on the key goes before what is said on the primary user id (RFC 9580 §5.2.3.10,
 * as GnuPG and Sequoia do). A self-signature that expires ends what it says.
 */
export function statementOf(key: VerifiedKey): KeyStatement {
  const { direct, certification } = governingSignatures(key)
  const ends = [direct, certification].find(
    (each) => each !== undefined && secondsOf(each.hashed, SUBPACKET.keyExpires) !== undefined,
  )
  return {
    isSaid: direct !== undefined || certification !== undefined,
    maySign: maySignData(direct) ?? maySignData(certification),
    validUntil: earliest([
      expiryOf(key.primary, ends),
      direct && signatureExpiryOf(direct),
      certification && signatureExpiryOf(certification),
    ]),
  }
}

/** `undefined`: it does not say. */
export function maySignData(signature: SignaturePacket | undefined): boolean | undefined {
  const flags = signature && lastOf(signature.hashed, SUBPACKET.keyFlags)
  return flags && ((flags[0] ?? 0) & SIGN_DATA) !== 0
}

/** When `key` expires by what `signature` says of it, or when the signature itself does; milliseconds since 1970. */
export function expiryOf(
  key: KeyPacket,
  signature: SignaturePacket | undefined,
): number | undefined {
  const keySeconds = signature && secondsOf(signature.hashed, SUBPACKET.keyExpires)
  return earliest([
    keySeconds ? key.createdAt + keySeconds * 1000 : undefined,
    signature && signatureExpiryOf(signature),
  ])
}

/** When the signature says it expires itself; zero and absent are never. */
export function signatureExpiryOf(signature: SignaturePacket): number | undefined {
  const seconds = secondsOf(signature.hashed, SUBPACKET.signatureExpires)
  return seconds ? signature.signedAt + seconds * 1000 : undefined
}

export function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

const MAXIMUM_REVOKERS = 4

/**
 * Fingerprints of keys that may revoke this one (RFC 9580 §5.2.3.23, deprecated), in upper-case hex. Such revocations are
 * not followed here, and whoever looks at the key is told so.
 */
export function designatedRevokers({ directKey, userIds }: VerifiedKey): readonly string[] {
  const said = [directKey, ...userIds.map(({ certification }) => certification)]
  const named = said.flatMap((signature) =>
    (signature?.hashed ?? []).flatMap(({ type, body }) =>
      type === SUBPACKET.revocationKey && body.length === 22
        ? Buffer.from(body.subarray(2)).toString('hex').toUpperCase()
        : [],
    ),
  )
  return [...new Set(named)].slice(0, MAXIMUM_REVOKERS)
}
