import { createHash } from 'node:crypto'
import { uint32 } from './signatures/octets.ts'
import { trailerOf, type SignaturePacket } from './signatures/signature-packet.ts'

/** Names what is hashed and how, so that an id can never be mistaken for another digest. */
const DOMAIN = 'countersign certification 1\0'

/**
 * The id of a certification: SHA-256, in lower-case hex, over {@link DOMAIN} and then these five fields, each
 * after its length as four big-endian octets:
 *
 * 1. the salt of the signature (empty in version 4),
 * 2. the signed octets (text of type 0x01: with CRLF line ends),
 * 3. the signature packet from its version to the end of its hashed subpackets,
 * 4. the trailer (version, 0xFF, length of field 3),
 * 5. the claimed key id, eight octets.
 *
 * Fields 1 to 4 are what the signature's own hash covers. What anybody can change without breaking the
 * signature is in none of them.
 */
export function certificationId(signature: SignaturePacket, signed: Uint8Array): string {
  return idOver([
    signature.salt,
    signed,
    signature.hashedPart,
    trailerOf(signature),
    Buffer.from(signature.claimedKeyId, 'hex'),
  ])
}

const NONE = new Uint8Array()

/**
 * The same of an in-toto link, whose signature covers nothing but field 2, its canonical JSON: fields 1, 3 and 4 are empty, and
 * field 5 is the whole key id, 32 octets.
 */
export const linkId = (signed: Uint8Array, fingerprint: string): string =>
  idOver([NONE, signed, NONE, NONE, Buffer.from(fingerprint, 'hex')])

function idOver(fields: readonly Uint8Array[]): string {
  const hash = createHash('sha256').update(DOMAIN)
  for (const field of fields) hash.update(uint32(field.length)).update(field)
  return hash.digest('hex')
}
