import type { KeyPacket } from './key-packet.ts'
import { concat, uint32 } from './octets.ts'
import { SIGNATURE_TYPE, type SignaturePacket } from './signature-packet.ts'
import { takeUnsigned, type Signed, type TransferableKey } from './transferable-key.ts'

/** Something that a primary key signs, and the signatures that can be on it. */
export interface SignatureTarget<T> {
  readonly on: T
  readonly candidates: SignaturePacket[]
  /** Is that type of signature made on such a thing? */
  readonly isFor: (type: number) => boolean
  /** What is hashed for that signature, before its own fields (RFC 9580 §5.2.4). */
  readonly signed: (signature: SignaturePacket) => readonly Uint8Array[]
}

export type AnyTarget = SignatureTarget<KeyPacket> | SignatureTarget<Uint8Array>

export interface SignatureTargets {
  readonly key: SignatureTarget<KeyPacket>
  readonly userIds: readonly SignatureTarget<Uint8Array>[]
  readonly subkeys: readonly SignatureTarget<KeyPacket>[]
  /** On nothing that is known. */
  readonly unassigned: SignaturePacket[]
}

export const isRevocation = ({ type }: SignaturePacket): boolean =>
  type === SIGNATURE_TYPE.keyRevocation ||
  type === SIGNATURE_TYPE.subkeyRevocation ||
  type === SIGNATURE_TYPE.certificationRevocation

const isOnKey = (type: number): boolean =>
  type === SIGNATURE_TYPE.directKey || type === SIGNATURE_TYPE.keyRevocation
const isOnUserId = (type: number): boolean =>
  (type >= SIGNATURE_TYPE.firstCertification && type <= SIGNATURE_TYPE.lastCertification) ||
  type === SIGNATURE_TYPE.certificationRevocation
const isOnSubkey = (type: number): boolean =>
  type === SIGNATURE_TYPE.subkeyBinding || type === SIGNATURE_TYPE.subkeyRevocation

/** Can it be over what is signed there? Cheap: it compares 16 bits. */
export type MayMatch = (signature: SignaturePacket, signed: readonly Uint8Array[]) => boolean

/**
 * Where each signature of a key belongs. Nothing holds them where they stand: anybody who copies a key can put a revocation
 * behind something else, and GnuPG finds it there. So one that does not fit where it stands is tried on everything of its
 * kind, revocations first.
 */
export function assignSignatures(key: TransferableKey, fits: MayMatch): SignatureTargets {
  const { primary } = key
  const strays = [...key.strays]
  const settle = <T>(
    place: Omit<SignatureTarget<T>, 'candidates'>,
    signatures: readonly SignaturePacket[],
  ): SignatureTarget<T> => {
    const candidates: SignaturePacket[] = []
    for (const each of signatures)
      if (place.isFor(each.type) && fits(each, place.signed(each))) candidates.push(each)
      else strays.push(each)
    return { ...place, candidates }
  }
  const onKey = settle(
    { on: primary, isFor: isOnKey, signed: () => [primary.framed] },
    key.signatures,
  )
  const onUserId = ({ on, signatures }: Signed<Uint8Array>): SignatureTarget<Uint8Array> =>
    settle({ on, isFor: isOnUserId, signed: signedUserId(primary, on) }, signatures)
  const onSubkey = ({ on, signatures }: Signed<KeyPacket>): SignatureTarget<KeyPacket> =>
    settle({ on, isFor: isOnSubkey, signed: () => [primary.framed, on.framed] }, signatures)
  const userIds = [...key.userIds.values()].map(onUserId)
  const subkeys = [...key.subkeys.values()].map(onSubkey)
  if (strays.length > 0) {
    takeUnsigned(key)
    userIds.push(...[...key.userIds.values()].slice(userIds.length).map(onUserId))
    subkeys.push(...[...key.subkeys.values()].slice(subkeys.length).map(onSubkey))
  }
  const places: readonly AnyTarget[] = [onKey, ...userIds, ...subkeys]
  const lost = strays
    .toSorted((a, b) => Number(isRevocation(b)) - Number(isRevocation(a)))
    .filter((stray) => !assignStray(stray, places, fits))
  return { key: onKey, userIds, subkeys, unassigned: lost }
}

/** @returns false: it fits nowhere */
function assignStray(
  stray: SignaturePacket,
  places: readonly AnyTarget[],
  fits: MayMatch,
): boolean {
  const found = places.filter(
    ({ isFor, signed }) => isFor(stray.type) && fits(stray, signed(stray)),
  )
  for (const { candidates } of found) candidates.push(stray)
  return found.length > 0
}

/** Version 3 hashes a user id without the octets before it (RFC 4880 §5.2.4). */
function signedUserId(
  primary: KeyPacket,
  userId: Uint8Array,
): (signature: SignaturePacket) => readonly Uint8Array[] {
  const framed = concat([Uint8Array.of(0xb4), uint32(userId.length), userId])
  return ({ version }) => [primary.framed, version === 3 ? userId : framed]
}
