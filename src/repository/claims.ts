import { setImmediate } from 'node:timers/promises'
import { agree, isCompared } from '../certification/agreement.ts'
import type { AgreementGroup, ArtifactGroups, Claim } from '../certification/agreement.ts'
import type { Artifact } from '../certification/artifact.ts'

/** Which artifacts of an agreement are wanted, in the order of their names, then groups. */
export interface ArtifactPage {
  /** Behind this one, as {@link cursorOf} writes it. */
  readonly after?: string | undefined
  readonly limit: number
  /** About how large an answer gets before it ends, as JSON; any size if absent. */
  readonly bytes?: number | undefined
}

/** As it stands in a cursor: neither a name nor a group holds a slash. */
export const cursorOf = ({
  group,
  name,
}: {
  readonly group?: string
  readonly name: string
}): string => `${group ?? ''}/${name}`

/** Claims about the artifacts of one page, and of no other: what lies behind it is let go as soon as the page is full. */
export interface PagedClaims {
  readonly add: (claim: Claim) => void
  /** With the claims that it is made of; these can say more. */
  readonly page: () => Promise<{
    readonly groups: readonly ArtifactGroups[]
    readonly claims: readonly Claim[]
    readonly next?: string
  }>
}

export function makePagedClaims({ after, limit, bytes = Infinity }: ArtifactPage): PagedClaims {
  let claims: Claim[] = []
  let keys = new Set<string>()
  let last: string | undefined
  const from = after === undefined ? undefined : orderOf(...split(after))
  const isWanted = (artifact: Artifact): boolean => {
    if (!isCompared(artifact.name)) return false
    const key = keyOf(artifact)
    return (from === undefined || key > from) && (last === undefined || key <= last)
  }
  // one more than the page has says that there is a next one
  const most = limit + 1
  const cut = (): void => {
    if (keys.size <= most) return
    const kept = [...keys].toSorted(inOrder).slice(0, most)
    last = kept.at(-1)
    keys = new Set(kept)
    claims = claims.flatMap((claim) => {
      const artifacts = claim.artifacts.filter(isWanted)
      return artifacts.length === 0 ? [] : [{ ...claim, artifacts }]
    })
  }
  return {
    add: (claim) => {
      const artifacts = claim.artifacts.filter(isWanted)
      if (artifacts.length === 0) return
      for (const artifact of artifacts) keys.add(keyOf(artifact))
      claims.push({ ...claim, artifacts })
      if (keys.size > 2 * most) cut()
    },
    page: async () => {
      cut()
      const all = await agreeInTurns(claims, keys)
      const groups: ArtifactGroups[] = []
      let size = 0
      for (const one of all) {
        size += bytesOf(one)
        if (groups.length === limit || (size > bytes && groups.length > 0)) break
        groups.push(one)
      }
      const end = groups.at(-1)
      return groups.length === all.length || end === undefined
        ? { groups, claims }
        : { groups, claims, next: cursorOf(end) }
    },
  }
}

/** Artifacts that are compared without a pause for others, counted for each certification: about 20 ms. */
const TOGETHER = 4000

/** What {@link agree} says of them all: it says of each artifact what no other changes. */
async function agreeInTurns(
  claims: readonly Claim[],
  keys: ReadonlySet<string>,
): Promise<readonly ArtifactGroups[]> {
  const total = claims.reduce((sum, { artifacts }) => sum + artifacts.length, 0)
  const turns = Math.ceil(total / TOGETHER)
  if (turns <= 1) return agree(claims)
  const sorted = [...keys].toSorted(inOrder)
  const turnOf = new Map(sorted.map((key, at) => [key, Math.floor((at * turns) / sorted.length)]))
  const parts = Array.from({ length: turns }, (): Claim[] => [])
  for (const claim of claims) {
    const own = new Map<number, Artifact[]>()
    for (const artifact of claim.artifacts) {
      const turn = turnOf.get(keyOf(artifact)) ?? 0
      const there = own.get(turn)
      if (there === undefined) own.set(turn, [artifact])
      else there.push(artifact)
    }
    for (const [turn, artifacts] of own) parts[turn]?.push({ ...claim, artifacts })
  }
  const groups: ArtifactGroups[] = []
  for (const part of parts) {
    await setImmediate()
    groups.push(...agree(part))
  }
  return groups
}

/** Neither part holds a control character, so that this sorts by name, then by group, by code units. */
const orderOf = (group: string, name: string): string => `${name}\0${group}`
const keyOf = ({ group, name }: Artifact): string => orderOf(group ?? '', name)

function split(cursor: string): readonly [string, string] {
  const at = cursor.indexOf('/')
  return [cursor.slice(0, Math.max(0, at)), cursor.slice(at + 1)]
}

const inOrder = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

/** Of its JSON, about. */
function bytesOf({ name, groups }: ArtifactGroups): number {
  return groups.reduce((sum, group) => sum + ofGroup(group), 100 + name.length)
}

const ofGroup = ({ rebuilders }: AgreementGroup): number =>
  rebuilders.reduce((sum, { certifications }) => sum + 150 + 67 * certifications.length, 400)
