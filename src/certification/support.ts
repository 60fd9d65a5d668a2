/* How many rebuilders state each value of an artifact: counted once for all of its groups, so that judging them is linear. */
import type { AgreementGroup } from './agreement.ts'

type Value = string | number

/** What can be said in two ways of which one is wrong. */
const SIZE = ({ size }: AgreementGroup): Value | undefined => size
const STRONG: readonly ((group: AgreementGroup) => Value | undefined)[] = [
  ({ checksums }) => checksums.sha256,
  ({ checksums }) => checksums.sha512,
]
const WAYS = [...STRONG, SIZE] as const

/** Of one way: size, or one strong algorithm. */
interface Tally {
  /** Who states a value. */
  readonly by: ReadonlyMap<Value, ReadonlySet<string>>
  /** Counted once for each who is left out; nobody is called ''. */
  readonly without: Map<string, Largest>
  /** Values that one rebuilder states. */
  readonly values: ReadonlyMap<string, number>
  /** Who states a value and no other, counted. */
  readonly only: ReadonlyMap<Value, number>
}

export interface Support {
  /** Most rebuilders who state a strong checksum that the group states; all of them stand together, whatever else they say. */
  readonly weight: (group: AgreementGroup) => number
  /** Most rebuilders who state one other value, in a way in which the group states one. 0: nobody contradicts it. */
  readonly against: (group: AgreementGroup, without?: string) => number
  /** How many others than `fingerprint` state another value: most in any one way. */
  readonly others: (group: AgreementGroup, fingerprint: string) => number
}

/** @param strong groups of one artifact that give SHA-256 or SHA-512 */
export function supportIn(strong: readonly AgreementGroup[]): Support {
  const tallies = WAYS.map((way) => ({ way, tally: tallyOf(strong, way) }))
  const supported = (group: AgreementGroup): readonly number[] =>
    tallies
      .filter(({ way }) => STRONG.includes(way))
      .map(({ way, tally }) => tally.by.get(way(group) ?? '')?.size ?? 0)
  return {
    weight: (group) => Math.max(...supported(group)),
    against: (group, without = '') =>
      Math.max(...tallies.map(({ way, tally }) => largestOther(tally, way(group), without))),
    others: (group, fingerprint) =>
      Math.max(...tallies.map(({ way, tally }) => statingOther(tally, way(group), fingerprint))),
  }
}

function tallyOf(
  groups: readonly AgreementGroup[],
  way: (group: AgreementGroup) => Value | undefined,
): Tally {
  const by = new Map<Value, Set<string>>()
  const values = new Map<string, number>()
  for (const group of groups) {
    const value = way(group)
    if (value === undefined) continue
    const stating = by.get(value) ?? new Set()
    by.set(value, stating)
    for (const { fingerprint } of group.rebuilders) {
      if (!stating.has(fingerprint)) values.set(fingerprint, (values.get(fingerprint) ?? 0) + 1)
      stating.add(fingerprint)
    }
  }
  const only = new Map(
    [...by].map(([value, stating]) => [
      value,
      [...stating].filter((one) => values.get(one) === 1).length,
    ]),
  )
  return { by, without: new Map(), values, only }
}

/** The two values that most state, without one rebuilder. */
type Largest = readonly { readonly value: Value; readonly size: number }[]

function largestWithout({ by, without: known }: Tally, fingerprint: string): Largest {
  const there = known.get(fingerprint)
  if (there !== undefined) return there
  let [first, second]: [Largest[number] | undefined, Largest[number] | undefined] = [
    undefined,
    undefined,
  ]
  for (const [value, stating] of by) {
    const size = stating.size - (stating.has(fingerprint) ? 1 : 0)
    if (first === undefined || size > first.size) [first, second] = [{ value, size }, first]
    else if (second === undefined || size > second.size) second = { value, size }
  }
  const largest = [first, second].filter((one) => one !== undefined)
  known.set(fingerprint, largest)
  return largest
}

function largestOther(tally: Tally, value: Value | undefined, without: string): number {
  if (value === undefined) return 0
  return largestWithout(tally, without).find((one) => one.value !== value)?.size ?? 0
}

function statingOther(
  { values, only }: Tally,
  value: Value | undefined,
  fingerprint: string,
): number {
  if (value === undefined) return 0
  const isOnly = values.get(fingerprint) === 1
  const all = values.size - 1
  return all - ((only.get(value) ?? 0) - (isOnly ? 1 : 0))
}
