import { decodeCanonical, encodeCanonical, malformed } from '../../feeds/format/cbor.ts'
import { arrayOf } from '../../feeds/format/value-checks.ts'
import { type Offer, type OfferClaims, offerFields, offerOf } from './offer.ts'

const VERSION = 1
/** A head and an origin come to 250 to 700 bytes. */
export const MAX_ANNOUNCEMENT_BYTES = 1024

/** News of one collection goes by one topic. */
export function topicOf(collection: string): string {
  return `/countersign/announce/1/${collection}`
}

/** `[1, offer]` */
export function encodeAnnouncement(claims: OfferClaims): Uint8Array {
  return encodeCanonical([VERSION, offerFields(claims)])
}

/** @throws MalformedError ENTRY_SYNTAX, VerificationError SIGNATURE_INVALID */
export async function readAnnouncement(bytes: Uint8Array): Promise<Offer> {
  const [version, offer] = arrayOf(decodeCanonical(bytes, MAX_ANNOUNCEMENT_BYTES), {
    min: 2,
    max: 2,
  })
  if (version !== VERSION) throw malformed('its version is unknown')
  return offerOf(offer)
}
