/* Whom a policy names. */
import { compareText } from '../../base/compare-text.ts'
import type { Operator } from '../policy.ts'
import { keyPartsOf } from '../signatures/key-part.ts'
import type { VerifiedKeyBytes } from '../signatures/verified-key-bytes.ts'

/** By whom a certification was signed: fingerprints, 40 or 64 upper-case hex digits. */
export interface Signer {
  /** Of the primary key. */
  readonly rebuilder: string
  /** Of the key that signed: the same, or a subkey. */
  readonly signedBy: string
}

/** Of one key, fingerprints. */
export interface KeyFingerprints {
  readonly primary: string
  /** Those that agreed to sign for it: nobody is named by a subkey that he has only adopted. */
  readonly subkeys: readonly string[]
}

export interface NamedOperators {
  readonly operators: readonly Operator[]
  /**
   * The name of who has that key; `undefined`: the policy names nobody who has.
   * @param rebuilder fingerprint of a primary key: whichever of its keys signed, it is one voter
   */
  readonly operatorOf: (rebuilder: string) => string | undefined
  /** Fingerprints of all primary keys that are named, as far as they are known, and what else the policy lists. */
  readonly rebuilders: readonly string[]
  /** Equal for those who name the same operators with the same keys: what is kept by one naming is not true by another. */
  readonly key: string
}

/**
 * A policy names a primary key by the fingerprint of it or of one of its subkeys. Where it lists subkeys of one key under several
 * operators, the lowest fingerprint decides, and the primary key's before any.
 * @param keys those that are known; of others only the primary keys that the policy lists are named
 */
export function namedOperators(
  operators: readonly Operator[],
  keys: readonly KeyFingerprints[],
): NamedOperators {
  const listed = new Map(operators.flatMap(({ name, keys: own }) => own.map((key) => [key, name])))
  const owners = new Map(listed)
  for (const { primary, subkeys } of keys) {
    if (listed.has(primary)) continue
    const [lowest] = subkeys.filter((one) => listed.has(one)).toSorted(compareText)
    const owner = lowest === undefined ? undefined : listed.get(lowest)
    if (owner !== undefined) owners.set(primary, owner)
  }
  return {
    operators,
    operatorOf: (rebuilder) => owners.get(rebuilder),
    rebuilders: [...owners.keys()],
    key: `by primary key ${JSON.stringify([...owners].toSorted(([one], [other]) => compareText(one, other)))}`,
  }
}

export const NO_OPERATORS: NamedOperators = namedOperators([], [])

/** Of a key that `readPublicKeys` minimised; `undefined` if nothing can be verified by it. @throws MalformedError KEY_SYNTAX it is none */
export function fingerprintsOf(minimisedKey: VerifiedKeyBytes): KeyFingerprints | undefined {
  const parts = keyPartsOf(minimisedKey)
  const primary = parts.find(({ isPrimary }) => isPrimary)
  if (primary === undefined) return undefined
  const subkeys = parts.filter(({ isPrimary }) => !isPrimary)
  return {
    primary: primary.fingerprint,
    subkeys: subkeys.map(({ fingerprint }) => fingerprint),
  }
}
