import type { AgreementGroup, ArtifactGroups } from './agreement.ts'
import { contested } from './contradiction.ts'

/** Of the rebuilders of a version, how many stand where. Each is counted once. */
export interface Voices {
  readonly agreeing: number
  readonly differing: number
  readonly alone: number
}

/**
 * Who differs, who agrees and who stands alone about all artifacts of a version together. A rebuilder
 *
 * - differs if, for some artifact, it stands in a group that another contradicts, and not in the single largest of these;
 *   where the largest are several, all of them differ, since nobody can say which is right (so does whoever contradicts
 *   itself, if it is the only one);
 * - agrees if it does not differ and stands in a strong group with another, so that they share a strong checksum;
 * - else stands alone: nobody else certified what it did, or it said nothing strong.
 *
 * Whoever certified only what is never compared is not in `artifacts`, and so in no count. Deterministic and linear.
 */
export function voicesOf(artifacts: readonly ArtifactGroups[]): Voices {
  const everybody = new Set<string>()
  const together = new Set<string>()
  const differing = new Set<string>()
  for (const artifact of artifacts) {
    const strong = artifact.groups.filter(({ weak }) => !weak)
    for (const group of artifact.groups) add(everybody, group)
    for (const group of strong) if (group.rebuilders.length > 1) add(together, group)
    for (const fingerprint of outvoted(contested(strong))) differing.add(fingerprint)
  }
  const agreeing = [...together].filter((fingerprint) => !differing.has(fingerprint)).length
  return {
    agreeing,
    differing: differing.size,
    alone: everybody.size - differing.size - agreeing,
  }
}

/** All but those of the single largest group, which is the first, if it is one. */
function outvoted(groups: readonly AgreementGroup[]): ReadonlySet<string> {
  const [largest, next] = groups
  const out = new Set<string>()
  for (const group of groups) add(out, group)
  if (largest !== undefined && largest.rebuilders.length > (next?.rebuilders.length ?? 0))
    for (const { fingerprint } of largest.rebuilders) out.delete(fingerprint)
  return out
}

function add(to: Set<string>, { rebuilders }: AgreementGroup): void {
  for (const { fingerprint } of rebuilders) to.add(fingerprint)
}
