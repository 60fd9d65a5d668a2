import { readSignaturePacket, canonicalBody, SIGNATURE_TYPE } from './signature-packet.ts'
import type { SignaturePacket } from './signature-packet.ts'
import { MalformedError } from '../../base/errors.ts'
import { digestLength } from './hash-algorithm.ts'
import { trimToBudget, signatureAllowance } from './key-budget.ts'
import type { KeyPacket } from './key-packet.ts'
import {
  isRevocation,
  type AnyTarget,
  type SignatureTarget,
  type SignatureTargets,
} from './signature-targets.ts'
import { bestUserIdFirst } from './self-signature.ts'
import { decisiveRevocations, firstGood, type IsGood, newestFirst } from './signature-order.ts'
import { SUBPACKET, type Subpacket } from './subpacket.ts'
import type { VerifiedKey, VerifiedSubkey, VerifiedUserId } from './verified-key.ts'

/** Nobody's own has more; each is verified. */
const MAXIMUM_EMBEDDED = 4
/** Room for the words that a revocation may have. A larger one is dropped. */
const MAXIMUM_REVOCATION_BYTES = 4096

/** Did `maker` make that signature, over what is signed at that place? */
export type IsMadeBy = (signature: SignaturePacket, place: AnyTarget, maker: KeyPacket) => boolean

/** A key, and how much of it was dropped because it has too much. */
export interface OwnSignatures {
  readonly key: VerifiedKey
  readonly dropped: { readonly userIds: number; readonly subkeys: number }
}

/**
 * Keeps the signatures of a key on itself that matter: the newest on each thing and the decisive revocations. They are tried
 * best first, and what could not matter any more is not tried. Self-signatures over SHA-1 are good, as to GnuPG: old keys have
 * no others, and nobody but the owner chooses what is signed. Over MD5 nothing but a revocation is.
 * `undefined`: it has none, so nothing says that it is anybody's.
 */
export function ownSignatures(
  { key: onKey, userIds, subkeys }: SignatureTargets,
  isMadeBy: IsMadeBy,
): OwnSignatures | undefined {
  const primary = onKey.on
  const good = (place: AnyTarget) => (each: SignaturePacket) =>
    mayBeOwn(each, primary) && isMadeBy(each, place, primary)
  const directKey = firstGood(ofType(onKey, SIGNATURE_TYPE.directKey), newestFirst, good(onKey))
  const revocations = decisiveRevocations(ofType(onKey, SIGNATURE_TYPE.keyRevocation), good(onKey))
  const all = {
    userIds: userIds.flatMap((place) => userIdOf(place, good(place)) ?? []),
    subkeys: subkeys.flatMap((place) => subkeyOf(place, good(place), isMadeBy) ?? []),
  }
  if (directKey === undefined && revocations.length + all.userIds.length === 0) {
    if (all.subkeys.length === 0) return undefined
  }
  const kept = trimToBudget(primary, all)
  return {
    key: {
      primary,
      ...(directKey && { directKey }),
      revocations,
      userIds: kept.userIds.toSorted(bestUserIdFirst),
      subkeys: kept.subkeys.toSorted(oldestSubkeyFirst),
    },
    dropped: {
      userIds: all.userIds.length - kept.userIds.length,
      subkeys: all.subkeys.length - kept.subkeys.length,
    },
  }
}

const ofType = ({ candidates }: AnyTarget, type: number): readonly SignaturePacket[] =>
  candidates.filter((each) => each.type === type)

/** The right size and taken algorithms. A revocation that is not fully understood is one all the same. */
export function mayBeOwn(signature: SignaturePacket, primary: KeyPacket): boolean {
  const revokes = isRevocation(signature)
  const limit = revokes ? MAXIMUM_REVOCATION_BYTES : signatureAllowance(primary)
  // A binding may carry the other key's signature too, which has its own limit.
  const size = signature.hashed
    .filter((subpacket) => subpacket.type === SUBPACKET.embeddedSignature)
    .reduce((rest, { body }) => rest - body.length, canonicalBody(signature).length)
  if (size > limit) return false
  if (revokes) return true
  const { forbidding, hash, algorithm } = signature
  return !forbidding && hash.name !== 'md5' && digestLength(hash) >= (LEAST.get(algorithm) ?? 0)
}

/** Of EdDSA, in octets (RFC 9580 §5.2.3.3 to §5.2.3.5): the second reader, which is not asked about everything, takes no less. */
const LEAST: ReadonlyMap<number, number> = new Map([[22, 32], [27, 32], [28, 64]]) // prettier-ignore

