import type { KeyPacket } from './key-packet.ts'
import { firstBy, newestFirst } from './signature-order.ts'
import { SIGNATURE_TYPE, type SignaturePacket } from './signature-packet.ts'
import { lastOf, numberOf, SUBPACKET } from './subpacket.ts'
import type { VerifiedKey, VerifiedUserId } from './verified-key.ts'

/** May sign data (RFC 9580 §5.2.3.29). */
const SIGN_DATA = 0x02

/** A user id is revoked for as long as it is not certified again. */
export const isRevoked = ({ signature }: VerifiedUserId): boolean =>
  signature.type === SIGNATURE_TYPE.certificationRevocation

export const isMarkedPrimary = ({ signature }: VerifiedUserId): boolean =>
  (lastOf(signature.hashed, SUBPACKET.primaryUserId)?.[0] ?? 0) !== 0

/**
 * The self-signature that says what the primary key is for and how long it is good: the newest on a user id
 * that is not revoked, or on the key itself where that one speaks of it (GnuPG names a designated revoker in one
 * that does not).
 */
export function governing({ directKey, userIds }: VerifiedKey): SignaturePacket | undefined {
  const certifications = userIds.flatMap((each) => (isRevoked(each) ? [] : each.signature))
  const direct = directKey !== undefined && speaksOfTheKey(directKey) ? [directKey] : []
  return firstBy([...certifications, ...direct], newestFirst) ?? directKey
}

const speaksOfTheKey = ({ hashed }: SignaturePacket): boolean =>
  hashed.some(({ type }) => type === SUBPACKET.keyFlags || type === SUBPACKET.keyExpires)

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
  const keySeconds = signature && numberOf(signature.hashed, SUBPACKET.keyExpires)
  return earliest([
    keySeconds ? key.createdAt + keySeconds * 1000 : undefined,
    signature && signatureExpiryOf(signature),
  ])
}

/** When the signature says it expires itself; zero and absent are never. */
export function signatureExpiryOf(signature: SignaturePacket): number | undefined {
  const seconds = numberOf(signature.hashed, SUBPACKET.signatureExpires)
  return seconds ? signature.signedAt + seconds * 1000 : undefined
}

export function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
