/*
 * How a node read frames that knew the first wire alone: whatever it did not know was malformed. Copied from that version, so that
 * no change of ours changes it.
 */
import { decodeCanonical, malformed } from '../../src/feeds/format/cbor.ts'
import { MAX_EVIDENCE_BYTES } from '../../src/feeds/format/evidence.ts'
import { VerificationError } from '../../src/base/errors.ts'
import { feedKeyOf, verifyHead } from '../../src/feeds/format/head.ts'
import { headOf } from '../../src/feeds/format/head-fields.ts'
import { decodeOrigin } from '../../src/feeds/format/origin.ts'
import { arrayOf, bytesOf, hexOf } from '../../src/feeds/format/value-checks.ts'
import type { Offer } from '../../src/network/frames/offer.ts'

export type FirstWireFrame =
  | { readonly kind: 'hello' }
  | { readonly kind: 'offers'; readonly offers: readonly Offer[] }
  | { readonly kind: 'evidence'; readonly evidence: Uint8Array }

const exactly = (value: unknown, length: number): readonly unknown[] =>
  arrayOf(value, { min: length, max: length })

/** @throws MalformedError ENTRY_SYNTAX, VerificationError SIGNATURE_INVALID */
export async function readFirstWireFrame(bytes: Uint8Array): Promise<FirstWireFrame> {
  const [version, kind, content] = exactly(decodeCanonical(bytes, 65_536), 3)
  if (version !== 1) throw malformed('its version is unknown')
  if (kind === 0) {
    const [url, readOnly] = exactly(content, 2)
    if (url !== null) bytesOf(url, { min: 1, max: 1_024 })
    if (typeof readOnly !== 'boolean') throw malformed('true or false is missing')
    return { kind: 'hello' }
  }
  if (kind === 2)
    return { kind: 'evidence', evidence: bytesOf(content, { min: 1, max: MAX_EVIDENCE_BYTES }) }
  if (kind !== 1) throw malformed('its kind of frame is unknown')
  const items = arrayOf(content, { min: 1, max: 64 })
  const offers = items.map(async (item) => {
    const [offer, vouched] = exactly(item, 2)
    if (typeof vouched !== 'boolean') throw malformed('true or false is missing')
    return offerOf(offer)
  })
  return { kind: 'offers', offers: await Promise.all(offers) }
}

/** @throws MalformedError ENTRY_SYNTAX, VerificationError SIGNATURE_INVALID */
export async function readFirstWireAnnouncement(bytes: Uint8Array): Promise<Offer> {
  const [version, offer] = exactly(decodeCanonical(bytes, 1_024), 2)
  if (version !== 1) throw malformed('its version is unknown')
  return offerOf(offer)
}

async function offerOf(value: unknown): Promise<Offer> {
  const fields = exactly(value, 6)
  const publicKey = hexOf(fields[0])
  const head = headOf(fields.slice(1, 5))
  const originBlock = bytesOf(fields[5], { min: 1, max: 512 })
  if (!verifyHead(publicKey, head)) throw new VerificationError('SIGNATURE_INVALID', 'not signed')
  const key = feedKeyOf(publicKey)
  const [version] = exactly(decodeCanonical(originBlock, 512), 7)
  if (version !== 1) throw malformed('its version is unknown')
  return { key, publicKey, head, originBlock, origin: await decodeOrigin(originBlock, key) }
}
