/*
 * What a node says of a feed that can be had from it: whose it is, what for, and its signed head. Gossip and the catalog
 * say it in the same form, and nothing of it is believed that is not signed: the head by the feed's key, the origin by
 * the peer that owns the feed.
 */
import { LRUCache } from 'lru-cache'
import { VerificationError } from '../../base/errors.ts'
import { malformed } from '../../feeds/format/cbor.ts'
import { feedKeyOf, type Head, verifyHead } from '../../feeds/format/head.ts'
import { decodeOrigin, isOfLaterFormat, type Origin } from '../../feeds/format/origin.ts'
import { headFields, headOf } from '../../feeds/format/head-fields.ts'
import { bytesOf, bytesOfHex, hexOf } from '../../feeds/format/value-checks.ts'
import { fieldsOf, isToldOn, type Reading } from './wire.ts'

export interface Offer {
  /** 64 lower-case hex digits. */
  readonly key: string
  readonly publicKey: string
  readonly head: Head
  /** Block 0 of the feed, as it was sent, and what it says. */
  readonly originBlock: Uint8Array
  readonly origin: Origin
}

/** What {@link Offer} is made from. */
export type OfferClaims = Pick<Offer, 'publicKey' | 'head' | 'originBlock'>

const MAX_ORIGIN_BYTES = 512

/** `[public key, length, fork, root, signature, origin]` */
export function offerFields({ publicKey, head, originBlock }: OfferClaims): readonly unknown[] {
  return [bytesOfHex(publicKey), ...headFields(head), originBlock]
}

/** The same heads come from every neighbour, by gossip and by catalog. */
const verifiedHeads = new LRUCache<string, true>({ max: 20_000 })
/** And an origin is the same each time it is said. */
const verifiedOrigins = new LRUCache<
  string,
  { readonly block: Uint8Array; readonly origin: Origin }
>({ max: 10_000 })

/**
 * @returns `undefined` if its feed is of a format of a later version: nothing else of it was looked at
 * @throws MalformedError ENTRY_SYNTAX, VerificationError SIGNATURE_INVALID
 */
export async function offerOf(value: unknown, reading: Reading): Promise<Offer | undefined> {
  const { wire } = reading
  const fields = fieldsOf(value, 6, reading)
  if (wire === 2 && fields[5] instanceof Uint8Array && isOfLaterFormat(fields[5])) return undefined
  const publicKey = hexOf(fields[0])
  const head = headOf(fields.slice(1, 5))
  const originBlock = bytesOf(fields[5], { min: 1, max: MAX_ORIGIN_BYTES })
  if (!isToldOn(wire, originBlock)) throw malformed('its origin is of no format of this wire')
  const name = `${publicKey} ${head.length} ${head.fork} ${head.root} ${head.signature}`
  const isKnown = verifiedHeads.get(name) === true
  if (!isKnown && !verifyHead(publicKey, head))
    throw new VerificationError('SIGNATURE_INVALID', 'That head is not signed by its feed.')
  verifiedHeads.set(name, true)
  const key = feedKeyOf(publicKey)
  return { key, publicKey, head, originBlock, origin: await originOf(key, originBlock) }
}

async function originOf(key: string, block: Uint8Array): Promise<Origin> {
  const there = verifiedOrigins.get(key)
  if (there !== undefined && Buffer.compare(there.block, block) === 0) return there.origin
  const origin = await decodeOrigin(block, key)
  verifiedOrigins.set(key, { block: Uint8Array.from(block), origin })
  return origin
}
