/** What mathematics and the key say of a signature; nothing here depends on now. Times in milliseconds since 1970. */
export interface SignatureFacts {
  /** Fingerprint of the primary key, 40 or 64 hex digits in upper case: the rebuilder. */
  readonly rebuilder: string
  /** Fingerprint of the key or subkey that signed. */
  readonly signedBy: string
  readonly signedAt: number
  /** When the signing key was made (the later of primary key and subkey). */
  readonly validFrom: number
  /** When the signing key or its primary key expires, by the newest self-signatures; the earlier of both. */
  readonly validUntil?: number
  /**
   * `hard`: compromised, or no reason given: voids everything; `at` is when that was said, and unknown where only the state was
   * kept. `soft`: superseded or retired, from `at` on.
   */
  readonly revoked?:
    { readonly kind: 'hard'; readonly at?: number } | { readonly kind: 'soft'; readonly at: number }
  /** Signed over MD5, SHA-1 or RIPEMD-160. */
  readonly weakDigest: boolean
}

export const STATES = [
  'verified',
  'key-expired',
  'key-retired',
  'outside-validity',
  'weak-digest',
  'key-revoked',
  'key-unknown',
] as const
export type State = (typeof STATES)[number]

/** How far ahead a clock may be before its signatures are from the future, in milliseconds. */
export const CLOCK_TOLERANCE = 600_000

/**
 * The state of a certification at `now` (milliseconds since 1970). `facts` are absent if the key is not known.
 * The first that applies:
 * 1. `key-unknown`: no facts;
 * 2. `key-revoked`: a hard revocation voids whatever the key signed, at any time;
 * 3. `weak-digest`;
 * 4. `outside-validity`: signed before the key was made, at or after its end (or the signature's own), more
 *    than ten minutes in the future, or at or after a soft revocation;
 * 5. `key-retired`: softly revoked since then;
 * 6. `key-expired`: expired since then;
 * 7. `verified`.
 */
export function stateOf(facts: SignatureFacts | undefined, now: number): State {
  if (facts === undefined) return 'key-unknown'
  const { signedAt, validFrom, validUntil, revoked } = facts
  if (revoked?.kind === 'hard') return 'key-revoked'
  if (facts.weakDigest) return 'weak-digest'
  if (signedAt < validFrom || signedAt > now + CLOCK_TOLERANCE) return 'outside-validity'
  if (validUntil !== undefined && signedAt >= validUntil) return 'outside-validity'
  if (revoked !== undefined) return signedAt >= revoked.at ? 'outside-validity' : 'key-retired'
  return validUntil !== undefined && validUntil <= now ? 'key-expired' : 'verified'
}

const COUNTS: Readonly<Record<State, boolean>> = {
  verified: true,
  'key-expired': true,
  'key-retired': true,
  'outside-validity': false,
  'weak-digest': false,
  'key-revoked': false,
  'key-unknown': false,
}

/** Does a certification in that state count in an agreement? */
export const counts = (state: State): boolean => COUNTS[state]
