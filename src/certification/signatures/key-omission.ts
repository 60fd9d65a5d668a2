/**
 * Something of a key that was sent and is not kept, or is kept and has no effect: a loss must not be silent. Made of our own
 * words, numbers and ids alone, so that it can be shown anywhere.
 */
export interface KeyOmission {
  readonly what: 'revocation' | 'signature' | 'user id' | 'subkey' | 'key' | 'designated revoker'
  /** A sentence. */
  readonly why: string
}

/** More of them say nothing more. */
const MAXIMUM_OMISSIONS = 20

/** Each once, revocations first. */
export function distinctOmissions(all: readonly KeyOmission[]): readonly KeyOmission[] {
  const once = new Map(all.map((one) => [`${one.what} ${one.why}`, one]))
  return [...once.values()]
    .toSorted((a, b) => Number(b.what === 'revocation') - Number(a.what === 'revocation'))
    .slice(0, MAXIMUM_OMISSIONS)
}
