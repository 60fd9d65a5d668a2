/* What certifications say of one artifact, in a form that can be weighed. */
import { type Claim, isCompared } from './agreement.ts'
import type { Artifact } from '../artifacts/artifact.ts'
import { runToEnd, type CooperativeTask } from '../../base/cooperative-task.ts'

/**
 * What one certification says of one artifact. Several checksums of one name in one certification are alternatives: a build of
 * many modules can make a file name twice.
 */
export interface Statement {
  /** Of the certification. */
  readonly id: string
  /** Fingerprint. */
  readonly rebuilder: string
  /** Who has the vote: an operator and all its keys together, or a rebuilder that nobody names. */
  readonly voter: string
  /** Does the policy name it? */
  readonly isNamed: boolean
  /** By algorithm, each strong checksum with its size; and the sizes alone. Empty: it says nothing that anything rests on. */
  readonly values: ReadonlyMap<ComparedProperty, ReadonlySet<string>>
}

export type StrongAlgorithm = 'sha256' | 'sha512'
export const STRONG_ALGORITHMS: readonly StrongAlgorithm[] = ['sha256', 'sha512']
/** What can be said in two ways of which one is wrong. */
export type ComparedProperty = StrongAlgorithm | 'size'
export const COMPARED_PROPERTIES: readonly ComparedProperty[] = [...STRONG_ALGORITHMS, 'size']

/** An artifact, and everything that is said of it. */
export interface StatedArtifact {
  readonly name: string
  /** Maven's groupId. */
  readonly group?: string
  readonly statements: readonly Statement[]
}

/** Neither can hold a slash. */
export const artifactKey = ({ name, group }: { readonly name: string; readonly group?: string }) =>
  `${group ?? ''}/${name}`

/** By artifact, in the order in which they come; what is never compared is left out. Linear. */
export const statementsIn = (claims: readonly Claim[]): readonly StatedArtifact[] =>
  runToEnd(statementsInSteps(claims))

/** {@link statementsIn}, artifact by artifact. */
export function* statementsInSteps(
  claims: readonly Claim[],
): CooperativeTask<readonly StatedArtifact[]> {
  const all = new Map<string, { readonly of: Artifact; readonly said: Said[] }>()
  for (const claim of claims)
    for (const [key, [first, ...more]] of alternativesIn(claim.artifacts)) {
      yield
      if (first === undefined || !isCompared(first.name)) continue
      const there = all.get(key) ?? { of: first, said: [] }
      all.set(key, there)
      there.said.push({ claim, alternatives: [first, ...more] })
    }
  const found: StatedArtifact[] = []
  for (const { of, said } of all.values()) {
    yield
    const { name, group } = of
    found.push({ name, ...(group !== undefined && { group }), statements: toStatements(said) })
  }
  return found
}

/** Of one certification: all that it says of each name. */
export function alternativesIn(
  artifacts: readonly Artifact[],
): ReadonlyMap<string, readonly Artifact[]> {
  const found = new Map<string, Artifact[]>()
  for (const artifact of artifacts) {
    const key = artifactKey(artifact)
    const there = found.get(key)
    if (there === undefined) found.set(key, [artifact])
    else there.push(artifact)
  }
  return found
}

interface Said {
  readonly claim: Pick<Claim, 'id' | 'rebuilder' | 'operator'>
  readonly alternatives: readonly Pick<Artifact, 'size' | 'checksums'>[]
}

export function toStatements(said: readonly Said[]): readonly Statement[] {
  const isNamed = ({ claim: { operator } }: Said): boolean => operator !== undefined
  const byNamed = sizesIn(said.filter(isNamed))
  const byOthers = sizesIn(said.filter((one) => !isNamed(one)))
  const sizesOf = (one: Said) => (value: string) =>
    // what others say never changes what a named one says
    byNamed.get(value) ?? (isNamed(one) ? undefined : byOthers.get(value))
  return said.map((one) => {
    const { id, rebuilder, operator } = one.claim
    return {
      id,
      rebuilder,
      // nobody is called by a fingerprint and a blank
      voter: operator === undefined ? rebuilder : ` ${operator}`,
      isNamed: isNamed(one),
      values: valuesOf(one.alternatives, sizesOf(one)),
    }
  })
}

function* strongIn(alternatives: Said['alternatives']) {
  for (const { size, checksums } of alternatives)
    for (const { algorithm, hex } of checksums)
      if (algorithm === 'sha256' || algorithm === 'sha512') yield { algorithm, hex, size }
}

type Sizes = ReadonlySet<number> | undefined

/** By algorithm and checksum, where somebody says one. */
function sizesIn(said: readonly Said[]): ReadonlyMap<string, ReadonlySet<number>> {
  const sizes = new Map<string, Set<number>>()
  for (const { alternatives } of said)
    for (const { algorithm, hex, size } of strongIn(alternatives)) {
      if (size === undefined) continue
      const key = `${algorithm} ${hex}`
      const there = sizes.get(key)
      if (there === undefined) sizes.set(key, new Set([size]))
      else there.add(size)
    }
  return sizes
}

/** A list of checksums says no size: it means the one that others say, if they say only one. */
function valuesOf(
  alternatives: Said['alternatives'],
  sizesOf: (value: string) => Sizes,
): Statement['values'] {
  const values = new Map<ComparedProperty, Set<string>>()
  const add = (way: ComparedProperty, value: string): void => {
    const there = values.get(way)
    if (there === undefined) values.set(way, new Set([value]))
    else there.add(value)
  }
  for (const { algorithm, hex, size } of strongIn(alternatives)) {
    const known = size === undefined ? sizesOf(`${algorithm} ${hex}`) : undefined
    const [only = ''] = known?.size === 1 ? known : [size]
    add(algorithm, `${hex} ${only}`)
    if (size !== undefined) add('size', String(size))
  }
  return values
}
