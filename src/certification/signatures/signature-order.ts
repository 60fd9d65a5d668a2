import type { Revocation } from './verified-key.ts'
import { canonicalBody, type SignaturePacket } from './signature-packet.ts'
import { lastOf, SUBPACKET } from './subpacket.ts'

/**
 * A total order of signatures on one thing, newest first: whoever merges the same signatures in whatever order
 * keeps the same one. Between variants of one signature (s and n - s, say) the octets decide.
 */
export const newestFirst = (a: SignaturePacket, b: SignaturePacket): number =>
  b.signedAt - a.signedAt || b.type - a.type || compareOctets(a, b)

/** Oldest first: of two revocations, the earlier one says from when on. */
const oldestFirst = (a: SignaturePacket, b: SignaturePacket): number =>
  a.signedAt - b.signedAt || compareOctets(a, b)

const compareOctets = (a: SignaturePacket, b: SignaturePacket): number =>
  Buffer.compare(a.hashedPart, b.hashedPart) || Buffer.compare(canonicalBody(a), canonicalBody(b))

/** The first by an order; `undefined` among none. */
export function firstBy<T>(items: readonly T[], order: (a: T, b: T) => number): T | undefined {
  let first: T | undefined
  for (const item of items) if (first === undefined || order(item, first) < 0) first = item
  return first
}

/** Reasons of RFC 9580 §5.2.3.31 that say nothing against what was signed before. */
const SOFT: ReadonlySet<number | undefined> = new Set([1, 3])

const kindOf = (signature: SignaturePacket): Revocation['kind'] =>
  SOFT.has(lastOf(signature.hashed, SUBPACKET.revocationReason)?.[0]) ? 'soft' : 'hard'

export type IsGood = (signature: SignaturePacket) => boolean

/** The first by an order among those that are good; no more of them are tried than needed. */
export function firstGood(
  signatures: readonly SignaturePacket[],
  order: (a: SignaturePacket, b: SignaturePacket) => number,
  isGood: IsGood,
): SignaturePacket | undefined {
  return signatures.toSorted(order).find(isGood)
}

/**
 * The revocations that say all that any number of them can say: the earliest good one of each kind. So a key's owner
 * can't make it grow without end by revoking it again and again.
 */
export function decisiveRevocations(
  signatures: readonly SignaturePacket[],
  isGood: IsGood,
): readonly Revocation[] {
  const earliest = (kind: Revocation['kind']): readonly Revocation[] => {
    const ofKind = signatures.filter((each) => kindOf(each) === kind)
    const signature = firstGood(ofKind, oldestFirst, isGood)
    return signature === undefined ? [] : [{ kind, signature }]
  }
  return [...earliest('hard'), ...earliest('soft')]
}
