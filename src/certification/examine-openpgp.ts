/* What OpenPGP has signed: clearsigned, or with a detached signature. */
import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { MalformedError } from '../base/errors.ts'
import { CACHE_LIMITS } from '../base/cache-limits.ts'
import type {
  Certification,
  Examination,
  WithoutCertification,
  Submitted,
} from './certification.ts'
import type { Dialect } from './dialects/dialect.ts'
import {
  atMost,
  readSignedMessage,
  MAXIMUM_CERTIFICATION_BYTES,
  MAXIMUM_SIGNATURE_BYTES,
} from './signed-message.ts'
import type { SignedMessage } from './signed-message.ts'
import { certificationId } from './id.ts'
import { enarmor } from './signatures/armor.ts'
import { writeCleartext } from './signatures/cleartext.ts'
import { viewOf } from './signatures/octets.ts'
import { isSignedBy } from './signatures/openpgp.ts'
import { verifiedKeysOf } from './signatures/public-key.ts'
import type { VerifiedKeyBytes } from './signatures/verified-key-bytes.ts'
import { earliest, signatureExpiryOf } from './signatures/self-signature.ts'
import { canonicalPacket, SIGNATURE_TYPE } from './signatures/signature-packet.ts'
import type { SignaturePacket } from './signatures/signature-packet.ts'
import { signingKeysOf, type SigningKey } from './signatures/signing-key.ts'
import {
  DOCUMENT_COST,
  makeVerificationBudget,
  type VerificationBudget,
  verificationCost,
} from './signatures/verification-cost.ts'
import type { VerifiedKey } from './signatures/verified-key.ts'
import { signedText } from './signed-text.ts'

/** By what a signature is verified. */
export interface ExaminationKeys {
  /** As `readPublicKeys` has minimised them. */
  readonly keys: readonly VerifiedKeyBytes[]
  /**
   * Fingerprint of the key or subkey by which this very signature was found good before, where that is known: it is not computed
   * again. What may have changed is what its owner says of it.
   */
  readonly madeBy?: string | undefined
}

/**
 * One examination for each signature, in their order. The keys' own signatures are not verified again; those on the document
 * cost `DOCUMENT_COST` units at most.
 * @throws AdmissionError TOO_LARGE, KEY_TOO_COSTLY
 * @throws MalformedError what {@link readSignedMessage} and `dialect.read` throw, MESSAGE_NOT_CLEARSIGNED
 */
export function examineOpenPgp(
  submitted: Submitted,
  dialect: Dialect,
  { keys, madeBy }: ExaminationKeys,
): readonly Examination[] {
  const message = readSignedMessage(submitted)
  if (message.detached && !dialect.detached)
    throw new MalformedError(
      'MESSAGE_NOT_CLEARSIGNED',
      `A ${dialect.name} buildinfo takes no detached signature. Sign it with gpg --clearsign.`,
    )
  const buildinfo = dialect.read(signedText(message.octets))
  const read = keys.flatMap(keptKeysIn)
  // one for all: a list can have many signers
  const document = new Uint8Array(message.detached ? message.octets : [])
  const work = makeVerificationBudget(DOCUMENT_COST, 'What is signed')
  return message.signatures.map((signature) => {
    const signed = signedOctets(message, signature)
    const certification: Certification = {
      id: certificationId(signature, signed),
      dialect: dialect.name,
      ...kept(message, signature, document),
      claimedKeyId: signature.claimedKeyId,
      signedAt: signature.signedAt,
      buildinfo,
    }
    return { certification, ...verify(signature, signed, { keys: read, madeBy, work }) }
  })
}

/** A document is signed as it is; a text with CRLF line ends (RFC 9580 §5.2.1.2). */
function signedOctets({ detached, octets }: SignedMessage, { type }: SignaturePacket): Uint8Array {
  if (!detached || type === SIGNATURE_TYPE.binary) return octets
  const text = viewOf(octets).toString('latin1')
  return Buffer.from(text.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n'), 'latin1')
}

/** As it is kept and served: with this one signature, in the one canonical form. */
function kept(
  { detached, octets }: SignedMessage,
  signature: SignaturePacket,
  document: Uint8Array,
): Pick<Certification, 'bytes' | 'signature'> {
  const armor = enarmor('SIGNATURE', canonicalPacket(signature))
  if (detached) {
    const armored = new TextEncoder().encode(armor)
    atMost(armored, MAXIMUM_SIGNATURE_BYTES)
    return { bytes: document, signature: armored }
  }
  const bytes = writeCleartext(octets, signature.hash.header, armor)
  atMost(bytes, MAXIMUM_CERTIFICATION_BYTES)
  return { bytes }
}

interface Verifying {
  readonly keys: readonly VerifiedKey[]
  readonly madeBy: string | undefined
  readonly work: VerificationBudget
}

function verify(
  signature: SignaturePacket,
  signed: Uint8Array,
  { keys, madeBy, work }: Verifying,
): WithoutCertification<Examination> {
  const claimed = keys.flatMap((key) => signingKeysOf(key, signature.claimedKeyId))
  if (claimed.length === 0) return { signature: 'key-unknown' }
  // Another key may have adopted the subkey, so one that may not sign does not speak for the rest.
  const right = claimed.filter(({ packet }) => {
    if (packet.fingerprint === madeBy) return true
    work.charge(verificationCost(packet.material))
    return isSignedBy(signature, packet, [signed])
  })
  const allowed = right.find(({ refusal }) => refusal === undefined)
  if (allowed !== undefined) return { signature: 'good', facts: factsOf(signature, allowed) }
  const [refused] = right
  return refused === undefined
    ? {
        signature: 'invalid',
        code: 'SIGNATURE_INVALID',
        reason: `The signature is not by ${signature.claimedKeyId}, or the text was changed.`,
      }
    : {
        signature: 'invalid',
        code: 'SIGNER_UNAUTHORIZED',
        reason: `${signature.claimedKeyId} may not sign. ${refused.refusal ?? ''}`,
      }
}

/** A signature that says when it expires itself is good no longer than that. */
function factsOf(
  signature: SignaturePacket,
  { facts }: SigningKey,
): Extract<Examination, { signature: 'good' }>['facts'] {
  const validUntil = earliest([facts.validUntil, signatureExpiryOf(signature)])
  return {
    ...facts,
    ...(validUntil !== undefined && { validUntil }),
    signedAt: signature.signedAt,
    weakDigest: signature.hash.weak,
  }
}

/** Keys that were read a moment ago, by the SHA-256 of their octets: the few that sign much are read once. */
const remembered = new LRUCache<string, readonly VerifiedKey[]>({
  max: 4096,
  maxSize: CACHE_LIMITS.keys,
})

function keptKeysIn(bytes: VerifiedKeyBytes): readonly VerifiedKey[] {
  const digest = createHash('sha256').update(bytes).digest('base64')
  const known = remembered.get(digest)
  if (known !== undefined) return known
  const read = verifiedKeysOf(bytes)
  remembered.set(digest, read, { size: bytes.length + 1024 })
  return read
}
