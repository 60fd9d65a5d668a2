/* What many artifacts of one build have in common: who says what of them, whatever the values are. */
import {
  type AgreementGroup,
  type ArtifactGroups,
  type Claim,
  groupsInOrder,
} from '../../certification/agreement/agreement.ts'
import {
  type Algorithm,
  ALGORITHMS,
  type Artifact,
} from '../../certification/artifacts/artifact.ts'

/** One artifact, and who says something of it: at the same place in both. */
export interface ArtifactStatements {
  readonly claims: Claim[]
  readonly artifacts: Artifact[]
}

type Value = string | number

/**
 * Equal for two artifacts where the same claims say the same of each other: by the same algorithms, equal where those are equal.
 * Comparing asks no more of a value than which others it equals, so what it comes to is the same too.
 */
interface Pattern {
  readonly numbers: readonly number[]
  /** Sizes and checksums, each at its number. */
  readonly values: readonly Value[]
}

/** Makes something of what is said of an artifact, and of others of the same pattern by that. */
export function makeByPattern<T extends ArtifactGroups>(
  make: (said: ArtifactStatements) => T | undefined,
): (said: ArtifactStatements) => T | undefined {
  const claimed = new Map<Claim, number>()
  /** By a number that equal patterns have in common. */
  const known = new Map<number, { numbers: readonly number[]; like: Like<T> }[]>()
  return (said) => {
    const { numbers, values } = patternOf(said, claimed)
    const hash = hashOf(numbers)
    const alike = known.get(hash) ?? []
    const there = alike.find((one) => isEqual(one.numbers, numbers))
    if (there !== undefined) return there.like(said, values)
    const made = make(said)
    if (made !== undefined) {
      alike.push({ numbers, like: likeThat(made, values) })
      known.set(hash, alike)
    }
    return made
  }
}

/** Values that are looked for one by one. */
const FEW = 16

function patternOf(
  { claims, artifacts }: ArtifactStatements,
  claimed: Map<Claim, number>,
): Pattern {
  const numbers = [artifacts[0]?.group === undefined ? 0 : 1]
  const values: Value[] = []
  let many: Map<Value, number> | undefined
  const numberOf = (value: Value): number => {
    const known = many === undefined ? values.indexOf(value) : (many.get(value) ?? -1)
    if (known !== -1) return known
    values.push(value)
    if (values.length > FEW) many ??= new Map(values.map((one, at) => [one, at]))
    many?.set(value, values.length - 1)
    return values.length - 1
  }
  for (let at = 0; at < claims.length; at += 1) {
    const [claim, artifact] = [claims[at], artifacts[at]]
    if (claim === undefined || artifact === undefined) continue
    let who = claimed.get(claim)
    if (who === undefined) claimed.set(claim, (who = claimed.size))
    // nothing else is below zero
    numbers.push(-1 - who, artifact.size === undefined ? 0 : 1 + numberOf(artifact.size))
    for (const { algorithm, hex } of artifact.checksums)
      numbers.push(ALGORITHMS.indexOf(algorithm), numberOf(hex))
  }
  return { numbers, values }
}

function hashOf(numbers: readonly number[]): number {
  let hash = 0
  for (const number of numbers) hash = (Math.imul(hash, 31) + number) | 0
  return hash
}

function isEqual(one: readonly number[], other: readonly number[]): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false
  return true
}

type Like<T> = (said: ArtifactStatements, values: readonly Value[]) => T

/** @param values of the artifact that came to `made`, at their numbers */
function likeThat<T extends ArtifactGroups>(made: T, values: readonly Value[]): Like<T> {
  const numbers = new Map(values.map((value, at) => [value, at]))
  const groups = made.groups.map(({ checksums, size, ...others }) => ({
    others,
    size: size === undefined ? undefined : numbers.get(size),
    checksums: ALGORITHMS.flatMap((algorithm) => {
      const at = numbers.get(checksums[algorithm] ?? '')
      return at === undefined ? [] : [[algorithm, at] as const]
    }),
  }))
  return ({ artifacts: [first] }, others) => ({
    ...made,
    name: first?.name ?? '',
    ...(first?.group !== undefined && { group: first.group }),
    groups: groupsInOrder(
      groups.map((group): AgreementGroup => {
        const checksums: Partial<Record<Algorithm, string>> = {}
        for (const [algorithm, at] of group.checksums) checksums[algorithm] = String(others[at])
        const size = group.size === undefined ? undefined : Number(others[group.size])
        return { checksums, size, ...group.others }
      }),
    ),
  })
}
