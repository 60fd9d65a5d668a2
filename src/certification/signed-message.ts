import { AdmissionError, MalformedError } from '../base/errors.ts'
import type { Submitted } from './certification.ts'
import { dearmor } from './signatures/armor.ts'
import { readCleartext } from './signatures/cleartext.ts'
import { viewOf } from './signatures/octets.ts'
import { packets, TAG } from './signatures/packet.ts'
import {
  readSignaturePacket,
  SIGNATURE_TYPE,
  type SignaturePacket,
} from './signatures/signature-packet.ts'

/** Of the document, as it came and as it is kept. Fixed by the protocol. */
export const MAXIMUM_CERTIFICATION_BYTES = 1_048_576
/** Of the detached signature, as it came and as it is kept. */
export const MAXIMUM_SIGNATURE_BYTES = 65_536
/**
 * Signature packets in one submission: more than fit into {@link MAXIMUM_SIGNATURE_BYTES} if each can be good, since none is
 * smaller than its two numbers of 32 octets.
 */
const MAXIMUM_SIGNATURES = MAXIMUM_SIGNATURE_BYTES / 64
/** Reasons why signatures are of no kind that is taken, of which each is told once. */
const MOST_REASONS = 16
/** Different signatures in one submission that claim to be by one key: each of them is tried. */
export const MAXIMUM_BY_ONE_KEY = 16
/**
 * Of the documents that one submission makes, each with one of its signatures: as much as 16 of the largest. So a list of 30 kB
 * can have as many signatures as fit into {@link MAXIMUM_SIGNATURE_BYTES}, and nobody makes a gigabyte of a megabyte.
 */
const MAXIMUM_COPIED_BYTES = 16 * MAXIMUM_CERTIFICATION_BYTES

/** What was signed, and every signature packet on it that is of a kind that is taken. */
export interface SignedMessage {
  readonly detached: boolean
  /** Signed octets of a clearsigned message; the document as it came for a detached signature. */
  readonly octets: Uint8Array
  readonly signatures: readonly [SignaturePacket, ...SignaturePacket[]]
  /** Why others on it are not, each reason once. */
  readonly unsupported: readonly MalformedError[]
}

/**
 * Separates text and signatures, without hashing anything.
 * @throws AdmissionError TOO_LARGE
 * @throws MalformedError BODY_EMPTY, ARMOR_SYNTAX, MESSAGES_SEVERAL, MESSAGE_NOT_CLEARSIGNED, SIGNATURE_MISSING,
 *   SIGNATURE_SYNTAX, SIGNATURE_UNSUPPORTED (none of its signatures is of a kind that is taken)
 */
export function readSignedMessage({ bytes, signature }: Submitted): SignedMessage {
  if (bytes.length === 0) throw new MalformedError('BODY_EMPTY', 'There is nothing in the file.')
  atMost(bytes, MAXIMUM_CERTIFICATION_BYTES)
  if (signature !== undefined) atMost(signature, MAXIMUM_SIGNATURE_BYTES)
  const cleartext = signature === undefined || holdsArmor(bytes) ? readCleartext(bytes) : undefined
  if (cleartext !== undefined && signature !== undefined)
    throw new MalformedError(
      'MESSAGES_SEVERAL',
      'The document is clearsigned and has a detached signature too. Submit one of them.',
    )
  if (cleartext !== undefined) {
    const armor = dearmor('SIGNATURE', cleartext.armor)
    const found = signaturesIn(armor?.octets ?? new Uint8Array(), false)
    return copiesAtMost({ detached: false, octets: cleartext.octets, ...found })
  }
  if (signature === undefined)
    throw new MalformedError(
      'SIGNATURE_MISSING',
      'There is no signature. Sign with gpg --clearsign, or send a detached signature beside it.',
    )
  if (signature.length === 0)
    throw new MalformedError('SIGNATURE_MISSING', 'The detached signature is empty.')
  const octets = isBinary(signature) ? signature : dearmor('SIGNATURE', signature)?.octets
  if (octets === undefined)
    throw new MalformedError('ARMOR_SYNTAX', 'There is no PGP SIGNATURE in the detached signature.')
  return copiesAtMost({ detached: true, octets: bytes, ...signaturesIn(octets, true) })
}

