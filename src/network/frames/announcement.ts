import { decodeCanonical, encodeCanonical, malformed } from '../../feeds/format/cbor.ts'
import { leadOf } from '../../feeds/format/lead.ts'
import { type Offer, type OfferClaims, offerFields, offerOf } from './offer.ts'
import { fieldsOf, type Reading, type Wire } from './wire.ts'

/** A head and an origin come to 250 to 700 bytes. */
export const MAX_ANNOUNCEMENT_BYTES = 1024

/** `[wire, offer]` */
export function encodeAnnouncement(wire: Wire, claims: OfferClaims): Uint8Array {
  return encodeCanonical([wire, offerFields(claims)])
}

/**
 * @returns `undefined` if it is of a version, or of a feed of a format, that is not known: it was skipped
 * @throws MalformedError ENTRY_SYNTAX, VerificationError SIGNATURE_INVALID
 */
export async function readAnnouncement(
  bytes: Uint8Array,
  reading: Reading,
): Promise<Offer | undefined> {
  const [version = reading.wire] = leadOf(bytes, 1).numbers
  if (version !== reading.wire && reading.wire !== 1 && bytes.length <= MAX_ANNOUNCEMENT_BYTES) {
    reading.skip('announcements')
    return undefined
  }
  const fields = fieldsOf(decodeCanonical(bytes, MAX_ANNOUNCEMENT_BYTES), 2, reading)
  if (fields[0] !== reading.wire) throw malformed('its version is unknown')
  const offer = await offerOf(fields[1], reading)
  if (offer === undefined) reading.skip('announcements')
  return offer
}
