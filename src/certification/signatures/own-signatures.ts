import type { KeyPacket } from './key-packet.ts'
import { keptWithinBudget, signatureAllowance } from './key-budget.ts'
import { concat, uint32 } from './octets.ts'
import { isSignedBy } from './openpgp.ts'
import { isMarkedPrimary, isRevoked } from './self-signature.ts'
import { decisiveRevocations, firstGood, newestFirst } from './signature-order.ts'
import type { IsGood } from './signature-order.ts'
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
 * Wrong signatures of one key that are computed; the rest of that key is not looked at then. A key in use has none,
 * or the few that a key server once put in a wrong place.
 */
const MAXIMUM_WRONG = 64

/**
 * Verifies the signatures that a key has on itself and keeps the ones that matter: the newest on each thing and
 * the decisive revocations. They are tried best first, and what could not matter any more is not tried.
 * Self-signatures over SHA-1 are good, as to GnuPG: old keys have no others, and
 * nobody but the owner chooses what is signed. Those over MD5 are not.
 * `undefined`: it has none, so nothing says that it is anybody's.
 */
export function verifyOwnSignatures(key: TransferableKey): VerifiedKey | undefined {
  const { primary } = key
  const tried = triesOf(primary)
  const isGood: IsGood = (each) => tried(each, [primary.framed])
  const directKey = firstGood(ofType(key.signatures, SIGNATURE_TYPE.directKey), newestFirst, isGood)
  const revocations = decisiveRevocations(
    ofType(key.signatures, SIGNATURE_TYPE.keyRevocation),
    isGood,
  )
  const all = {
    userIds: [...key.userIds.values()].flatMap((each) => verifyUserId(primary, each, tried) ?? []),
    subkeys: [...key.subkeys.values()].flatMap((each) => verifySubkey(primary, each, tried) ?? []),
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

const ofType = (signatures: readonly SignaturePacket[], type: number): readonly SignaturePacket[] =>
  signatures.filter((each) => each.type === type)

/** Is it the primary key's own, over these octets? */
type Try = (signature: SignaturePacket, signed: readonly Uint8Array[]) => boolean

function triesOf(primary: KeyPacket): Try {
  let wrong = 0
  return (signature, signed) => {
    if (wrong >= MAXIMUM_WRONG || !mayBeOwn(signature, primary)) return false
    const isRight = isSignedBy(signature, primary, signed)
    if (!isRight) wrong += 1
    return isRight
  }
}

/** The right size and taken algorithms. */
function mayBeOwn(signature: SignaturePacket, primary: KeyPacket): boolean {
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
  return revokes || !signature.forbidding
}

function verifyUserId(
  primary: KeyPacket,
  { on, signatures }: Signed<Uint8Array>,
  isOwn: Try,
): VerifiedUserId | undefined {
  const signed = [primary.framed, concat([Uint8Array.of(0xb4), uint32(on.length), on])]
  const fitting = signatures.filter(
    (each) => isCertification(each) || isCertificationRevocation(each),
  )
  const signature = firstGood(fitting, newestFirst, (each) => isOwn(each, signed))
  return signature && { octets: on, signature }
}

const isCertification = ({ type }: SignaturePacket): boolean =>
  type >= SIGNATURE_TYPE.firstCertification && type <= SIGNATURE_TYPE.lastCertification
const isCertificationRevocation = ({ type }: SignaturePacket): boolean =>
  type === SIGNATURE_TYPE.certificationRevocation

function verifySubkey(
  primary: KeyPacket,
  { on: key, signatures }: Signed<KeyPacket>,
  isOwn: Try,
): VerifiedSubkey | undefined {
  const signed = [primary.framed, key.framed]
  const known = new Map<SignaturePacket, boolean>()
  const isGood: IsGood = (each) => {
    const answer = known.get(each) ?? isOwn(each, signed)
    known.set(each, answer)
    return answer
  }
  const bindings = ofType(signatures, SIGNATURE_TYPE.subkeyBinding)
  const binding = firstGood(bindings, newestFirst, isGood)
  const revocations: readonly Revocation[] = decisiveRevocations(
    ofType(signatures, SIGNATURE_TYPE.subkeyRevocation),
    isGood,
  )
  if (binding === undefined && revocations.length === 0) return undefined
  const backSignature = backSignatureIn(bindings, { key, signed, isGood })
  return { key, ...(binding && { binding }), ...(backSignature && { backSignature }), revocations }
}

interface Bound {
  readonly key: KeyPacket
  readonly signed: readonly Uint8Array[]
  readonly isGood: IsGood
}

/** It says nothing about the binding that carries it, so any of them may: stripping the newest is no use. */
function backSignatureIn(
  bindings: readonly SignaturePacket[],
  { key, signed, isGood }: Bound,
): SignaturePacket | undefined {
  const isOwn = triesOf(key)
  const carriers = new Map<SignaturePacket, SignaturePacket>()
  for (const binding of bindings)
    for (const each of embeddedIn(binding))
      if (
        each.type === SIGNATURE_TYPE.primaryKeyBinding &&
        canonicalBody(each).length <= signatureAllowance(key)
      )
        carriers.set(each, binding)
  return firstGood([...carriers.keys()], newestFirst, (each) => {
    const carrier = carriers.get(each)
    return carrier !== undefined && isGood(carrier) && isOwn(each, signed)
  })
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
