/* Whose word says how fresh is what a node gives: owners of feeds that a policy names. Pure. */
import { counted } from '../base/counted.ts'
import type { MaxAge } from './max-age.ts'
import { type Path, PolicyError } from './policy-error.ts'

/** libp2p's base58 form of an Ed25519 peer id: all of them begin alike. */
export const PEER_ID_PATTERN = '^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$'
/** In a whole policy: a node is asked for all of them in each question. */
export const MOST_OWNERS = 128

interface Owned {
  readonly owners?: readonly string[] | undefined
}

/**
 * @param whose as in `operator "alice": `; empty of the whole policy
 * @returns `undefined` if none are named
 * @throws PolicyError POLICY_INVALID
 */
export function readOwners(
  value: unknown,
  path: Path,
  whose: string,
): readonly string[] | undefined {
  if (value === undefined) return undefined
  const given: readonly unknown[] = Array.isArray(value) ? value : [value]
  const owners = given.map((one) => {
    if (typeof one === 'string' && new RegExp(PEER_ID_PATTERN).test(one)) return one
    throw new PolicyError(
      path,
      `${whose}owners must be a list of peer ids ("12D3KooW…"): countersign status shows that of a node.`,
    )
  })
  if (owners.length === 0) throw new PolicyError(path, `${whose}owners names nobody.`)
  return [...new Set(owners)]
}

/** Those whose word counts of that operator: its own, or else those of the whole policy. */
export const ownersFor = (policy: Owned, operator: Owned): readonly string[] =>
  operator.owners ?? policy.owners ?? []

/** Each of them once. */
export const allOwners = (policy: Owned & { readonly operators: readonly Owned[] }) => [
  ...new Set(policy.operators.flatMap((operator) => ownersFor(policy, operator))),
]

/**
 * Anybody can copy certifications into a feed of his own and sign every hour that he has it. So a bound on an age says nothing
 * unless it is known whose word counts.
 * @throws PolicyError POLICY_INVALID
 */
export function refuseUnowned(
  policy: Owned & {
    readonly maxAge?: MaxAge | undefined
    readonly operators: readonly (Owned & { readonly name: string })[]
  },
): void {
  const count = allOwners(policy).length
  if (count > MOST_OWNERS)
    throw new PolicyError(
      ['owners'],
      `The policy names ${counted(count, 'owner')}, and ${MOST_OWNERS} is the most.`,
    )
  if (policy.maxAge === undefined) return
  const unowned = policy.operators.find((operator) => ownersFor(policy, operator).length === 0)
  if (unowned === undefined) return
  const others = policy.operators.some(({ owners }) => owners !== undefined)
    ? ' Owners that stand below an [[operator]] are of that one alone; those of the whole policy stand above the first.'
    : ''
  throw new PolicyError(
    ['max-age'],
    `max-age needs owners = ["12D3KooW…"], in the policy or in operator "${unowned.name}": the peer ids of the nodes to which its certifications are given, as countersign status shows them there. Of anybody else a node that lies could show a feed of its own.${others}`,
  )
}
