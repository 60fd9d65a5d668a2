import type { AgreementGroup, ArtifactGroups } from './agreement.ts'
import { type Support, supportIn } from './support.ts'

/** Where one rebuilder stands among all who certified an artifact. */
export type Stance =
  /** It gave no strong checksum: nothing rests on what it says. */
  | { readonly kind: 'weak' }
  /** Nobody else gave a strong checksum. */
  | { readonly kind: 'unshared' }
  | {
      readonly kind: 'shared'
      /** Does another one say the same? */
      readonly agrees: boolean
      /** Absent where it does not stand alone. */
      readonly dissent?: Dissent
    }

/** It says what nobody else says, or fewer than say otherwise. */
export interface Dissent {
  /** Ids of its certifications that say so, sorted. */
  readonly certifications: readonly string[]
  /** How many others share a strong checksum with it, and how many state another value. */
  readonly same: number
  readonly other: number
}

/**
 * @param fingerprint of the rebuilder
 * @returns `undefined` if it did not certify that artifact
 */
export function stanceOf({ groups }: ArtifactGroups, fingerprint: string): Stance | undefined {
  const isBy = ({ rebuilders }: AgreementGroup) =>
    rebuilders.some((one) => one.fingerprint === fingerprint)
  if (!groups.some(isBy)) return undefined
  const strong = groups.filter(({ weak }) => !weak)
  const own = strong.filter(isBy)
  if (own.length === 0) return { kind: 'weak' }
  if (othersIn(strong, fingerprint) === 0) return { kind: 'unshared' }
  const agrees = own.some(({ rebuilders }) => rebuilders.length > 1)
  const support = supportIn(strong)
  const dissents = own.flatMap((group) => dissentOf(group, support, fingerprint) ?? [])
  const [first] = dissents.toSorted((one, another) => another.other - one.other)
  if (first === undefined) return { kind: 'shared', agrees }
  const ids = new Set(dissents.flatMap(({ certifications }) => certifications))
  return { kind: 'shared', agrees, dissent: { ...first, certifications: [...ids].toSorted() } }
}

/** Of a group in which it is, `undefined` if nobody contradicts that, or none by more than stand with it. */
function dissentOf(
  group: AgreementGroup,
  support: Support,
  fingerprint: string,
): Dissent | undefined {
  const same = support.weight(group) - 1
  const largest = support.against(group, fingerprint)
  if (largest === 0 || (same > 0 && largest <= same + 1)) return undefined
  const own = group.rebuilders.find((one) => one.fingerprint === fingerprint)
  const other = support.others(group, fingerprint)
  return { certifications: own?.certifications ?? [], same, other }
}

function othersIn(groups: readonly AgreementGroup[], fingerprint: string): number {
  const all = groups.flatMap(({ rebuilders }) => rebuilders.map((one) => one.fingerprint))
  return new Set(all.filter((one) => one !== fingerprint)).size
}
