import type { Config, PartialConfig, SignaturePacket as TheirSignature } from 'openpgp'
import { concat } from './octets.ts'
import { encodePacket, TAG } from './packet.ts'
import { canonicalPacket, SIGNATURE_TYPE, type SignaturePacket } from './signature-packet.ts'
import type { KeyPacket } from './key-packet.ts'
import { lastOf, numberOf, SUBPACKET, type Subpacket } from './subpacket.ts'

/** A signature of a key on itself, by which it may do something. */
export interface Authority {
  readonly signature: SignaturePacket
  readonly primary: KeyPacket
  /** What it is on: the key itself, a user id, or a subkey. */
  readonly on: { readonly userId?: Uint8Array; readonly subkey?: KeyPacket }
}

/** Mathematics only: what is weak or odd is for our own policy to say. */
const LENIENT: PartialConfig = {
  rejectMessageHashAlgorithms: new Set(),
  rejectHashAlgorithms: new Set(),
  rejectPublicKeyAlgorithms: new Set(),
  rejectCurves: new Set(),
  minRSABits: 1024,
}

/** What openpgp.js says only once the numbers are right: of dates, of policy, and of what it does not support. */
const AFTERWARDS = [
  'Signature creation time is in the future',
  'Signature is expired',
  'Unknown critical ',
  'This key is intended to be revoked with an authorized key',
]

/**
 * Does openpgp.js find the signature good, and read in it when it was made, how long the key is good and what it may do, as
 * we do? A function of bytes alone: no clock, and nothing is remembered. What it cannot read it does not confirm.
 */
export async function confirms(authority: Authority): Promise<boolean> {
  // half a second of loading that commands which read no key do without
  const openpgp = await import('openpgp')
  const { signature, primary, on } = authority
  try {
    const config: Config = { ...openpgp.config, ...LENIENT }
    const binaryKey = concat([
      encodePacket(TAG.publicKey, primary.body),
      ...(on.subkey === undefined ? [] : [encodePacket(TAG.publicSubkey, on.subkey.body)]),
    ])
    const read = await openpgp.readKey({ binaryKey, config })
    const binarySignature = canonicalPacket(signature)
    const [theirs] = (await openpgp.readSignature({ binarySignature, config })).packets
    const key = read.keyPacket
    const bind = read.subkeys[0]?.keyPacket
    const maker = signature.type === SIGNATURE_TYPE.primaryKeyBinding ? bind : key
    const type = theirs?.signatureType ?? null
    if (theirs === undefined || maker === undefined || type === null) return false
    const said: number = type
    if (said !== signature.type) return false
    // as it stands: a name that is no UTF-8 would be hashed as something else
    const userID = on.userId && { write: () => on.userId }
    await ended(theirs.verify(maker, type, { key, bind, userID }, undefined, false, config))
    return isReadAlike(signature, theirs)
  } catch (error) {
    // it could not read one of the packets, or says that the numbers are wrong
    if (error instanceof Error) return false
    throw error
  }
}

/**
 * Does openpgp.js read in it what we do? Cheap: its numbers are not computed with.
 */
export async function readsAlike(signature: SignaturePacket): Promise<boolean> {
  const openpgp = await import('openpgp')
  try {
    const config: Config = { ...openpgp.config, ...LENIENT }
    const binarySignature = canonicalPacket(signature)
    const [theirs] = (await openpgp.readSignature({ binarySignature, config })).packets
    return theirs !== undefined && isReadAlike(signature, theirs)
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}

async function ended(verified: Promise<void>): Promise<void> {
  try {
    await verified
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    if (!AFTERWARDS.some((beginning) => message.startsWith(beginning))) throw error
  }
}

function isReadAlike({ hashed, signedAt }: SignaturePacket, theirs: TheirSignature): boolean {
  return (
    theirs.created?.getTime() === signedAt &&
    isEndAlike(hashed, SUBPACKET.keyExpires, theirs.keyExpirationTime) &&
    isEndAlike(hashed, SUBPACKET.signatureExpires, theirs.signatureExpirationTime) &&
    (theirs.keyFlags?.[0] ?? 0) === (lastOf(hashed, SUBPACKET.keyFlags)?.[0] ?? 0)
  )
}

/** One of an odd size is an end at once to us, whatever they read in it. */
function isEndAlike(hashed: readonly Subpacket[], type: number, theirs: number | null): boolean {
  const size = lastOf(hashed, type)?.length ?? 4
  return size !== 4 || (theirs ?? 0) === (numberOf(hashed, type) ?? 0)
}
