import { concat } from './octets.ts'
import { hashedIn } from './own-signatures.ts'
import { encodePacket, TAG } from './packet.ts'
import { canonicalBody, canonicalPacket, type SignaturePacket } from './signature-packet.ts'
import type { Revocation, VerifiedKey, VerifiedSubkey } from './verified-key.ts'

const only = (signature: SignaturePacket | undefined): readonly Uint8Array[] =>
  signature === undefined ? [] : [canonicalPacket(signature)]
const revoking = (revocations: readonly Revocation[]): readonly Uint8Array[] =>
  revocations.map(({ signature }) => canonicalPacket(signature))

/**
 * The one form in which a key is kept: packets as GnuPG writes them, what revokes a thing first.
 */
export function minimised(key: VerifiedKey): Uint8Array {
  return concat([
    encodePacket(TAG.publicKey, key.primary.body),
    ...revoking(key.revocations),
    ...only(key.directKey),
    ...key.userIds.flatMap(({ octets, certification, revocation }) => [
      encodePacket(TAG.userId, octets),
      ...only(revocation),
      ...only(certification),
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
  const isHashed = hashedIn(binding).some((each) => Buffer.compare(canonicalBody(each), body) === 0)
  return [canonicalPacket(binding, isHashed ? undefined : body)]
}
