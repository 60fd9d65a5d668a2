import type { CooperativeTask } from '../../base/cooperative-task.ts'
import { type StatedArtifact, STRONG_ALGORITHMS } from './statements.ts'
import { type Support, supportIn } from './support.ts'

/** The rest are counted in the last. */
const SIDES = 5

/**
 * How many of a group say each thing about one of the artifacts: the one where most do not say what the largest side says; of
 * several such, the one with the largest sides. Most first, {@link SIDES} at most; empty where nobody differs.
 */
export function* opinionSizes(
  artifacts: readonly StatedArtifact[],
  isNamed: boolean,
): CooperativeTask<readonly number[]> {
  let found: readonly number[] = []
  for (const { statements } of artifacts) {
    yield
    const sides = sidesOf(supportIn(statements, isNamed))
    const isLarger = beside(sides) - beside(found) || inOrder(sides, found)
    if (sides.length > 1 && isLarger > 0) found = sides
  }
  if (found.length <= SIDES) return found
  return [...found.slice(0, SIDES - 1), sumOf(found.slice(SIDES - 1))]
}

const sumOf = (sizes: readonly number[]): number => sizes.reduce((sum, one) => sum + one, 0)
const beside = (sides: readonly number[]): number => sumOf(sides.slice(1))

function inOrder(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((size, index) => size !== other[index])
  return at === -1 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}

/** Each voter is counted on the largest of its sides. */
function sidesOf({ by }: Support): readonly number[] {
  const counted = new Set<string>()
  const sides = STRONG_ALGORITHMS.flatMap((algorithm) =>
    [...(by.get(algorithm) ?? [])].map(([value, voters]) => ({
      name: `${algorithm} ${value}`,
      voters,
    })),
  )
  return sides
    .toSorted((a, b) => b.voters.size - a.voters.size || (a.name < b.name ? -1 : 1))
    .map(({ voters }) => {
      const fresh = [...voters].filter((voter) => !counted.has(voter))
      for (const voter of fresh) counted.add(voter)
      return fresh.length
    })
    .filter((size) => size > 0)
    .toSorted((one, other) => other - one)
}
