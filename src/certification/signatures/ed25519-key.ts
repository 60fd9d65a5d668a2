/* The public keys of in-toto links: an Ed25519 key, with nothing beside it. It has no names, never expires, is never revoked. */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { MalformedError } from '../../base/errors.ts'
import { canonicalJson } from './canonical-json.ts'
import { concat, viewOf } from './octets.ts'

/** The one form in which such a key is kept: SubjectPublicKeyInfo in DER (RFC 8410 §4), 44 octets. */
const PREFIX = Buffer.from('302a300506032b6570032100', 'hex')
/** As in-toto-rs writes it, with a NULL where RFC 8410 wants nothing: OpenSSL refuses it. */
const PREFIX_WITH_NULL = Buffer.from('302c300706032b65700500032100', 'hex')
const POINT = 32
export const ED25519_OCTETS = PREFIX.length + POINT

/** Keys in one file. */
const MAX_KEYS = 256

/** Is this a key in the form in which it is kept, or PEM without OpenPGP? */
export const isEd25519 = (bytes: Uint8Array): boolean =>
  // every packet of OpenPGP starts with a bit that no PEM has
  ((bytes[0] ?? 0) & 0x80) === 0 &&
  (isStoredEd25519(bytes) || isPem(viewOf(bytes).toString('latin1')))

/** Is it one key, in the form in which it is kept? */
export const isStoredEd25519 = (bytes: Uint8Array): boolean =>
  bytes.length === ED25519_OCTETS && Buffer.compare(bytes.subarray(0, PREFIX.length), PREFIX) === 0

const BLOCK = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]{1,1024})-----END PUBLIC KEY-----/g

const isPem = (text: string): boolean =>
  // a text that only quotes a key gives nobody one
  text.trimStart().startsWith('-----BEGIN PUBLIC KEY-----') && !text.includes('-----BEGIN PGP ')

/**
 * The keys in a PEM file, or the one that is kept, each as it is kept.
 * @throws MalformedError KEY_SYNTAX; KEY_UNUSABLE none of them is an Ed25519 key
 */
export function readEd25519Keys(bytes: Uint8Array): readonly Uint8Array[] {
  if (isStoredEd25519(bytes) && isUsable(bytes.subarray(PREFIX.length)))
    return [new Uint8Array(bytes)]
  const blocks = [...viewOf(bytes).toString('latin1').matchAll(BLOCK)]
  if (blocks.length === 0 || blocks.length > MAX_KEYS)
    throw new MalformedError('KEY_SYNTAX', `There are ${blocks.length} keys in that PEM file.`)
  const keys = blocks.flatMap(([, base64 = '']) => readInfo(Buffer.from(base64, 'base64')) ?? [])
  if (keys.length === 0)
    throw new MalformedError('KEY_UNUSABLE', 'No key in that PEM file is an Ed25519 key.')
  const once = new Map(keys.map((key) => [viewOf(key).toString('hex'), key]))
  return [...once.values()]
}

function readInfo(info: Uint8Array): Uint8Array | undefined {
  for (const prefix of [PREFIX, PREFIX_WITH_NULL])
    if (
      info.length === prefix.length + POINT &&
      Buffer.compare(info.subarray(0, prefix.length), prefix) === 0 &&
      isUsable(info.subarray(prefix.length))
    )
      return concat([PREFIX, info.subarray(prefix.length)])
  return undefined
}

/**
 * Points of small order verify signatures that nobody made, and other encodings of a number would give one key two names
 * (RFC 8032 §5.1.3 refuses the latter, OpenSSL neither).
 */
function isUsable(point: Uint8Array): boolean {
  const y = Buffer.from(point.toReversed())
  y[0] = (y[0] ?? 0) & 0x7f
  const hex = y.toString('hex')
  return hex < PRIME && !SMALL_ORDER.includes(hex)
}
/** 2^255 - 19. */
const PRIME = `7f${'f'.repeat(60)}ed`
/** Their y; of each the sign of x can be either. */
const SMALL_ORDER = [
  '0'.repeat(64),
  `${'0'.repeat(63)}1`,
  `7f${'f'.repeat(60)}ec`,
  '05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826',
  '7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7',
]

/**
 * What in-toto calls the key id, in upper case: SHA-256 of the key as canonical JSON, with the fields that python-securesystemslib and
 * in-toto-rs put in it. It is that rebuilder's fingerprint; the first 16 digits are its key id here, as of OpenPGP's version 6.
 */
export function ed25519Fingerprint(key: Uint8Array): string {
  const description = canonicalJson({
    keyid_hash_algorithms: ['sha256', 'sha512'],
    keytype: 'ed25519',
    keyval: { public: viewOf(key.subarray(PREFIX.length)).toString('hex') },
    scheme: 'ed25519',
  })
  return createHash('sha256').update(description).digest('hex').toUpperCase()
}

/** PEM as rebuilderd writes it, and as repro-threshold reads it. */
export function ed25519Pem(key: Uint8Array): string {
  const info = concat([PREFIX_WITH_NULL, key.subarray(PREFIX.length)])
  return `-----BEGIN PUBLIC KEY-----\n${viewOf(info).toString('base64')}\n-----END PUBLIC KEY-----\n`
}

/** Did `key` sign these octets? `false` too where it is no point of the curve. */
export function isSignedByEd25519(
  key: Uint8Array,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  const object = objectOf(key)
  return object !== undefined && verify(null, signed, object, signature)
}

function objectOf(key: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: viewOf(key), format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}
