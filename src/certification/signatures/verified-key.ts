import type { KeyPacket } from './key-packet.ts'
import type { SignaturePacket } from './signature-packet.ts'

/** A revocation and what it means. `soft`: superseded or retired; everything else is `hard`. */
export interface Revocation {
  readonly kind: 'hard' | 'soft'
  readonly signature: SignaturePacket
}

export interface VerifiedUserId {
  /** As the packet has it; not to be shown as it is. */
  readonly octets: Uint8Array
  /** The primary key's newest certification of it, which is also what says how long the key is good. */
  readonly certification?: SignaturePacket
  /**
   * The primary key's newest revocation of it, if it is not older than the certification (in the same second it wins). What
   * is older than the newest of its kind says nothing any more, and kept it would make merging depend on the order.
   */
  readonly revocation?: SignaturePacket
}

export interface VerifiedSubkey {
  readonly key: KeyPacket
  /** The newest binding by the primary key. */
  readonly binding?: SignaturePacket
  /** A signature by the subkey over primary key and subkey: without it anybody can adopt a subkey. */
  readonly backSignature?: SignaturePacket
  readonly revocations: readonly Revocation[]
}

/** A primary key with what it said about itself, every signature checked; nobody else's are in it. */
export interface VerifiedKey {
  readonly primary: KeyPacket
  readonly directKey?: SignaturePacket
  readonly revocations: readonly Revocation[]
  /** Best first: not revoked, marked as primary, newest. */
  readonly userIds: readonly VerifiedUserId[]
  /** Oldest first. */
  readonly subkeys: readonly VerifiedSubkey[]
}