function userIdOf(place: SignatureTarget<Uint8Array>, isGood: IsGood): VerifiedUserId | undefined {
  const revoking = place.candidates.filter(isRevocation)
  const certifying = place.candidates.filter((each) => !isRevocation(each))
  const certification = firstGood(certifying, newestFirst, isGood)
  const newest = firstGood(revoking, newestFirst, isGood)
  // in the same second it wins
  const isStill = newest !== undefined && newest.signedAt >= (certification?.signedAt ?? 0)
  if (certification === undefined && !isStill) return undefined
  return {
    octets: place.on,
    ...(certification && { certification }),
    ...(isStill && { revocation: newest }),
  }
}

function subkeyOf(
  place: SignatureTarget<KeyPacket>,
  isGood: IsGood,
  isMadeBy: IsMadeBy,
): VerifiedSubkey | undefined {
  // a binding that brings an agreement which the subkey never made is kept with it, and who reads what is kept believes that
  const isSound = (each: SignaturePacket): boolean =>
    isGood(each) &&
    hashedIn(each).every((one) => !isAgreement(one, place.on) || isMadeBy(one, place, place.on))
  const binding = firstGood(ofType(place, SIGNATURE_TYPE.subkeyBinding), newestFirst, isSound)
  const revocations = decisiveRevocations(ofType(place, SIGNATURE_TYPE.subkeyRevocation), isGood)
  if (binding === undefined && revocations.length === 0) return undefined
  const backSignature = backSignatureOf(place, isSound, isMadeBy)
  return {
    key: place.on,
    ...(binding && { binding }),
    ...(backSignature && { backSignature }),
    revocations,
  }
}

/** It says nothing about the binding that carries it, so any of them may: stripping the newest is no use. */
function backSignatureOf(
  place: SignatureTarget<KeyPacket>,
  isSound: IsGood,
  isMadeBy: IsMadeBy,
): SignaturePacket | undefined {
  const subkey = place.on
  const carriers = new Map<SignaturePacket, SignaturePacket>()
  for (const binding of ofType(place, SIGNATURE_TYPE.subkeyBinding))
    for (const each of embeddedIn(binding))
      if (isAgreement(each, subkey)) carriers.set(each, binding)
  return firstGood([...carriers.keys()], newestFirst, (each) => {
    const carrier = carriers.get(each)
    return carrier !== undefined && isSound(carrier) && isMadeBy(each, place, subkey)
  })
}

const isAgreement = (signature: SignaturePacket, subkey: KeyPacket): boolean =>
  signature.type === SIGNATURE_TYPE.primaryKeyBinding && mayBeOwn(signature, subkey)

interface Embedded {
  readonly all: readonly SignaturePacket[]
  readonly hashed: readonly SignaturePacket[]
}

/** A signature packet that was read of a binding is the same object each time, so that what was found out of it is known. */
const embedded = new WeakMap<SignaturePacket, Embedded>()

/** Signatures that a binding carries (RFC 9580 §5.2.3.34), hashed or not: each proves itself. */
export const embeddedIn = (binding: SignaturePacket): readonly SignaturePacket[] =>
  readEmbedded(binding).all

/** Those in its hashed area: nobody can take them out. */
export const hashedIn = (binding: SignaturePacket): readonly SignaturePacket[] =>
  readEmbedded(binding).hashed

function readEmbedded(binding: SignaturePacket): Embedded {
  const known = embedded.get(binding)
  if (known !== undefined) return known
  const hashed = binding.hashed.filter(isEmbedded)
  const unhashed = binding.unhashed.filter(isEmbedded)
  const most = Math.max(0, MAXIMUM_EMBEDDED - hashed.length)
  const first = hashed.slice(0, MAXIMUM_EMBEDDED).flatMap(readOne)
  const read = { hashed: first, all: [...first, ...unhashed.slice(0, most).flatMap(readOne)] }
  embedded.set(binding, read)
  return read
}

const isEmbedded = ({ type }: Subpacket): boolean => type === SUBPACKET.embeddedSignature

function readOne({ body }: Subpacket): readonly SignaturePacket[] {
  try {
    return [readSignaturePacket(body)]
  } catch (error) {
    if (error instanceof MalformedError) return []
    throw error
  }
}

const oldestSubkeyFirst = (a: VerifiedSubkey, b: VerifiedSubkey): number =>
  a.key.createdAt - b.key.createdAt || (a.key.fingerprint < b.key.fingerprint ? -1 : 1)
