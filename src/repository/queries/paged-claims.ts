import { compareText } from '../../base/compare-text.ts'
import {
  agree,
  type AgreementGroup,
  type ArtifactGroups,
  type Claim,
  isCompared,
} from '../../certification/agreement/agreement.ts'
import type { Artifact } from '../../certification/artifacts/artifact.ts'
import { type Tallies, tallyOf } from '../../certification/agreement/judge.ts'
import { type StatedArtifact, statementsIn } from '../../certification/agreement/statements.ts'
import type { CooperativeTask } from '../../base/cooperative-task.ts'
import { makeByPattern, type ArtifactStatements } from './claim-pattern.ts'

/** Which artifacts of an agreement are wanted, in the order of their names, then groups. */
export interface ArtifactPage {
  /** Behind this one, as {@link cursorOf} writes it. */
  readonly after?: string | undefined
  readonly limit: number
  /** About how large an answer gets before it ends, as JSON; any size if absent. */
  readonly bytes?: number | undefined
}

/** As it stands in a cursor: neither a name nor a group holds a slash. */
const cursorOf = ({ group, name }: { readonly group?: string; readonly name: string }): string =>
  `${group ?? ''}/${name}`

/** What those who count say of one artifact, and what that comes to. */
export type ComparedArtifact = ArtifactGroups & Tallies

/** Claims about the artifacts of one page, and of no other: what lies behind it is let go as soon as the page is full. */
export interface PagedClaims {
  readonly add: (claim: Claim) => void
  /** Artifact by artifact, as {@link agree} and the judge say of each: none changes what they say of another. */
  readonly page: (pauseIfDue: () => Promise<void> | undefined) => Promise<{
    readonly artifacts: readonly ComparedArtifact[]
    readonly next?: string
  }>
}

/**
 * A page without claims.
 * @param page of artifacts: `limit` of them at most, and about `bytes` bytes
 */
export function makePagedClaims({ after, limit, bytes = Infinity }: ArtifactPage): PagedClaims {
  /** By artifact: first by its key, then by name of each group, since a key has to be made. */
  const said = new Map<string, ArtifactStatements>()
  const named = new Map<string | undefined, Map<string, ArtifactStatements>>()
  let last: string | undefined
  const from = after === undefined ? undefined : orderOf(...split(after))
  const isWanted = (key: string): boolean =>
    (from === undefined || key > from) && (last === undefined || key <= last)
  // one more than the page has says that there is a next one
  const most = limit + 1
  const cut = (): void => {
    const sorted = [...said.keys()].toSorted(compareText)
    last = sorted[most - 1]
    for (const key of sorted.slice(most)) {
      const [artifact] = said.get(key)?.artifacts ?? []
      if (artifact !== undefined) named.get(artifact.group)?.delete(artifact.name)
      said.delete(key)
    }
  }
  const begin = (artifact: Artifact): ArtifactStatements | undefined => {
    const { name, group } = artifact
    const key = keyOf(artifact)
    if (!isCompared(name) || !isWanted(key)) return undefined
    const fresh: ArtifactStatements = { claims: [], artifacts: [] }
    said.set(key, fresh)
    const ofGroup = named.get(group) ?? new Map<string, ArtifactStatements>()
    named.set(group, ofGroup.set(name, fresh))
    return fresh
  }
  return {
    add: (claim) => {
      for (const artifact of claim.artifacts) {
        const one = named.get(artifact.group)?.get(artifact.name) ?? begin(artifact)
        one?.claims.push(claim)
        one?.artifacts.push(artifact)
      }
      if (said.size > 2 * most) cut()
    },
    page: async (pauseIfDue) => {
      const artifacts: ComparedArtifact[] = []
      const compare = makeComparing()
      let size = 0
      for (const key of [...said.keys()].toSorted(compareText)) {
        const pause = pauseIfDue()
        if (pause !== undefined) await pause
        const one = said.get(key)
        const compared = one && compare(one)
        if (compared === undefined) continue
        size += bytesOf(compared)
        const end = artifacts.at(-1)
        if (end !== undefined && (artifacts.length === limit || size > bytes))
          return { artifacts, next: cursorOf(end) }
        artifacts.push(compared)
      }
      return { artifacts }
    },
  }
}

