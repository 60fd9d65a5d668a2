/* What peers tell each other of what they hold, frame by frame: canonical CBOR, bounded before it is read. */
import { decodeCanonical, encodeCanonical, malformed } from '../../feeds/format/cbor.ts'
import { MAX_EVIDENCE_BYTES } from '../../feeds/format/evidence.ts'
import { arrayOf, bytesOf, textOf } from '../../feeds/format/value-checks.ts'
import { type Offer, type OfferClaims, offerFields, offerOf } from './offer.ts'

const VERSION = 1
/** 64 offers of less than 750 bytes each. */
export const MAX_FRAME_BYTES = 65_536
export const OFFERS_PER_FRAME = 64
const MAX_URL_BYTES = 1_024

const KIND = { hello: 0, offers: 1, evidence: 2 } as const

/** What a node says of itself. */
export interface Hello {
  /** Of its HTTP API, if its operator has set it. */
  readonly publicUrl: string | undefined
  readonly readOnly: boolean
}

/** `vouched`: it follows that feed other than as a stranger's. */
export type CatalogEntry<O extends OfferClaims = OfferClaims> = O & { readonly vouched: boolean }

export type CatalogFrame =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | { readonly kind: 'offers'; readonly entries: readonly CatalogEntry<Offer>[] }
  | { readonly kind: 'evidence'; readonly evidence: Uint8Array }

/** `[1, 0, [public URL | null, read-only]]` */
export function helloFrame({ publicUrl, readOnly }: Hello): Uint8Array {
  const url = publicUrl === undefined ? null : new TextEncoder().encode(publicUrl)
  return encodeCanonical([VERSION, KIND.hello, [url, readOnly]])
}

/** `[1, 1, [[offer, vouched]…]]` */
export function offersFrame(entries: readonly CatalogEntry[]): Uint8Array {
  const items = entries.map((entry) => [offerFields(entry), entry.vouched])
  return encodeCanonical([VERSION, KIND.offers, items])
}

/** `[1, 2, evidence]` */
export function evidenceFrame(evidence: Uint8Array): Uint8Array {
  return encodeCanonical([VERSION, KIND.evidence, evidence])
}

/** @throws MalformedError ENTRY_SYNTAX, VerificationError SIGNATURE_INVALID */
export async function readCatalogFrame(bytes: Uint8Array): Promise<CatalogFrame> {
  const [version, kind, content] = arrayOf(decodeCanonical(bytes, MAX_FRAME_BYTES), {
    min: 3,
    max: 3,
  })
  if (version !== VERSION) throw malformed('its version is unknown')
  if (kind === KIND.hello) return { kind: 'hello', hello: helloOf(content) }
  if (kind === KIND.evidence)
    return { kind: 'evidence', evidence: bytesOf(content, { min: 1, max: MAX_EVIDENCE_BYTES }) }
  if (kind !== KIND.offers) throw malformed('its kind of frame is unknown')
  const items = arrayOf(content, { min: 1, max: OFFERS_PER_FRAME })
  return { kind: 'offers', entries: await Promise.all(items.map((item) => entryOf(item))) }
}

async function entryOf(item: unknown): Promise<CatalogEntry<Offer>> {
  const [offer, vouched] = arrayOf(item, { min: 2, max: 2 })
  return { ...(await offerOf(offer)), vouched: flagOf(vouched) }
}

function helloOf(content: unknown): Hello {
  const [url, readOnly] = arrayOf(content, { min: 2, max: 2 })
  return {
    publicUrl: url === null ? undefined : urlOf(textOf(url, { min: 1, max: MAX_URL_BYTES })),
    readOnly: flagOf(readOnly),
  }
}

/** Shown to people: nothing but an address of the web, as `URL` writes it. */
function urlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw malformed('its public URL is no http or https URL')
  return url.href.replace(/\/$/, '')
}

function flagOf(value: unknown): boolean {
  if (typeof value !== 'boolean') throw malformed('true or false is missing')
  return value
}
