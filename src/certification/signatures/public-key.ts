import { createHash } from 'node:crypto'
import { AdmissionError, MalformedError } from '../../base/errors.ts'
import { dearmor, enarmor } from './armor.ts'
import {
  ed25519Fingerprint,
  ed25519Pem,
  isEd25519,
  isStoredEd25519,
  readEd25519Keys,
} from './ed25519-key.ts'
import { keyIdOf } from './key-id.ts'
import { concat, viewOf } from './octets.ts'
import { distinctOmissions, type KeyOmission } from './key-omission.ts'
import { minimised } from './minimised-key.ts'
import { encodePacket, packets, TAG } from './packet.ts'
import { designatedRevokers, statementOf } from './self-signature.ts'
import { MAXIMUM_BARE, readTransferableKeys, type BareRevocation } from './transferable-key.ts'
import { verifiedKey, verifyKey } from './verify-key.ts'
import { asVerifiedKeyBytes, type VerifiedKeyBytes } from './verified-key-bytes.ts'
import type { VerificationBudget } from './verification-cost.ts'
import type { VerifiedKey } from './verified-key.ts'

/** A public key as it is kept: minimised, plain data. Times in milliseconds since 1970. */
export interface PublicKey {
  /** An in-toto key is a bare Ed25519 key: without names, dates or revocations. */
  readonly kind: 'openpgp' | 'in-toto'
  /** Of the primary key, 40 or 64 upper-case hex digits; of an in-toto key its key id in upper case. */
  readonly fingerprint: string
  /** Canonical: the same parts give the same octets. Binary. */
  readonly bytes: VerifiedKeyBytes
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
  /** Who may revoke it too: fingerprints. Such revocations are not followed. */
  readonly designatedRevokers: readonly string[]
  /** Of RFC 9580 §9.1. */
  readonly algorithm: number
  readonly bits: number
  /** SHA-256 of `bytes`, 64 lower-case hex digits. */
  readonly digest: string
}

/** What is taken in one piece; keyring files go through `keyring-file.ts`. */
const MAXIMUM_KEYS_BYTES = 1_048_576
const MAXIMUM_USER_ID_CHARACTERS = 256

/** What somebody sent: keys, revocations of keys that are not in it, and what is not taken. */
export interface Upload {
  readonly keys: readonly ReadKey[]
  readonly bare: readonly BareRevocation[]
  readonly unusable: readonly KeyOmission[]
}

export interface ReadKey {
  readonly key: PublicKey
  /** What of it was sent and is not kept, or has no effect. */
  readonly leftOut: readonly KeyOmission[]
  /** Revocations of subkeys that it does not have: these can come with another copy. At most {@link MAXIMUM_BARE} in an upload. */
  readonly unplaced: readonly BareRevocation[]
}

export const withoutLosses = (key: PublicKey): ReadKey => ({ key, leftOut: [], unplaced: [] })

/**
 * Reads one or many public keys, armored or binary (OpenPGP) or in PEM (in-toto), and minimises each: what its owner signed, verified, one
 * signature on each thing, all that revokes it; nothing by anybody else, no photos, nothing unhashed but the issuer and the
 * signature by which a subkey agrees. Keys that can't be used are skipped where others can. Each costs `KEY_COST` units at
 * most, so this is work for a thread; it gives others a turn after each key.
 * @throws MalformedError ARMOR_SYNTAX; KEY_SYNTAX not public keys; KEY_UNUSABLE none has a good self-signature
 * @throws AdmissionError TOO_LARGE more than 1 MiB, or more signatures than can be checked; KEY_TOO_COSTLY
 */
export async function readPublicKeys(bytes: Uint8Array): Promise<readonly PublicKey[]> {
  const { keys, unusable } = await readUpload(bytes)
  if (keys.length === 0) throw nothingUsable(unusable)
  return keys.map(({ key }) => key)
}

/**
 * Like {@link readPublicKeys}, for who can use revocations alone too, and tells what was lost.
 * @param work what all keys may cost together; without it only each by itself is bounded, which is for files of one's own
 * @throws what {@link readPublicKeys} throws
 */
