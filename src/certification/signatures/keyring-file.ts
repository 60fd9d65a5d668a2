import { MalformedError } from '../../base/errors.ts'
import { dearmor } from './armor.ts'
import {
  ED25519_OCTETS,
  ed25519Fingerprint,
  isEd25519,
  isStoredEd25519,
  readEd25519Keys,
} from './ed25519-key.ts'
import { keyIdOf } from './key-id.ts'
import { identityOf } from './key-packet.ts'
import { concat } from './octets.ts'
import { packets, TAG } from './packet.ts'

/** Where one key stands in a keyring, and by which ids it can be asked for. */
export interface KeyringPlace {
  /** `bytes.subarray(start, end)` of the binary keyring is the key as it is there. */
  readonly start: number
  readonly end: number
  /** Of the primary key, 40 or 64 upper-case hex digits. */
  readonly fingerprint: string
  /** Of the primary key and every subkey, 16 upper-case hex digits. Nothing of it is verified. */
  readonly keyIds: readonly string[]
}

/**
 * A keyring without its armor: itself if it has none.
 * @throws MalformedError ARMOR_SYNTAX, KEY_SYNTAX
 */
export function binaryKeyring(bytes: Uint8Array): Uint8Array {
  if (((bytes[0] ?? 0) & 0x80) !== 0 || bytes.length === 0) return bytes
  if (isEd25519(bytes)) return concat(readEd25519Keys(bytes))
  const armored = dearmor('PUBLIC KEY BLOCK', bytes)
  if (armored === undefined)
    throw new MalformedError('KEY_SYNTAX', 'There is no public key in that keyring.')
  return armored.octets
}

/**
 * Walks a binary keyring by its packet headers and hashes nothing but key packets, so that one of hundreds of
 * keys is scanned in milliseconds and holds no memory. Keys of versions that are not taken are passed over.
 * @throws MalformedError KEY_SYNTAX broken framing
 */
export function* scanKeyring(bytes: Uint8Array): Generator<KeyringPlace, void, void> {
  if (isStoredEd25519(bytes.subarray(0, ED25519_OCTETS))) {
    yield* scanEd25519(bytes)
    return
  }
  let open: { start: number; end: number; fingerprint: string; keyIds: string[] } | undefined
  for (const { tag, body, start, end } of packets(bytes, 'KEY_SYNTAX'))
    if (tag === TAG.publicKey) {
      if (open !== undefined) yield open
      const identity = identify(body)
      open = identity && { start, end, fingerprint: identity.fingerprint, keyIds: [identity.keyId] }
    } else if (open !== undefined) {
      open.end = end
      const subkey = tag === TAG.publicSubkey ? identify(body) : undefined
      if (subkey !== undefined) open.keyIds.push(subkey.keyId)
    }
  if (open !== undefined) yield open
}

function* scanEd25519(bytes: Uint8Array): Generator<KeyringPlace, void, void> {
  for (let start = 0; start < bytes.length; start += ED25519_OCTETS) {
    const end = start + ED25519_OCTETS
    const fingerprint = ed25519Fingerprint(bytes.subarray(start, end))
    yield { start, end, fingerprint, keyIds: [keyIdOf(fingerprint)] }
  }
}

function identify(body: Uint8Array): ReturnType<typeof identityOf> | undefined {
  const version = body[0]
  return version === 4 || version === 6 ? identityOf(version, body) : undefined
}