function copiesAtMost(message: SignedMessage): SignedMessage {
  tooManyCopies(message.octets.length, message.signatures.length)
  return message
}

/** @throws AdmissionError TOO_LARGE: with each of its signatures by itself the document would be too much to keep */
export function tooManyCopies(size: number, signatures: number): void {
  if (signatures > 1 && size * signatures > MAXIMUM_COPIED_BYTES)
    throw new AdmissionError(
      'TOO_LARGE',
      `There are ${signatures} signatures on ${size} bytes, of which ${Math.floor(MAXIMUM_COPIED_BYTES / size)} are taken at a time. Submit it with fewer of them, and then with the others.`,
    )
}

/** @throws AdmissionError TOO_LARGE */
export function atMost(bytes: Uint8Array, limit: number): void {
  if (bytes.length > limit)
    throw new AdmissionError(
      'TOO_LARGE',
      `${bytes.length} bytes are more than the ${limit} that are taken.`,
    )
}

const CLEARSIGNED = '-----BEGIN PGP SIGNED MESSAGE-----'
/** Does a clearsigned message begin behind its first line? In JSON no string goes over lines. */
export const holdsMessage = (bytes: Uint8Array): boolean =>
  viewOf(bytes).includes(`\n${CLEARSIGNED}`)
const holdsArmor = (bytes: Uint8Array): boolean => viewOf(bytes).includes(CLEARSIGNED)

/** Every packet starts with a bit that no ASCII has. */
const isBinary = (bytes: Uint8Array): boolean => ((bytes[0] ?? 0) & 0x80) !== 0

function signaturesIn(
  octets: Uint8Array,
  detached: boolean,
): Pick<SignedMessage, 'signatures' | 'unsupported'> {
  atMost(octets, MAXIMUM_SIGNATURE_BYTES)
  const taken = new Map<string, SignaturePacket>()
  let count = 0
  const byKey = new Map<string, number>()
  const unsupported: MalformedError[] = []
  for (const { tag, body } of packets(octets, 'SIGNATURE_SYNTAX')) {
    if (tag === TAG.marker || tag === TAG.padding) continue
    if (tag !== TAG.signature)
      throw new MalformedError(
        'SIGNATURE_SYNTAX',
        `Among the signatures is a packet of type ${tag}.`,
      )
    if (++count > MAXIMUM_SIGNATURES)
      throw new AdmissionError('TOO_LARGE', `There are more than ${MAXIMUM_SIGNATURES} signatures.`)
    try {
      taken.set(viewOf(body).toString('latin1'), supported(readSignaturePacket(body), detached))
    } catch (error) {
      // One that is broken or strange must not take away the others, which somebody else made.
      if (!(error instanceof MalformedError)) throw error
      const isTold = unsupported.some(({ message }) => message === error.message)
      if (!isTold && unsupported.length < MOST_REASONS) unsupported.push(error)
    }
  }
  const [first, ...others] = taken.values()
  for (const { claimedKeyId } of taken.values()) {
    const own = (byKey.get(claimedKeyId) ?? 0) + 1
    byKey.set(claimedKeyId, own)
    if (own > MAXIMUM_BY_ONE_KEY)
      throw new AdmissionError(
        'TOO_LARGE',
        `There are more than ${MAXIMUM_BY_ONE_KEY} different signatures by ${claimedKeyId}. One is enough.`,
      )
  }
  if (first !== undefined) return { signatures: [first, ...others], unsupported }
  throw (
    unsupported[0] ??
    new MalformedError('SIGNATURE_SYNTAX', 'There is no packet in the PGP SIGNATURE.')
  )
}

function supported(signature: SignaturePacket, detached: boolean): SignaturePacket {
  const { type } = signature
  if (type !== SIGNATURE_TYPE.text && !(detached && type === SIGNATURE_TYPE.binary))
    throw new MalformedError(
      'SIGNATURE_UNSUPPORTED',
      `A signature of type ${type} does not sign a ${detached ? 'document' : 'text'}.`,
    )
  if (signature.forbidding)
    throw new MalformedError(
      'SIGNATURE_UNSUPPORTED',
      'The signature has a critical subpacket that is not known here.',
    )
  return signature
}