export async function readUpload(bytes: Uint8Array, work?: VerificationBudget): Promise<Upload> {
  atMostKeys(bytes)
  if (isEd25519(bytes)) {
    const keys = readEd25519Keys(bytes)
    return { keys: keys.map((each) => withoutLosses(inTotoKeyOf(each))), bare: [], unusable: [] }
  }
  const read = readTransferableKeys(binaryOf(bytes))
  const unusable: KeyOmission[] = read.unusable.map(({ reason }) => ({ what: 'key', why: reason }))
  const keys: ReadKey[] = []
  let room = MAXIMUM_BARE - read.bare.length
  for (const each of read.keys) {
    const { key, leftOut, unplaced } = await verifyKey(each, work)
    if (key === undefined)
      unusable.push({
        what: 'key',
        why: `${each.primary.fingerprint} has no good signature of its own.`,
      })
    else {
      keys.push({ key: publicKeyOf(key), leftOut, unplaced: unplaced.slice(0, room) })
      room = Math.max(0, room - unplaced.length)
    }
    if (read.keys.length > 1) await anotherTurn()
  }
  if (keys.length + read.bare.length === 0) throw nothingUsable(unusable)
  return { keys, bare: read.bare, unusable: distinctOmissions(unusable) }
}

const anotherTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const nothingUsable = ([first]: readonly KeyOmission[]): MalformedError =>
  new MalformedError(
    'KEY_UNUSABLE',
    `No key in that is of a kind that is taken and has a good signature of its own.${first === undefined ? '' : ` ${first.why}`}`,
  )

function atMostKeys(bytes: Uint8Array): void {
  if (bytes.length > MAXIMUM_KEYS_BYTES)
    throw new AdmissionError('TOO_LARGE', 'More than 1 MiB of keys: send them one by one.')
}

/**
 * The packets of keys that {@link readPublicKeys} has minimised; none of one of in-toto. Nothing is verified: never for octets
 * that came from elsewhere.
 * @throws MalformedError KEY_SYNTAX it is none
 */
export const verifiedKeysOf = (kept: VerifiedKeyBytes): readonly VerifiedKey[] =>
  isStoredEd25519(kept)
    ? []
    : readTransferableKeys(kept).keys.flatMap((key) => verifiedKey(key) ?? [])

/** The whole of what is known of a key that {@link readPublicKeys} has minimised; nothing is verified. */
export function verifiedPublicKey(kept: VerifiedKeyBytes): PublicKey | undefined {
  if (isStoredEd25519(kept)) return inTotoKeyOf(kept)
  const [key] = verifiedKeysOf(kept)
  return key && publicKeyOf(key)
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
 * What two copies of one key say together, both as {@link readPublicKeys} gave them. Commutative, associative and idempotent,
 * so every node that has seen the same copies keeps the same octets. Nothing is verified.
 * @throws TypeError the fingerprints differ
 */
export function mergePublicKeys(
  a: Pick<PublicKey, 'fingerprint' | 'bytes'>,
  b: Pick<PublicKey, 'fingerprint' | 'bytes'>,
): PublicKey {
  if (a.fingerprint !== b.fingerprint) throw new TypeError('two different keys cannot be merged')
  // there is but one form of an in-toto key
  const merged = verifiedPublicKey(
    isStoredEd25519(a.bytes) ? a.bytes : asVerifiedKeyBytes(concat([a.bytes, b.bytes])),
  )
  if (merged === undefined) throw new TypeError('what is kept of a key is no key')
  return merged
}

/** A key as it is kept with revocations behind it, for {@link readPublicKeys} to find out what they revoke. */
export const withRevocations = (
  kept: VerifiedKeyBytes,
  bodies: readonly Uint8Array[],
): Uint8Array => concat([kept, ...bodies.map((body) => encodePacket(TAG.signature, body))])

/** ASCII armor, as gpg --import takes it; an in-toto key in PEM, as rebuilderd gives it. */
export const armorPublicKey = (bytes: Uint8Array): string =>
  isStoredEd25519(bytes) ? ed25519Pem(bytes) : enarmor('PUBLIC KEY BLOCK', bytes)

/**
 * The user ids of a key that {@link readPublicKeys} minimised, as it gives them: nothing is verified once more.
 * @throws MalformedError KEY_SYNTAX it is none
 */
export const userIdsOf = (minimisedKey: Uint8Array): readonly string[] =>
  isStoredEd25519(minimisedKey)
    ? []
    : [...packets(minimisedKey, 'KEY_SYNTAX')].flatMap(({ tag, body }) =>
        tag === TAG.userId ? [shown(body)] : [],
      )

function inTotoKeyOf(octets: Uint8Array): PublicKey {
  const bytes = asVerifiedKeyBytes(octets)
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
    designatedRevokers: [],
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
  const bytes = asVerifiedKeyBytes(new Uint8Array(minimised(key)))
  const { validUntil: expiresAt } = statementOf(key)
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
    designatedRevokers: designatedRevokers(key),
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
