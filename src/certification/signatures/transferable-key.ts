import { AdmissionError, MalformedError } from '../../errors.ts'
import { readKeyPacket, type KeyPacket } from './key-packet.ts'
import { viewOf } from './octets.ts'
import { packets, TAG } from './packet.ts'
import { readSignaturePacket, type SignaturePacket } from './signature-packet.ts'

/** A user id or subkey, and the signatures on it that claim to be the primary key's own. Nothing is verified. */
export interface Signed<T> {
  readonly on: T
  readonly signatures: SignaturePacket[]
}

/** A transferable public key (RFC 9580 §10.1) as it came. Everything that is not the owner's claim is left out. */
export interface TransferableKey {
  readonly primary: KeyPacket
  readonly signatures: SignaturePacket[]
  /** By their octets, as Latin-1. */
  readonly userIds: Map<string, Signed<Uint8Array>>
  /** By their fingerprint. */
  readonly subkeys: Map<string, Signed<KeyPacket>>
}

/** A longer one is dropped: every signature on it hashes it again. */
export const MAXIMUM_USER_ID_BYTES = 512
/** Own signatures in one reading, because each is verified. Real keys have ten, and what strangers add is skipped unseen. */
export const MAXIMUM_OWN_SIGNATURES = 2000

/**
 * Groups the packets of one or many keys; parts of the same primary key come together.
 * Photos, trust packets, third-party signatures, and keys or subkeys of kinds that are not taken are skipped.
 * @throws MalformedError KEY_SYNTAX broken framing, private key material, something before the first key
 * @throws AdmissionError TOO_LARGE
 */
export function readTransferableKeys(octets: Uint8Array): readonly TransferableKey[] {
  const keys = new Map<string, TransferableKey>()
  let key: TransferableKey | undefined
  let inKey = false
  // Made only for a signature that is the owner's: a flood of bare user ids costs nothing.
  let target: (() => SignaturePacket[] | undefined) | undefined
  let own = 0
  for (const { tag, body } of packets(octets, 'KEY_SYNTAX')) {
    switch (tag) {
      case TAG.secretKey:
      case TAG.secretSubkey:
        throw new MalformedError(
          'KEY_SYNTAX',
          'That is a private key. Keep it to yourself; send what gpg --export --armor prints.',
        )
      case TAG.publicKey: {
        inKey = true
        const primary = takenKey(body)
        key = primary && (keys.get(primary.fingerprint) ?? newKey(primary))
        if (key !== undefined) keys.set(key.primary.fingerprint, key)
        target = () => key?.signatures
        break
      }
      case TAG.userId:
        target = () => key && userIdOf(key, body)?.signatures
        break
      case TAG.publicSubkey:
        target = () => key && subkeyOf(key, body)?.signatures
        break
      case TAG.userAttribute:
        target = undefined
        break
      case TAG.signature: {
        if (!inKey)
          throw new MalformedError('KEY_SYNTAX', 'There is a signature, but no public key.')
        const signature = key && target && ownSignature(key.primary, body)
        if (signature === undefined) break
        if (++own > MAXIMUM_OWN_SIGNATURES)
          throw new AdmissionError(
            'TOO_LARGE',
            'The keys have more signatures than can be checked.',
          )
        target?.()?.push(signature)
        break
      }
      default:
        // Trust, marker, padding and what is not invented yet.
        break
    }
  }
  if (!inKey) throw new MalformedError('KEY_SYNTAX', 'There is no public key in that.')
  return [...keys.values()]
}

const newKey = (primary: KeyPacket): TransferableKey => ({
  primary,
  signatures: [],
  userIds: new Map(),
  subkeys: new Map(),
})

function takenKey(body: Uint8Array): KeyPacket | undefined {
  try {
    return readKeyPacket(body)
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}

function userIdOf(key: TransferableKey, body: Uint8Array): Signed<Uint8Array> | undefined {
  if (body.length > MAXIMUM_USER_ID_BYTES) return undefined
  return entryOf(key.userIds, viewOf(body).toString('latin1'), body)
}

function subkeyOf(key: TransferableKey, body: Uint8Array): Signed<KeyPacket> | undefined {
  const subkey = takenKey(body)
  return subkey?.version === key.primary.version
    ? entryOf(key.subkeys, subkey.fingerprint, subkey)
    : undefined
}

function entryOf<T>(entries: Map<string, Signed<T>>, name: string, on: T): Signed<T> {
  const known = entries.get(name)
  if (known !== undefined) return known
  const entry: Signed<T> = { on, signatures: [] }
  entries.set(name, entry)
  return entry
}

/** A signature that says it is the primary key's, and has the version of its key; verified later. */
function ownSignature(primary: KeyPacket, body: Uint8Array): SignaturePacket | undefined {
  try {
    const signature = readSignaturePacket(body)
    const own = signature.claimedKeyId === primary.keyId && signature.version === primary.version
    return own ? signature : undefined
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}
