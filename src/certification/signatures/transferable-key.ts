import { AdmissionError, MalformedError } from '../../base/errors.ts'
import { readKeyPacket, type KeyPacket } from './key-packet.ts'
import type { KeyOmission } from './key-omission.ts'
import { viewOf } from './octets.ts'
import { packets, TAG } from './packet.ts'
import { readSignaturePacket, SIGNATURE_TYPE, type SignaturePacket } from './signature-packet.ts'
import { readRevocationV3 } from './signature-v3.ts'

/** A user id or subkey, and the own signatures that stand behind it. Nothing is verified. */
export interface Signed<T> {
  readonly on: T
  readonly signatures: SignaturePacket[]
}

/** A transferable public key (RFC 9580 §10.1) as it came. Everything that is not the owner's claim is left out. */
export interface TransferableKey {
  readonly primary: KeyPacket
  /** Behind the primary key. */
  readonly signatures: SignaturePacket[]
  /** By their octets, as Latin-1. */
  readonly userIds: Map<string, Signed<Uint8Array>>
  /** By their fingerprint. */
  readonly subkeys: Map<string, Signed<KeyPacket>>
  /** Behind something that is not kept: whose they are is still to be found out. */
  readonly strays: SignaturePacket[]
  /** User ids and subkeys without a signature behind them, as packet bodies: one of the strays can be theirs. */
  readonly unsigned: { readonly userIds: Uint8Array[]; readonly subkeys: Uint8Array[] }
  readonly leftOut: KeyOmission[]
}

export interface BareRevocation {
  /** Of the key that says so, 16 upper-case hex digits. */
  readonly keyId: string
  /** The signature packet's body, as it came. */
  readonly body: Uint8Array
}

export interface TransferableKeys {
  readonly keys: readonly TransferableKey[]
  /** Revocations of keys that are not in it: what `gpg --gen-revoke` makes. Nothing is verified. */
  readonly bare: readonly BareRevocation[]
  /** Primary keys of kinds that are not taken, and why. */
  readonly unusable: readonly { readonly reason: string }[]
}

/** A longer one is dropped: every signature on it hashes it again. */
const MAXIMUM_USER_ID_BYTES = 512
/** Own signatures of one key in one reading. Real keys have ten, and what strangers add is skipped unseen. */
const MAXIMUM_OWN_SIGNATURES = 2000
export const MAXIMUM_BARE = 64
/**
 * Keys, and signatures that cannot be read, in one piece: each takes 10 to 50 µs, and 1 MiB holds half a million empty packets.
 * Old keys have a few thousand signatures of version 3 by others.
 */
const MAXIMUM_KEYS = 5000
const MAXIMUM_UNREADABLE = 20_000
const MAXIMUM_UNUSABLE = 64

/**
 * Groups the packets of one or many keys; parts of the same primary key come together.
 * Photos, trust packets, third-party signatures, and keys or subkeys of kinds that are not taken are skipped.
 * @throws MalformedError KEY_SYNTAX broken framing, private key material, nothing that is of a key
 * @throws AdmissionError TOO_LARGE
 */
export function readTransferableKeys(octets: Uint8Array): TransferableKeys {
  const keys = new Map<string, TransferableKey>()
  const bare: (BareRevocation & { readonly signature: SignaturePacket })[] = []
  const unusable: { reason: string }[] = []
  let seen = 0
  let unreadable = 0
  let key: TransferableKey | undefined
  let isInKey = false
  // Made only for a signature that is the owner's: a flood of bare user ids costs nothing.
  let target: (() => SignaturePacket[] | undefined) | undefined
  for (const { tag, body } of packets(octets, 'KEY_SYNTAX')) {
    switch (tag) {
      case TAG.secretKey:
      case TAG.secretSubkey:
        throw new MalformedError(
          'KEY_SYNTAX',
          'That is a private key. Keep it to yourself; send what gpg --export --armor prints.',
        )
      case TAG.publicKey: {
        isInKey = true
        if (++seen > MAXIMUM_KEYS) throw tooMany('keys')
        const primary = takenKey(body)
        key = undefined
        if ('refusal' in primary) {
          if (unusable.length < MAXIMUM_UNUSABLE) unusable.push({ reason: primary.refusal })
          break
        }
        key = keys.get(primary.fingerprint) ?? newKey(primary)
        keys.set(key.primary.fingerprint, key)
        target = () => key?.signatures
        break
      }
      case TAG.userId:
        target = () => key && userIdOf(key, body)
        if (key !== undefined) atMostUnsigned(key.unsigned.userIds, body)
        break
      case TAG.publicSubkey:
        target = () => key && subkeyOf(key, body)
        if (key !== undefined) atMostUnsigned(key.unsigned.subkeys, body)
        break
      case TAG.userAttribute:
        target = () => key?.strays
        break
      case TAG.signature: {
        const signature = readOrNothing(body)
        if (signature === undefined) {
          if (++unreadable > MAXIMUM_UNREADABLE) throw tooMany('signatures that cannot be read')
          break
        }
        if (key !== undefined && isBy(key.primary, signature)) target?.()?.push(signature)
        else if (revokesKey(signature) && bare.length < MAXIMUM_BARE)
          bare.push({ keyId: signature.claimedKeyId, body, signature })
        break
      }
      default:
        // Trust, marker, padding and what is not invented yet.
        break
    }
  }
  if (!isInKey && bare.length === 0)
    throw new MalformedError('KEY_SYNTAX', 'There is no public key in that.')
  const all = [...keys.values()]
  for (const { signature } of bare)
    for (const each of all) if (isBy(each.primary, signature)) each.strays.push(signature)
  for (const each of all) atMostSignatures(each)
  const isHere = ({ signature }: { readonly signature: SignaturePacket }): boolean =>
    all.some(({ primary }) => isBy(primary, signature))
  return {
    keys: all,
    bare: bare.flatMap((one) => (isHere(one) ? [] : { keyId: one.keyId, body: one.body })),
    unusable,
  }
}

