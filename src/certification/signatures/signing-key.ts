import type { KeyPacket } from './key-packet.ts'
import {
  earliest,
  expiryOf,
  maySignData,
  signatureExpiryOf,
  statementOf,
} from './self-signature.ts'
import type { SignatureFacts } from './state.ts'
import type { Revocation, VerifiedKey, VerifiedSubkey } from './verified-key.ts'

/** A key or subkey that a signature names, and what its primary key says of it. */
export interface SigningKey {
  readonly packet: KeyPacket
  readonly facts: Omit<SignatureFacts, 'signedAt' | 'weakDigest'>
  /** Why it may not sign data for that primary key, if it may not. */
  readonly refusal?: string
}

/**
 * Everything in `key` that has that key id: usually one or none. A subkey that never agreed to belong to that key (no
 * back-signature, RFC 9580 section 5.2.1.10) is as good as absent: else whoever adopts a subkey could speak against its owner.
 * So is everything of a key of which no self-signature is known: nothing says whether it has an end.
 */
export function signingKeysOf(key: VerifiedKey, keyId: string): readonly SigningKey[] {
  const found: SigningKey[] = []
  if (!statementOf(key).isSaid) return found
  if (key.primary.keyId === keyId) found.push(primaryOf(key))
  for (const subkey of key.subkeys)
    if (subkey.key.keyId === keyId && subkey.backSignature !== undefined)
      found.push(subkeyOf(key, subkey))
  return found
}

function primaryOf(key: VerifiedKey): SigningKey {
  const { primary } = key
  return factsOf(key, {
    packet: primary,
    validFrom: primary.createdAt,
    validUntil: undefined,
    revocations: [],
    // A primary key that does not say may.
    refusal:
      statementOf(key).maySign === false ? 'Its owner made that key not to sign data.' : undefined,
  })
}

function subkeyOf(
  key: VerifiedKey,
  { key: packet, binding, backSignature, revocations }: VerifiedSubkey,
): SigningKey {
  const refusal =
    maySignData(binding) !== true ? 'Its owner made that subkey not to sign data.' : undefined
  return factsOf(key, {
    packet,
    validFrom: Math.max(key.primary.createdAt, packet.createdAt),
    // that it belongs to this key is said no longer than the back-signature is good
    validUntil: earliest([
      expiryOf(packet, binding),
      backSignature && signatureExpiryOf(backSignature),
    ]),
    revocations,
    refusal,
  })
}

interface Own {
  readonly packet: KeyPacket
  readonly validFrom: number
  readonly validUntil: number | undefined
  readonly revocations: readonly Revocation[]
  readonly refusal: string | undefined
}

function factsOf(key: VerifiedKey, own: Own): SigningKey {
  const validUntil = earliest([statementOf(key).validUntil, own.validUntil])
  const revoked = revokedBy([...key.revocations, ...own.revocations])
  return {
    packet: own.packet,
    facts: {
      rebuilder: key.primary.fingerprint,
      signedBy: own.packet.fingerprint,
      validFrom: own.validFrom,
      ...(validUntil !== undefined && { validUntil }),
      ...(revoked && { revoked }),
    },
    ...(own.refusal !== undefined && { refusal: own.refusal }),
  }
}

const firstOf = (revocations: readonly Revocation[]): number | undefined =>
  earliest(revocations.map(({ signature }) => signature.signedAt))

function revokedBy(revocations: readonly Revocation[]): SignatureFacts['revoked'] {
  const hard = revocations.filter(({ kind }) => kind === 'hard')
  if (hard.length > 0) {
    const at = firstOf(hard)
    return { kind: 'hard', ...(at !== undefined && { at }) }
  }
  const at = firstOf(revocations)
  return at === undefined ? undefined : { kind: 'soft', at }
}
