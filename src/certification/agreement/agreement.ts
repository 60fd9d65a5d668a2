import { compareText } from '../../base/compare-text.ts'
import { type Algorithm, ALGORITHMS, type Artifact, type Checksum } from '../artifacts/artifact.ts'
import {
  getOrAdd,
  agreementSets,
  type IdenticalClaims,
  statedByAll,
  type Claimant,
} from './grouping.ts'

/** What one certification by one rebuilder says. */
export interface Claim {
  /** Of the certification. */
  readonly id: string
  /** Fingerprint. */
  readonly rebuilder: string
  /** Whose key that is, by the policy that is asked: the same in all claims of a rebuilder. Absent if it names nobody. */
  readonly operator?: string | undefined
  readonly artifacts: readonly Artifact[]
}

export interface AgreeingRebuilder {
  readonly fingerprint: string
  /** Whose key that is, see {@link Claim}. */
  readonly operator?: string | undefined
  /** Ids, sorted. Several of one rebuilder are still one voice. */
  readonly certifications: readonly string[]
}

/** Rebuilders who all say the same of an artifact. */
export interface AgreementGroup {
  /** Only what *every* member states: nobody is made to vouch for a checksum that only another one gave. */
  readonly checksums: Readonly<Partial<Record<Algorithm, string>>>
  /** In bytes; `undefined` where nobody says it. */
  readonly size: number | undefined
  /** Only MD5 or SHA-1: it finds things, but no agreement rests on it. */
  readonly weak: boolean
  /** Named ones first, then by fingerprint. */
  readonly rebuilders: readonly AgreeingRebuilder[]
}

export interface ArtifactGroups {
  readonly name: string
  readonly group?: string
  /**
   * Strong before weak; then what most named operators say, then what most others do. Who agrees with whom is the judge's to
   * say (`judge.ts`): several groups are alternatives where one certification stands in all of them.
   */
  readonly groups: readonly AgreementGroup[]
}

/** Their bytes hold a signature or a date (debsign changes them), so that honest rebuilders differ. */
const NEVER_COMPARED = ['.dsc', '.buildinfo', '.changes'] as const
export const isCompared = (name: string): boolean =>
  NEVER_COMPARED.every((extension) => !name.endsWith(extension))

/** Statements of one artifact, by what they state. */
interface Subject {
  readonly name: string
  readonly group: string | undefined
  readonly statements: Map<string, IdenticalClaims>
}

/**
 * Lays out by artifact, by file name (and group, if they have one), who said what. Claims stand in one group if they share a strong
 * algorithm (SHA-256, SHA-512) and are equal in every strong one that they share and in size; who agrees is for the judge to
 * say, also of claims that stand in several. Deterministic: the order of the claims does not matter. Linear in the artifacts
 * but for sorting. A rebuilder who says two things stands in both groups. Who states one strong checksum alone stands with all
 * who state it too, even if these differ in the other: then they also have groups of their own, and nobody can push an honest
 * claim out of its group by inventing one.
 *
 * Groups of named rebuilders are made of their claims alone: others join one if they state all that it states, or have groups
 * of their own behind it. So what others say never moves a named one to another group, nor to another place.
 */
export function agree(claims: readonly Claim[]): readonly ArtifactGroups[] {
  const subjects = new Map<string, Subject>()
  for (const { id, rebuilder, operator, artifacts } of claims) {
    const isNamed = operator !== undefined
    for (const artifact of artifacts) {
      if (!isCompared(artifact.name)) continue
      const { claimants } = statementOf(subjectOf(subjects, artifact), artifact, isNamed)
      const claimant = getOrAdd(claimants, `${rebuilder} ${operator ?? ''}`, () => ({
        fingerprint: rebuilder,
        operator,
        certifications: new Set(),
      }))
      claimant.certifications.add(id)
    }
  }
  return [...subjects.values()]
    .map(({ name, group, statements }) => ({
      name,
      ...(group === undefined ? {} : { group }),
      groups: groupStatements([...statements.values()]),
    }))
    .filter(({ groups }) => groups.length > 0)
    .toSorted((a, b) => compareText(a.name, b.name) || compareText(a.group ?? '', b.group ?? ''))
}

function subjectOf(subjects: Map<string, Subject>, { name, group }: Artifact): Subject {
  const key = `${group ?? ''}/${name}` // neither can hold a slash
  return getOrAdd(subjects, key, () => ({ name, group, statements: new Map() }))
}

function statementOf(
  { statements }: Subject,
  { size, checksums }: Artifact,
  isNamed: boolean,
): IdenticalClaims {
  const record = toRecord(checksums)
  const key = [isNamed, size, ...ALGORITHMS.map((algorithm) => record[algorithm])].join(' ')
  return getOrAdd(statements, key, () => ({
    size,
    checksums: record,
    isNamed,
    claimants: new Map(),
  }))
}

function toRecord(checksums: readonly Checksum[]): Partial<Record<Algorithm, string>> {
  const record: Partial<Record<Algorithm, string>> = {}
  for (const { algorithm, hex } of checksums) record[algorithm] ??= hex
  return record
}

const isStrong = ({ checksums }: IdenticalClaims): boolean =>
  checksums.sha256 !== undefined || checksums.sha512 !== undefined

function groupStatements(statements: readonly IdenticalClaims[]): readonly AgreementGroup[] {
  const strong = statements.filter(isStrong)
  const weak = statements.filter((statement) => !isStrong(statement))
  return groupsInOrder([
    ...agreementSets(strong, 'sha256', 'sha512').map((members) => toGroup(members, false)),
    ...agreementSets(weak, 'md5', 'sha1').map((members) => toGroup(members, true)),
  ])
}

/** As {@link ArtifactGroups} has them. */
export const groupsInOrder = (groups: readonly AgreementGroup[]): readonly AgreementGroup[] =>
  groups.length < 2 ? groups : groups.toSorted(compareGroups)

function toGroup(members: readonly IdenticalClaims[], weak: boolean): AgreementGroup {
  const claimants = new Map<string, Claimant>()
  for (const member of members)
    for (const [key, { fingerprint, operator, certifications }] of member.claimants) {
      const claimant = getOrAdd(claimants, key, () => ({
        fingerprint,
        operator,
        certifications: new Set(),
      }))
      for (const id of certifications) claimant.certifications.add(id)
    }
  const rebuilders = [...claimants.values()]
    .map(({ fingerprint, operator, certifications }) => ({
      fingerprint,
      ...(operator !== undefined && { operator }),
      certifications: [...certifications].toSorted(compareText),
    }))
    .toSorted(
      (a, b) =>
        Number(a.operator === undefined) - Number(b.operator === undefined) ||
        compareText(a.fingerprint, b.fingerprint),
    )
  return { checksums: statedByAll(members), size: members[0]?.size, weak, rebuilders }
}

function compareGroups(a: AgreementGroup, b: AgreementGroup): number {
  const named = namedIn(b) - namedIn(a)
  return (
    Number(a.weak) - Number(b.weak) ||
    named ||
    (namedIn(a) > 0 ? 0 : b.rebuilders.length - a.rebuilders.length) ||
    compareText(orderOf(a), orderOf(b))
  )
}

/** Operators. */
const namedIn = ({ rebuilders }: AgreementGroup): number =>
  new Set(rebuilders.flatMap(({ operator }) => operator ?? [])).size

function orderOf({ size, checksums, rebuilders }: AgreementGroup): string {
  const ids = rebuilders.flatMap(({ certifications }) => certifications)
  const { sha256, sha512, sha1, md5 } = checksums
  return [size, sha256, sha512, sha1, md5, ...ids].join(' ')
}
