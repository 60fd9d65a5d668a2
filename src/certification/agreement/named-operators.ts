/* Whom a policy names. */
import type { Operator } from '../policy.ts'

/** By whom a certification was signed: fingerprints, 40 or 64 upper-case hex digits. */
export interface Signer {
  /** Of the primary key. */
  readonly rebuilder: string
  /** Of the key that signed: the same, or a subkey. */
  readonly signedBy: string
}

export interface NamedOperators {
  readonly operators: readonly Operator[]
  /** The name of who has that key; `undefined`: the policy names nobody who has. */
  readonly operatorOf: (signer: Signer) => string | undefined
  /** Equal for policies that name the same operators with the same keys: what is kept by one naming is not true by another. */
  readonly key: string
}

/** One statement is one voice, also where one operator is named by a primary key and another by its subkey. */
export function namedOperators(operators: readonly Operator[]): NamedOperators {
  const owners = new Map(operators.flatMap(({ name, keys }) => keys.map((key) => [key, name])))
  return {
    operators,
    operatorOf: ({ rebuilder, signedBy }) => owners.get(rebuilder) ?? owners.get(signedBy),
    key: JSON.stringify([...owners].toSorted(([one], [other]) => (one < other ? -1 : 1))),
  }
}

export const NO_OPERATORS: NamedOperators = namedOperators([])
