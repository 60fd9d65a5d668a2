import { createHash } from 'node:crypto'
import { AdmissionError, MalformedError } from '../../errors.ts'
import { dearmor, enarmor } from './armor.ts'
import {
  ed25519Fingerprint,
  ed25519Pem,
  isEd25519,
  isKept,
  readEd25519Keys,
} from './ed25519-key.ts'
import { keyIdOf } from './key-id.ts'
import { concat, viewOf } from './octets.ts'
import { embeddedIn, verifyOwnSignatures } from './own-signatures.ts'
import { encodePacket, packets, TAG } from './packet.ts'
import { expiryOf, governing } from './self-signature.ts'
import { canonicalBody, canonicalPacket, type SignaturePacket } from './signature-packet.ts'
import { readTransferableKeys, type TransferableKey } from './transferable-key.ts'
import type { Revocation, VerifiedKey, VerifiedSubkey } from './verified-key.ts'

/** A public key as it is kept: minimised, plain data. Times in milliseconds since 1970. */
export interface PublicKey {
  /** An in-toto key is a bare Ed25519 key: without names, dates or revocations. */
  readonly kind: 'openpgp' | 'in-toto'
  /** Of the primary key, 40 or 64 upper-case hex digits; of an in-toto key its key id in upper case. */
  readonly fingerprint: string
  /** Canonical: the same parts give the same octets. Binary. */
  readonly bytes: Uint8Array
  /** Of the primary key and then of every subkey, 16 upper-case hex digits. */
  readonly keyIds: readonly string[]
  /** Of the primary key and of the subkeys that agreed to sign for it: by these it is found for a signature. */
  readonly signingKeyIds: readonly string[]
  /** Best first. No control characters, at most 256 characters each; still to be escaped wherever they are shown. */
  readonly userIds: readonly string[]
  /** 0 where it does not say. */
  readonly createdAt: number
  readonly expiresAt?: number
  /** Softly or not. */
  readonly revoked: boolean
  /** Of RFC 9580 §9.1. */
  readonly algorithm: number
  readonly bits: number
  /** SHA-256 of `bytes`, 64 lower-case hex digits. */
  readonly digest: string
}

/** What is taken in one piece; keyring files go through `keyring-file.ts`. */
export const MAXIMUM_KEYS_BYTES = 1_048_576
const MAXIMUM_USER_ID_CHARACTERS = 256

/**
 * Reads one or many public keys, armored or binary (OpenPGP) or in PEM (in-toto), and minimises each: what its owner signed, verified, one
 * signature on each thing, all that revokes it; nothing by anybody else, no photos, nothing unhashed but the issuer and the
 * signature by which a subkey agrees. Keys that can't be used are skipped where others can.
 * @throws MalformedError ARMOR_SYNTAX; KEY_SYNTAX not public keys; KEY_UNUSABLE none has a good self-signature
 * @throws AdmissionError TOO_LARGE more than 1 MiB, or more signatures than can be checked
 */
export function readPublicKeys(bytes: Uint8Array): Promise<readonly PublicKey[]> {
  return Promise.resolve().then(() => {
    atMostKeys(bytes)
    if (isEd25519(bytes)) return readEd25519Keys(bytes).map(inTotoKeyOf)
    return readVerifiedKeys(bytes).map(publicKeyOf)
  })
}

function atMostKeys(bytes: Uint8Array): void {
  if (bytes.length > MAXIMUM_KEYS_BYTES)
    throw new AdmissionError('TOO_LARGE', 'More than 1 MiB of keys: send them one by one.')
}

/** Like {@link readPublicKeys}, of OpenPGP keys alone, for who needs the packets. */
export function readVerifiedKeys(bytes: Uint8Array): readonly VerifiedKey[] {
  atMostKeys(bytes)
  return verified(readTransferableKeys(binaryOf(bytes)))
}

function verified(keys: readonly TransferableKey[]): readonly VerifiedKey[] {
  const usable = keys.flatMap((key) => verifyOwnSignatures(key) ?? [])
  if (usable.length === 0)
    throw new MalformedError(
      'KEY_UNUSABLE',
      'No key in that is of a kind that is taken and has a good signature of its own.',
    )
  return usable
}

/** Every packet starts with a bit that no ASCII has. */
function binaryOf(bytes: Uint8Array): Uint8Array {
  if (((bytes[0] ?? 0) & 0x80) !== 0) return bytes
  const armored = dearmor('PUBLIC KEY BLOCK', bytes)
  if (armored === undefined)
    throw new MalformedError(
      'KEY_SYNTAX',
      /-----BEGIN (?:PGP )?(?:[A-Z]+ )?PRIVATE KEY/.test(viewOf(bytes).toString('latin1'))
        ? 'That is a private key. Keep it to yourself; send what gpg --export --armor prints.'
        : 'There is no PGP PUBLIC KEY BLOCK in that, and no PUBLIC KEY in PEM.',
    )
  return armored.octets
}

