import { ed25519Fingerprint, isStoredEd25519 } from './ed25519-key.ts'
import type { VerifiedKeyBytes } from './verified-key-bytes.ts'
import type { KeyPacket } from './key-packet.ts'
import { verifiedKeysOf } from './public-key.ts'
import { type SigningKey, signingKeysOf } from './signing-key.ts'
import type { SignatureFacts } from './state.ts'

/** A primary key, or a subkey that agreed to sign for it. Times in milliseconds since 1970. */
export interface KeyPart {
  /** 40 or 64 upper-case hex digits. */
  readonly fingerprint: string
  readonly isPrimary: boolean
  /** In words: `RSA, 4096 bits`, `Ed25519`. */
  readonly algorithm: string
  /** Absent of an in-toto key: it has no dates. */
  readonly createdAt?: number
  /** When it or its primary key does, the earlier of both. */
  readonly expiresAt?: number
  /** It or its primary key, see {@link SignatureFacts}. */
  readonly revoked?: SignatureFacts['revoked']
  /** Did its owner make it to sign data? */
  readonly maySign: boolean
}

/**
 * What can sign for a key that `readPublicKeys` minimised: the primary key, and then its subkeys, oldest first. Subkeys
 * that only encrypt are not in it.
 * @throws MalformedError KEY_SYNTAX it is none
 */
export function keyPartsOf(minimisedKey: VerifiedKeyBytes): readonly KeyPart[] {
  if (isStoredEd25519(minimisedKey)) {
    const fingerprint = ed25519Fingerprint(minimisedKey)
    return [{ fingerprint, isPrimary: true, algorithm: 'Ed25519', maySign: true }]
  }
  return verifiedKeysOf(minimisedKey).flatMap((key) => {
    const { fingerprint } = key.primary
    const packets = [key.primary, ...key.subkeys.map((subkey) => subkey.key)]
    const keyIds = new Set(packets.map(({ keyId }) => keyId))
    return [...keyIds].flatMap((keyId) =>
      signingKeysOf(key, keyId).map((part) => partOf(part, fingerprint)),
    )
  })
}

function partOf({ packet, facts, refusal }: SigningKey, primary: string): KeyPart {
  const { validUntil, revoked } = facts
  return {
    fingerprint: packet.fingerprint,
    isPrimary: packet.fingerprint === primary,
    algorithm: algorithmOf(packet),
    createdAt: packet.createdAt,
    ...(validUntil !== undefined && { expiresAt: validUntil }),
    ...(revoked && { revoked }),
    maySign: refusal === undefined,
  }
}

function algorithmOf({ material, algorithm, bits }: KeyPacket): string {
  switch (material.kind) {
    case 'rsa':
      return `RSA, ${bits} bits`
    case 'dsa':
      return `DSA, ${bits} bits`
    case 'ecdsa':
      return `ECDSA, ${material.curve.title}`
    case 'ed25519':
      return 'Ed25519'
    case 'ed448':
      return 'Ed448'
    case 'other':
      break
  }
  return `algorithm ${algorithm}`
}
