/** What a group of rebuilders says of an artifact, as far as it can be contradicted. */
export interface Stated {
  readonly checksums: { readonly sha256?: string | undefined; readonly sha512?: string | undefined }
  /** In bytes; absent where nobody says it. */
  readonly size?: number | null | undefined
  /** Neither SHA-256 nor SHA-512 is given. */
  readonly weak: boolean
}

/** What can be said in two ways of which one is wrong. A missing size and a `null` one are the same. */
const WAYS: readonly ((group: Stated) => string | number | undefined)[] = [
  ({ size }) => size ?? undefined,
  ({ checksums }) => checksums.sha256,
  ({ checksums }) => checksums.sha512,
]

/**
 * Do two strong groups of an artifact say what cannot both be true: another size, or another strong checksum by the same
 * algorithm? One that only states more than another, or only something weak, contradicts nobody. Linear.
 */
export function contradicts({ groups }: { readonly groups: readonly Stated[] }): boolean {
  const strong = groups.filter(({ weak }) => !weak)
  return WAYS.some(
    (way) => new Set(strong.map(way).filter((value) => value !== undefined)).size > 1,
  )
}
