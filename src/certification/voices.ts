import type { AgreementGroup, ArtifactGroups } from './agreement.ts'
import { supportIn } from './support.ts'

/** Of the rebuilders of a version, how many stand where. Each is counted once. */
export interface Voices {
  readonly agreeing: number
  readonly differing: number
  readonly alone: number
}

/**
 * Who differs, who agrees and who stands alone about all artifacts of a version together. A rebuilder
 *
 * - differs if, for some artifact, as many state another value as state a strong checksum of its own, and it stands with no
 *   larger side besides; where the largest sides are several, all of them differ, since nobody can say which is right (so
 *   does whoever contradicts itself, if it is the only one). Who invents one more checksum beside an honest one stands with
 *   the honest, and so do these: nobody can make another differ alone;
 * - agrees if it does not differ and stands in a strong group with another, so that they share a strong checksum;
 * - else stands alone: nobody else certified what it did, or it said nothing strong.
 *
 * Whoever certified only what is never compared is not in `artifacts`, and so in no count. Deterministic and linear.
 */
export function voicesOf(artifacts: readonly ArtifactGroups[]): Voices {
  const everybody = new Set<string>()
  const together = new Set<string>()
  const differing = new Set<string>()
  for (const { groups } of artifacts) {
    const strong = groups.filter(({ weak }) => !weak)
    for (const group of groups) add(everybody, group)
    for (const group of strong) if (group.rebuilders.length > 1) add(together, group)
    for (const fingerprint of outvoted(strong)) differing.add(fingerprint)
  }
  const agreeing = [...together].filter((fingerprint) => !differing.has(fingerprint)).length
  return {
    agreeing,
    differing: differing.size,
    alone: everybody.size - differing.size - agreeing,
  }
}

function outvoted(strong: readonly AgreementGroup[]): ReadonlySet<string> {
  const support = supportIn(strong)
  const out = new Set<string>()
  const upheld = new Set<string>()
  for (const group of strong) {
    const against = support.against(group)
    if (against > 0) add(against >= support.weight(group) ? out : upheld, group)
  }
  for (const fingerprint of upheld) out.delete(fingerprint)
  return out
}

function add(to: Set<string>, { rebuilders }: AgreementGroup): void {
  for (const { fingerprint } of rebuilders) to.add(fingerprint)
}