/**
 * What two copies of one key say together. Commutative, associative and idempotent, so every node that has seen
 * the same copies keeps the same octets.
 * @throws TypeError the fingerprints differ
 */
export function mergePublicKeys(a: PublicKey, b: PublicKey): Promise<PublicKey> {
  if (a.fingerprint !== b.fingerprint) throw new TypeError('two different keys cannot be merged')
  return Promise.resolve().then(() => {
    // there is but one form of an in-toto key
    if (a.kind === 'in-toto') return a
    const [merged] = verified(readTransferableKeys(concat([a.bytes, b.bytes])))
    return merged === undefined ? a : publicKeyOf(merged)
  })
}

/** ASCII armor, as gpg --import takes it; an in-toto key in PEM, as rebuilderd gives it. */
export const armorPublicKey = (bytes: Uint8Array): string =>
  isKept(bytes) ? ed25519Pem(bytes) : enarmor('PUBLIC KEY BLOCK', bytes)

/**
 * The user ids of a key that {@link readPublicKeys} minimised, as it gives them: nothing is verified once more.
 * @throws MalformedError KEY_SYNTAX it is none
 */
export const userIdsOf = (minimisedKey: Uint8Array): readonly string[] =>
  isKept(minimisedKey)
    ? []
    : [...packets(minimisedKey, 'KEY_SYNTAX')].flatMap(({ tag, body }) =>
        tag === TAG.userId ? [shown(body)] : [],
      )

function inTotoKeyOf(bytes: Uint8Array): PublicKey {
  const fingerprint = ed25519Fingerprint(bytes)
  return {
    kind: 'in-toto',
    fingerprint,
    bytes,
    keyIds: [keyIdOf(fingerprint)],
    signingKeyIds: [keyIdOf(fingerprint)],
    userIds: [],
    createdAt: 0,
    revoked: false,
    algorithm: ED25519,
    bits: 256,
    digest: createHash('sha256').update(bytes).digest('hex'),
  }
}

/** RFC 9580 §9.1. */
const ED25519 = 27

function publicKeyOf(key: VerifiedKey): PublicKey {
  const { primary, userIds, subkeys } = key
  // An array of its own: small Buffers share one, which would cross threads with it.
  const bytes = new Uint8Array(minimised(key))
  const expiresAt = expiryOf(primary, governing(key))
  const agreeing = subkeys.filter(({ backSignature }) => backSignature !== undefined)
  return {
    kind: 'openpgp',
    fingerprint: primary.fingerprint,
    bytes,
    keyIds: [...new Set([primary.keyId, ...subkeys.map((subkey) => subkey.key.keyId)])],
    signingKeyIds: [...new Set([primary.keyId, ...agreeing.map((subkey) => subkey.key.keyId)])],
    userIds: userIds.map(({ octets }) => shown(octets)),
    createdAt: primary.createdAt,
    ...(expiresAt !== undefined && { expiresAt }),
    revoked: key.revocations.length > 0,
    algorithm: primary.algorithm,
    bits: primary.bits,
    digest: createHash('sha256').update(bytes).digest('hex'),
  }
}

/** Control, format and unassigned characters can hide or turn around what stands beside them. */
const shown = (octets: Uint8Array): string =>
  Array.from(new TextDecoder().decode(octets).replaceAll(/\p{C}/gu, ''))
    .slice(0, MAXIMUM_USER_ID_CHARACTERS)
    .join('')

const only = (signature: SignaturePacket | undefined): readonly Uint8Array[] =>
  signature === undefined ? [] : [canonicalPacket(signature)]
const revoking = (revocations: readonly Revocation[]): readonly Uint8Array[] =>
  revocations.map(({ signature }) => canonicalPacket(signature))

function minimised(key: VerifiedKey): Uint8Array {
  return concat([
    encodePacket(TAG.publicKey, key.primary.body),
    ...revoking(key.revocations),
    ...only(key.directKey),
    ...key.userIds.flatMap(({ octets, signature }) => [
      encodePacket(TAG.userId, octets),
      canonicalPacket(signature),
    ]),
    ...key.subkeys.flatMap((subkey) => [
      encodePacket(TAG.publicSubkey, subkey.key.body),
      ...revoking(subkey.revocations),
      ...bindingOf(subkey),
    ]),
  ])
}

function bindingOf({ binding, backSignature }: VerifiedSubkey): readonly Uint8Array[] {
  if (binding === undefined) return []
  if (backSignature === undefined) return [canonicalPacket(binding)]
  const body = canonicalBody(backSignature)
  const hashedOnes = embeddedIn({ ...binding, unhashed: [] })
  const isHashed = hashedOnes.some((each) => Buffer.compare(canonicalBody(each), body) === 0)
  return [canonicalPacket(binding, isHashed ? undefined : body)]
}
