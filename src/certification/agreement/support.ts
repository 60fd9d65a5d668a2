import { type Statement, STRONG_ALGORITHMS, type ComparedProperty } from './statements.ts'

/** How much of a group stands behind each value of an artifact. */
export interface Support {
  readonly isNamed: boolean
  /** Who gave anything strong. */
  readonly voters: ReadonlySet<string>
  readonly by: ReadonlyMap<ComparedProperty, ReadonlyMap<string, ReadonlySet<string>>>
  /** Values, those that most state first. */
  readonly largest: ReadonlyMap<ComparedProperty, readonly string[]>
}

export function supportIn(statements: readonly Statement[], isNamed: boolean): Support {
  const voters = new Set<string>()
  const by = new Map<ComparedProperty, Map<string, Set<string>>>()
  for (const statement of statements) {
    if (statement.isNamed !== isNamed) continue
    for (const [algorithm, values] of statement.values) {
      voters.add(statement.voter)
      const stated = by.get(algorithm) ?? new Map<string, Set<string>>()
      by.set(algorithm, stated)
      for (const value of values) {
        const there = stated.get(value)
        if (there === undefined) stated.set(value, new Set([statement.voter]))
        else there.add(statement.voter)
      }
    }
  }
  const largest = new Map(
    [...by].map(([algorithm, stated]) => [
      algorithm,
      [...stated].toSorted(([, a], [, b]) => b.size - a.size).map(([value]) => value),
    ]),
  )
  return { isNamed, voters, by, largest }
}

const statedBy = ({ by }: Support, way: ComparedProperty, value: string): number =>
  by.get(way)?.get(value)?.size ?? 0

/** Most who state one of its checksums: the same size alone is no agreement. */
export function largestSupport({ values }: Statement, support: Support): number {
  let most = 0
  for (const way of STRONG_ALGORITHMS)
    for (const value of values.get(way) ?? []) most = Math.max(most, statedBy(support, way, value))
  return most
}

/** Most who state one other value in a way in which it states one. It looks at one value more than the statement has. */
export function largestOpposition({ values }: Statement, support: Support): number {
  let most = 0
  for (const [way, own] of values) {
    const other = support.largest.get(way)?.find((value) => !own.has(value))
    if (other !== undefined) most = Math.max(most, statedBy(support, way, other))
  }
  return most
}
