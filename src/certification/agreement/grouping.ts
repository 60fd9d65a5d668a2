/* Which statements about one artifact stand together. */
import { type Algorithm, ALGORITHMS } from '../artifacts/artifact.ts'

/** All that claim exactly the same size and checksums of one artifact. */
export interface IdenticalClaims {
  readonly size: number | undefined
  readonly checksums: Readonly<Partial<Record<Algorithm, string>>>
  readonly isNamed: boolean
  /** By rebuilder and operator. */
  readonly claimants: Map<string, Claimant>
}

export interface Claimant {
  readonly fingerprint: string
  readonly operator: string | undefined
  readonly certifications: Set<string>
}

/** Sets of named statements that agree, each with the others that state all of it; then sets of the rest. */
export function agreementSets(
  statements: readonly IdenticalClaims[],
  one: Algorithm,
  other: Algorithm,
): readonly (readonly IdenticalClaims[])[] {
  const named = agreeing(
    statements.filter(({ isNamed }) => isNamed),
    one,
    other,
  ).map((members) => [...members])
  const byStated = new Map<string, IdenticalClaims[]>()
  for (const members of named) {
    const { [one]: a, [other]: b } = statedByAll(members)
    byStated.set(`${members[0]?.size} ${a} ${b}`, members)
  }
  const rest: IdenticalClaims[] = []
  for (const statement of statements) {
    if (statement.isNamed) continue
    const { [one]: a, [other]: b } = statement.checksums
    const joined = [[a, b], ...(a === undefined || b === undefined ? [] : [[a], [undefined, b]])]
      .map(([x, y]) => byStated.get(`${statement.size} ${x} ${y}`))
      .filter((members) => members !== undefined)
    for (const members of joined) members.push(statement)
    if (joined.length === 0) rest.push(statement)
  }
  return [...named, ...agreeing(rest, one, other)]
}

/** Statements that have one given checksum: those with it alone, and those that have the other algorithm too. */
interface Side {
  readonly alone: IdenticalClaims[]
  /** By the checksum in the other algorithm. */
  readonly full: Map<string, IdenticalClaims[]>
}

/**
 * Sets of statements that agree. Those with one algorithm alone take in all who state that checksum beside another
 * (these can so stand in two sets: two that share no algorithm say nothing about each other). Those with both are a
 * set of their own if nobody states less, or if they contradict each other in the second. No statement stands in more
 * than three sets, whatever somebody invents beside a true checksum.
 */
function agreeing(
  statements: readonly IdenticalClaims[],
  one: Algorithm,
  other: Algorithm,
): readonly (readonly IdenticalClaims[])[] {
  const sides = new Map<string, Side>()
  const full = new Map<
    string,
    { readonly members: IdenticalClaims[]; readonly of: readonly Side[] }
  >()
  const sideOf = (key: string): Side => getOrAdd(sides, key, () => ({ alone: [], full: new Map() }))
  for (const statement of statements) {
    const { size, checksums } = statement
    const a = checksums[one]
    const b = checksums[other]
    const here = [
      ...(a === undefined ? [] : [sideOf(`${size} ${one} ${a}`)]),
      ...(b === undefined ? [] : [sideOf(`${size} ${other} ${b}`)]),
    ]
    if (a === undefined || b === undefined) {
      here[0]?.alone.push(statement)
      continue
    }
    const { members } = getOrAdd(full, `${size} ${a} ${b}`, () => ({ members: [], of: here }))
    members.push(statement)
    here[0]?.full.set(b, members)
    here[1]?.full.set(a, members)
  }
  const joined = [...sides.values()]
    .filter(({ alone }) => alone.length > 0)
    .map((side) => [...side.alone, ...[...side.full.values()].flat()])
  const own = [...full.values()]
    .filter(({ of }) => of.every(({ alone }) => alone.length === 0) || of.some(isDivided))
    .map(({ members }) => members)
  return [...joined, ...own]
}

const isDivided = ({ full }: Side): boolean => full.size > 1

/** What every one of them states. */
export function statedByAll(
  members: readonly IdenticalClaims[],
): Partial<Record<Algorithm, string>> {
  const checksums: Partial<Record<Algorithm, string>> = {}
  for (const algorithm of ALGORITHMS) {
    const hex = members[0]?.checksums[algorithm]
    if (hex !== undefined && members.every((member) => member.checksums[algorithm] === hex))
      checksums[algorithm] = hex
  }
  return checksums
}

export function getOrAdd<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const fresh = make()
  map.set(key, fresh)
  return fresh
}
