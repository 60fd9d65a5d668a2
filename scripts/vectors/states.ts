/* States by facts, written by hand: times are small numbers of milliseconds. */
const TEN_MINUTES = 600_000

interface StateCase {
  readonly what: string
  readonly facts: {
    readonly signedAt: number
    readonly validFrom: number
    readonly validUntil?: number
    readonly revoked?: { readonly kind: 'hard' | 'soft'; readonly at: number }
    readonly weakDigest: boolean
  } | null
  readonly now: number
  readonly state: string
}

const good = { signedAt: 10, validFrom: 5, weakDigest: false }

export const STATE_CASES: readonly StateCase[] = [
  { what: 'no key', facts: null, now: 10, state: 'key-unknown' },
  { what: 'a key without an end', facts: good, now: 1e15, state: 'verified' },
  { what: 'in the second in which the key was made', facts: { ...good, signedAt: 5 }, now: 10, state: 'verified' },
  { what: 'before the key was made', facts: { ...good, signedAt: 4 }, now: 10, state: 'outside-validity' },
  { what: 'ten minutes ahead', facts: { ...good, signedAt: 10 + TEN_MINUTES }, now: 10, state: 'verified' },
  { what: 'more than that', facts: { ...good, signedAt: 11 + TEN_MINUTES }, now: 10, state: 'outside-validity' },
  { what: 'before the end, at the end', facts: { ...good, validUntil: 20 }, now: 20, state: 'key-expired' },
  { what: 'before the end, right before it', facts: { ...good, validUntil: 20 }, now: 19, state: 'verified' },
  { what: 'at the end', facts: { ...good, signedAt: 20, validUntil: 20 }, now: 20, state: 'outside-validity' },
  { what: 'before a soft revocation', facts: { ...good, revoked: { kind: 'soft', at: 11 } }, now: 1, state: 'key-retired' },
  { what: 'at a soft revocation', facts: { ...good, revoked: { kind: 'soft', at: 10 } }, now: 20, state: 'outside-validity' },
  { what: 'before a hard revocation', facts: { ...good, revoked: { kind: 'hard', at: 99 } }, now: 20, state: 'key-revoked' },
  { what: 'a hard revocation, and everything else', facts: { signedAt: 4, validFrom: 5, validUntil: 4, revoked: { kind: 'hard', at: 99 }, weakDigest: true }, now: 20, state: 'key-revoked' },
  { what: 'a weak digest, before the key was made', facts: { ...good, signedAt: 4, weakDigest: true }, now: 20, state: 'weak-digest' },
  { what: 'a soft revocation later, and an end before', facts: { ...good, validUntil: 15, revoked: { kind: 'soft', at: 30 } }, now: 40, state: 'key-retired' },
  { what: 'after the end, and before a soft revocation', facts: { ...good, signedAt: 20, validUntil: 15, revoked: { kind: 'soft', at: 30 } }, now: 40, state: 'outside-validity' },
] // prettier-ignore