/**
 * Compares what is said of one artifact after the other; `undefined` where that is nothing. Of those of which the same
 * certifications say the same of each other only the values differ: the others are made once.
 */
const makeComparing = (): ((said: ArtifactStatements) => ComparedArtifact | undefined) =>
  makeByPattern(({ claims, artifacts }) => {
    const one = claims.map((claim, at) => ({ ...claim, artifacts: artifacts.slice(at, at + 1) }))
    const [groups] = agree(one)
    return groups && { ...groups, ...tallyOf(statementsIn(together(one))) }
  })

/**
 * What is said of each artifact that one certification names. Of those of which the same certifications all say one thing it
 * is the first alone: others stand to all of them alike.
 */
export function* statedAbout(
  claims: readonly Claim[],
  id: string,
): CooperativeTask<readonly StatedArtifact[]> {
  const own = new Set(claims.find((claim) => claim.id === id)?.artifacts.map(keyOf))
  const said = new Map<string, Claim[]>()
  for (const claim of claims)
    for (const artifact of claim.artifacts) {
      yield
      const key = keyOf(artifact)
      if (!own.has(key)) continue
      const there = said.get(key)
      const one = { ...claim, artifacts: [artifact] }
      if (there === undefined) said.set(key, [one])
      else there.push(one)
    }
  const found: StatedArtifact[] = []
  let known: readonly Claim[] | undefined
  for (const all of said.values()) {
    yield
    const [first] = all
    const isOne = first !== undefined && all.every((claim) => saysTheSame(claim, first))
    if (isOne && known !== undefined && isOfTheSame(all, known)) continue
    const stated = statementsIn(together(all))
    if (isOne && stated.length > 0) known = all
    found.push(...stated)
  }
  return found
}

function saysTheSame({ artifacts: [one] }: Claim, { artifacts: [other] }: Claim): boolean {
  return (
    one?.size === other?.size &&
    one?.checksums.length === other?.checksums.length &&
    one?.checksums.every(
      ({ algorithm, hex }, at) =>
        algorithm === other?.checksums[at]?.algorithm && hex === other.checksums[at]?.hex,
    ) === true
  )
}

/** The same certifications, by the same algorithms, each once, and with a size where those have one. */
function isOfTheSame(claims: readonly Claim[], known: readonly Claim[]): boolean {
  const [one, other] = [claims[0]?.artifacts[0], known[0]?.artifacts[0]]
  return (
    claims.length === known.length &&
    claims.every(({ id }, at) => id === known[at]?.id) &&
    (one?.size === undefined) === (other?.size === undefined) &&
    one?.checksums.length === other?.checksums.length &&
    one?.checksums.every(({ algorithm }, at) => algorithm === other?.checksums[at]?.algorithm) ===
      true
  )
}

/** What one certification says twice of one name are alternatives. */
function together(claims: readonly Claim[]): readonly Claim[] {
  const byId = new Map<string, Claim>()
  for (const claim of claims) {
    const there = byId.get(claim.id)
    byId.set(
      claim.id,
      there === undefined
        ? claim
        : { ...there, artifacts: [...there.artifacts, ...claim.artifacts] },
    )
  }
  return byId.size === claims.length ? claims : [...byId.values()]
}

/** Neither part holds a control character, so that this sorts by name, then by group, by code units. */
const orderOf = (group: string, name: string): string => `${name}\0${group}`
const keyOf = ({ group, name }: Artifact): string => orderOf(group ?? '', name)

function split(cursor: string): readonly [string, string] {
  const at = cursor.indexOf('/')
  return [cursor.slice(0, Math.max(0, at)), cursor.slice(at + 1)]
}

/** Of its JSON, about. */
const bytesOf = ({ name, groups }: ArtifactGroups): number =>
  groups.reduce((sum, group) => sum + ofGroup(group), 100 + name.length)

const ofGroup = ({ rebuilders }: AgreementGroup): number =>
  rebuilders.reduce((sum, { certifications }) => sum + 150 + 67 * certifications.length, 400)
