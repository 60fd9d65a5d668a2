/* What rebuilderd has signed: in-toto links, Ed25519 over canonical JSON. */
import { type Examination, NO_TIME, type WithoutCertification } from './certification.ts'
import type { Dialect } from './dialects/dialect.ts'
import { linkId } from './id.ts'
import {
  type LinkSignature,
  readLinkSignatures,
  readMetablock,
  writeMetablock,
} from './metablock.ts'
import { ed25519Fingerprint, isStoredEd25519, isSignedByEd25519 } from './signatures/ed25519-key.ts'
import { keyIdOf } from './signatures/key-id.ts'
import { signedText } from './signed-text.ts'

/** @throws what `readMetablock` throws */
export const linkKeyIds = (bytes: Uint8Array): readonly string[] =>
  readLinkSignatures(bytes).map(({ fingerprint }) => keyIdOf(fingerprint))

/**
 * One examination for each signature, in their order.
 * @throws what `readMetablock` and `dialect.read` throw
 */
export function examineLink(
  bytes: Uint8Array,
  dialect: Dialect,
  keys: readonly Uint8Array[],
): readonly Examination[] {
  const { signed, signatures } = readMetablock(bytes)
  const buildinfo = dialect.read(signedText(signed))
  const usable = new Map(keys.filter(isStoredEd25519).map((key) => [ed25519Fingerprint(key), key]))
  return signatures.map((signature) => ({
    certification: {
      id: linkId(signed, signature.fingerprint),
      dialect: dialect.name,
      bytes: writeMetablock(signed, signature),
      claimedKeyId: keyIdOf(signature.fingerprint),
      signedAt: NO_TIME,
      buildinfo,
    },
    ...verify(signature, signed, usable),
  }))
}

function verify(
  { fingerprint, octets }: LinkSignature,
  signed: Uint8Array,
  keys: ReadonlyMap<string, Uint8Array>,
): WithoutCertification<Examination> {
  const key = keys.get(fingerprint)
  if (key === undefined) return { signature: 'key-unknown' }
  if (!isSignedByEd25519(key, signed, octets))
    return {
      signature: 'invalid',
      code: 'SIGNATURE_INVALID',
      reason: `The signature is not by ${fingerprint}, or the link was changed.`,
    }
  return {
    signature: 'good',
    facts: {
      rebuilder: fingerprint,
      signedBy: fingerprint,
      signedAt: NO_TIME,
      validFrom: NO_TIME,
      weakDigest: false,
    },
  }
}
