/* What peers tell each other of what they hold, frame by frame: canonical CBOR, bounded before it is read. */
import { decodeCanonical, encodeCanonical, malformed } from '../../feeds/format/cbor.ts'
import { isOfLaterEvidence, MAX_EVIDENCE_BYTES } from '../../feeds/format/evidence.ts'
import { leadOf } from '../../feeds/format/lead.ts'
import { arrayOf, bytesOf } from '../../feeds/format/value-checks.ts'
import { type HaveStatement, havesFields, havesOf } from './have-statement.ts'
import { flagOf, type Hello, helloFields, helloOf } from './hello.ts'
import { type Offer, type OfferClaims, offerFields, offerOf } from './offer.ts'
import { fieldsOf, type Reading, type Wire } from './wire.ts'

/** 64 offers of less than 750 bytes each. */
export const MAX_FRAME_BYTES = 65_536
export const OFFERS_PER_FRAME = 64
export const PEERS_PER_FRAME = 64
/** Of one peer record: eight IPv6 addresses make less than 400. */
export const MAX_PEER_RECORD_BYTES = 512
/** Items of CBOR: on the second wire there is room for what later versions say. */
const MAX_ITEMS: Readonly<Record<Wire, number>> = { 1: 1_024, 2: 8_192 }

/** `vouched`: it follows that feed other than as a stranger's. */
export type CatalogEntry<O extends OfferClaims = OfferClaims> = O & { readonly vouched: boolean }

export type CatalogFrame =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | { readonly kind: 'offers'; readonly entries: readonly CatalogEntry<Offer>[] }
  | { readonly kind: 'evidence'; readonly evidence: Uint8Array }
  | { readonly kind: 'statements'; readonly statements: readonly HaveStatement[] }
  | { readonly kind: 'peers'; readonly records: readonly Uint8Array[] }

const KIND = { hello: 0, offers: 1, evidence: 2, statements: 3, peers: 4 } as const

type Reader = (content: unknown, reading: Reading) => Promise<CatalogFrame | undefined>

/** Whoever adds a kind adds it here, for the second wire alone. */
const READERS: Readonly<Record<number, { readonly since: Wire; readonly read: Reader }>> = {
  [KIND.hello]: {
    since: 1,
    read: async (content, reading) => ({ kind: 'hello', hello: helloOf(content, reading) }),
  },
  [KIND.offers]: { since: 1, read: offersOf },
  [KIND.evidence]: { since: 1, read: evidenceOf },
  [KIND.statements]: {
    since: 2,
    read: async (content) => ({ kind: 'statements', statements: havesOf(content) }),
  },
  [KIND.peers]: {
    since: 2,
    read: async (content) => ({ kind: 'peers', records: peersOf(content) }),
  },
}

/** `[wire, 0, [public URL | null, read-only]]` */
export function helloFrame(wire: Wire, hello: Hello): Uint8Array {
  return encodeCanonical([wire, KIND.hello, helloFields(hello, wire)])
}

/** `[wire, 1, [[offer, vouched]…]]` */
export function offersFrame(wire: Wire, entries: readonly CatalogEntry[]): Uint8Array {
  const items = entries.map((entry) => [offerFields(entry), entry.vouched])
  return encodeCanonical([wire, KIND.offers, items])
}

/** `[wire, 2, evidence]` */
export function evidenceFrame(wire: Wire, evidence: Uint8Array): Uint8Array {
  return encodeCanonical([wire, KIND.evidence, evidence])
}

/** `[2, 3, [statement…]]` @param statements 1 to 64 */
export function statementsFrame(statements: readonly HaveStatement[]): Uint8Array {
  return encodeCanonical([2, KIND.statements, havesFields(statements)])
}

/** `[2, 4, [record…]]` @param records 1 to 64, each of at most 512 bytes */
export function peersFrame(records: readonly Uint8Array[]): Uint8Array {
  return encodeCanonical([2, KIND.peers, records])
}

/**
 * @returns `undefined` if nothing of it is known: it was skipped
 * @throws MalformedError ENTRY_SYNTAX, VerificationError SIGNATURE_INVALID
 */
export async function readCatalogFrame(
  bytes: Uint8Array,
  reading: Reading,
): Promise<CatalogFrame | undefined> {
  const { wire } = reading
  if (wire === 2 && bytes.length <= MAX_FRAME_BYTES && isOfLaterVersion(bytes)) {
    reading.skip('frames')
    return undefined
  }
  const content = decodeCanonical(bytes, MAX_FRAME_BYTES, MAX_ITEMS[wire])
  const [version, kind, value] = fieldsOf(content, 3, reading)
  if (version !== wire) throw malformed('its version is unknown')
  const reader = typeof kind === 'number' ? READERS[kind] : undefined
  if (reader === undefined || reader.since > wire) throw malformed('its kind of frame is unknown')
  return reader.read(value, reading)
}

/** Neither its form nor its content is known, so neither is looked at. */
function isOfLaterVersion(bytes: Uint8Array): boolean {
  const [version, kind] = leadOf(bytes, 2).numbers
  if (version === 2) return kind !== undefined && READERS[kind] === undefined
  return version !== undefined
}

async function offersOf(content: unknown, reading: Reading): Promise<CatalogFrame> {
  const items = arrayOf(content, { min: 1, max: OFFERS_PER_FRAME })
  const entries = await Promise.all(items.map((item) => entryOf(item, reading)))
  return { kind: 'offers', entries: entries.filter((entry) => entry !== undefined) }
}

async function entryOf(item: unknown, reading: Reading): Promise<CatalogEntry<Offer> | undefined> {
  const [fields, vouched] = fieldsOf(item, 2, reading)
  const isVouched = flagOf(vouched)
  const offer = await offerOf(fields, reading)
  if (offer === undefined) reading.skip('offers')
  return offer === undefined ? undefined : { ...offer, vouched: isVouched }
}

/** What they hold others read. */
function peersOf(content: unknown): readonly Uint8Array[] {
  const items = arrayOf(content, { min: 1, max: PEERS_PER_FRAME })
  return items.map((item) => bytesOf(item, { min: 1, max: MAX_PEER_RECORD_BYTES }))
}

async function evidenceOf(
  content: unknown,
  { wire, skip }: Reading,
): Promise<CatalogFrame | undefined> {
  const evidence = bytesOf(content, { min: 1, max: MAX_FRAME_BYTES })
  if (wire === 2 && isOfLaterEvidence(evidence)) {
    skip('evidence')
    return undefined
  }
  return { kind: 'evidence', evidence: bytesOf(evidence, { min: 1, max: MAX_EVIDENCE_BYTES }) }
}