const tooMany = (what: string): AdmissionError =>
  new AdmissionError('TOO_LARGE', `There are too many ${what} in one piece. Send fewer at once.`)

const newKey = (primary: KeyPacket): TransferableKey => ({
  primary,
  signatures: [],
  userIds: new Map(),
  subkeys: new Map(),
  strays: [],
  unsigned: { userIds: [], subkeys: [] },
  leftOut: [],
})

function takenKey(body: Uint8Array): KeyPacket | { readonly refusal: string } {
  try {
    return readKeyPacket(body)
  } catch (error) {
    if (error instanceof MalformedError) return { refusal: error.message }
    throw error
  }
}

function userIdOf(key: TransferableKey, body: Uint8Array): SignaturePacket[] {
  if (body.length <= MAXIMUM_USER_ID_BYTES)
    return entryOf(key.userIds, viewOf(body).toString('latin1'), body).signatures
  note(key, { what: 'user id', why: `It is longer than ${MAXIMUM_USER_ID_BYTES} octets.` })
  return key.strays
}

function subkeyOf(key: TransferableKey, body: Uint8Array): SignaturePacket[] {
  const subkey = takenKey(body)
  if ('refusal' in subkey) {
    note(key, { what: 'subkey', why: subkey.refusal })
    return key.strays
  }
  return subkey.version === key.primary.version
    ? entryOf(key.subkeys, subkey.fingerprint, subkey).signatures
    : key.strays
}

const MAXIMUM_NOTES = 64

/** A flood of them is not kept. */
function note({ leftOut }: TransferableKey, one: KeyOmission): void {
  if (leftOut.length < MAXIMUM_NOTES) leftOut.push(one)
}

function entryOf<T>(entries: Map<string, Signed<T>>, name: string, on: T): Signed<T> {
  const known = entries.get(name)
  if (known !== undefined) return known
  const entry: Signed<T> = { on, signatures: [] }
  entries.set(name, entry)
  return entry
}

/** Does it say that it is the primary key's, and has it the version of its key? Verified later. */
const isBy = (primary: KeyPacket, { claimedKeyId, version }: SignaturePacket): boolean =>
  claimedKeyId === primary.keyId && (version === 3 ? 4 : version) === primary.version

/** A key or a subkey. Others revoke what they said of user ids, too, and that is nobody's business here. */
const revokesKey = ({ type }: SignaturePacket): boolean =>
  type === SIGNATURE_TYPE.keyRevocation || type === SIGNATURE_TYPE.subkeyRevocation

/** Real keys have none, or a handful after somebody has sorted their packets. */
const MAXIMUM_UNSIGNED = 100

function atMostUnsigned(bodies: Uint8Array[], body: Uint8Array): void {
  if (bodies.length < MAXIMUM_UNSIGNED) bodies.push(body)
}

/** Takes up the user ids and subkeys that have no signature behind them, so that a stray one can find them. */
export function takeUnsigned(key: TransferableKey): void {
  for (const body of key.unsigned.userIds) userIdOf(key, body)
  for (const body of key.unsigned.subkeys) subkeyOf(key, body)
}

/** A signature packet on a key; `undefined`: it cannot be read. */
function readOrNothing(body: Uint8Array): SignaturePacket | undefined {
  try {
    return body[0] === 3 ? readRevocationV3(body) : readSignaturePacket(body)
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}

function atMostSignatures({ signatures, userIds, subkeys, strays }: TransferableKey): void {
  let own = signatures.length + strays.length
  for (const each of userIds.values()) own += each.signatures.length
  for (const each of subkeys.values()) own += each.signatures.length
  if (own > MAXIMUM_OWN_SIGNATURES)
    throw new AdmissionError('TOO_LARGE', 'A key has more signatures than can be checked.')
}
