import type { Algorithm } from './artifact.ts'

/** What a group of rebuilders says of an artifact, as far as it can be contradicted. */
interface Said {
  /** In bytes; nothing where nobody says it. */
  readonly size: number | null | undefined
  readonly checksums: Readonly<Partial<Record<Algorithm, string>>>
  readonly weak: boolean
}

/**
 * Do two strong groups of an artifact say what cannot both be true: another size, or another strong checksum by the same
 * algorithm? One that only states more than another, or only something weak, contradicts nobody.
 */
export function contradicts({ groups }: { readonly groups: readonly Said[] }): boolean {
  const strong = groups.filter(({ weak }) => !weak)
  return (
    different(strong.map(({ size }) => size ?? undefined)) ||
    different(strong.map(({ checksums }) => checksums.sha256)) ||
    different(strong.map(({ checksums }) => checksums.sha512))
  )
}

function different(values: readonly (string | number | undefined)[]): boolean {
  return new Set(values.filter((value) => value !== undefined)).size > 1
}
