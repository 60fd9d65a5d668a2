import type { KeyPacket } from './key-packet.ts'
import { keptWithinBudget, signatureAllowance } from './key-budget.ts'
import { concat, uint32 } from './octets.ts'
import { isSignedBy } from './openpgp.ts'
import { isMarkedPrimary, isRevoked } from './self-signature.ts'
import { decisiveRevocations, firstBy, newestFirst } from './signature-order.ts'
import {
  canonicalBody,
  readSignaturePacket,
  SIGNATURE_TYPE,
  type SignaturePacket,
} from './signature-packet.ts'
import { SUBPACKET } from './subpacket.ts'
import type { Signed, TransferableKey } from './transferable-key.ts'
import type { Revocation, VerifiedKey, VerifiedSubkey, VerifiedUserId } from './verified-key.ts'
import { MalformedError } from '../../errors.ts'

/** Nobody's own has more; each is verified. */
const MAXIMUM_EMBEDDED = 4
/** Room for the words that a revocation may have. A larger one is dropped. */
const MAXIMUM_REVOCATION_BYTES = 4096

/**
 * Verifies every signature that a key has on itself and keeps the ones that matter: the newest on each thing and
 * the decisive revocations. Self-signatures over SHA-1 are good, as to GnuPG: old keys have no others, and
 * nobody but the owner chooses what is signed. Those over MD5 are not.
 * `undefined`: it has none, so nothing says that it is anybody's.
 */
export function verifyOwnSignatures(key: TransferableKey): VerifiedKey | undefined {
  const { primary } = key
  const own = key.signatures.filter((each) => isOwn(each, primary, [primary.framed]))
  const directKey = newest(own.filter(({ type }) => type === SIGNATURE_TYPE.directKey))
  const revocations = decisiveRevocations(
    own.filter(({ type }) => type === SIGNATURE_TYPE.keyRevocation),
  )
  const all = {
    userIds: [...key.userIds.values()].flatMap((each) => verifyUserId(primary, each) ?? []),
    subkeys: [...key.subkeys.values()].flatMap((each) => verifySubkey(primary, each) ?? []),
  }
  if (directKey === undefined && revocations.length + all.userIds.length === 0) {
    if (all.subkeys.length === 0) return undefined
  }
  const kept = keptWithinBudget(primary, all)
  return {
    primary,
    ...(directKey && { directKey }),
    revocations,
    userIds: kept.userIds.toSorted(bestUserIdFirst),
    subkeys: kept.subkeys.toSorted(oldestSubkeyFirst),
  }
}

const newest = (signatures: readonly SignaturePacket[]): SignaturePacket | undefined =>
  firstBy(signatures, newestFirst)

/** The right kind and size, taken algorithms, and by the primary key. */
function isOwn(
  signature: SignaturePacket,
  primary: KeyPacket,
  signed: readonly Uint8Array[],
): boolean {
  const { type } = signature
  const revokes =
    type === SIGNATURE_TYPE.keyRevocation ||
    type === SIGNATURE_TYPE.subkeyRevocation ||
    type === SIGNATURE_TYPE.certificationRevocation
  const limit = revokes ? MAXIMUM_REVOCATION_BYTES : signatureAllowance(primary)
  // A binding may carry the other key's signature too, which has its own limit.
  const size = signature.hashed
    .filter((subpacket) => subpacket.type === SUBPACKET.embeddedSignature)
    .reduce((rest, { body }) => rest - body.length, canonicalBody(signature).length)
  if (size > limit || signature.hash.name === 'md5') return false
  // A revocation that is not fully understood is one all the same.
  return (revokes || !signature.forbidding) && isSignedBy(signature, primary, signed)
}

function verifyUserId(
  primary: KeyPacket,
  { on, signatures }: Signed<Uint8Array>,
): VerifiedUserId | undefined {
  const signed = [primary.framed, concat([Uint8Array.of(0xb4), uint32(on.length), on])]
  const own = signatures.filter(
    (each) =>
      (isCertification(each) || isCertificationRevocation(each)) && isOwn(each, primary, signed),
  )
  const signature = newest(own)
  return signature && { octets: on, signature }
}

const isCertification = ({ type }: SignaturePacket): boolean =>
  type >= SIGNATURE_TYPE.firstCertification && type <= SIGNATURE_TYPE.lastCertification
const isCertificationRevocation = ({ type }: SignaturePacket): boolean =>
  type === SIGNATURE_TYPE.certificationRevocation

function verifySubkey(
  primary: KeyPacket,
  { on: key, signatures }: Signed<KeyPacket>,
): VerifiedSubkey | undefined {
  const signed = [primary.framed, key.framed]
  const own = signatures.filter(
    ({ type }) => type === SIGNATURE_TYPE.subkeyBinding || type === SIGNATURE_TYPE.subkeyRevocation,
  )
  const good = own.filter((each) => isOwn(each, primary, signed))
  if (good.length === 0) return undefined
  const bindings = good.filter(({ type }) => type === SIGNATURE_TYPE.subkeyBinding)
  const binding = newest(bindings)
  // It says nothing about the binding that carries it, so any of them may: stripping the newest is no use.
  const backSignature = newest(
    bindings.flatMap(embeddedIn).filter((each) => isBackSignature(each, key, signed)),
  )
  const revocations: readonly Revocation[] = decisiveRevocations(
    good.filter(({ type }) => type === SIGNATURE_TYPE.subkeyRevocation),
  )
  return { key, ...(binding && { binding }), ...(backSignature && { backSignature }), revocations }
}

function isBackSignature(
  signature: SignaturePacket,
  subkey: KeyPacket,
  signed: readonly Uint8Array[],
): boolean {
  return (
    signature.type === SIGNATURE_TYPE.primaryKeyBinding &&
    signature.hash.name !== 'md5' &&
    !signature.forbidding &&
    canonicalBody(signature).length <= signatureAllowance(subkey) &&
    isSignedBy(signature, subkey, signed)
  )
}

/** Signatures that a binding carries (RFC 9580 §5.2.3.34), hashed or not: each proves itself. */
export function embeddedIn(binding: SignaturePacket): readonly SignaturePacket[] {
  return [...binding.hashed, ...binding.unhashed]
    .filter(({ type }) => type === SUBPACKET.embeddedSignature)
    .slice(0, MAXIMUM_EMBEDDED)
    .flatMap(({ body }) => {
      try {
        return [readSignaturePacket(body)]
      } catch (error) {
        if (error instanceof MalformedError) return []
        throw error
      }
    })
}

const bestUserIdFirst = (a: VerifiedUserId, b: VerifiedUserId): number =>
  Number(isRevoked(a)) - Number(isRevoked(b)) ||
  Number(isMarkedPrimary(b)) - Number(isMarkedPrimary(a)) ||
  b.signature.signedAt - a.signature.signedAt ||
  Buffer.compare(a.octets, b.octets)

const oldestSubkeyFirst = (a: VerifiedSubkey, b: VerifiedSubkey): number =>
  a.key.createdAt - b.key.createdAt || (a.key.fingerprint < b.key.fingerprint ? -1 : 1)
