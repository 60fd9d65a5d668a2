/** What a group of rebuilders says of one artifact, as far as others can say otherwise. */
export interface Stated {
  readonly checksums: { readonly sha256?: string | undefined; readonly sha512?: string | undefined }
  /** In bytes; absent where nobody says it. */
  readonly size?: number | null | undefined
  /** Neither SHA-256 nor SHA-512 is given: it contradicts nobody. */
  readonly weak: boolean
}

/** Two strong groups contradict each other if they differ in size or in a strong checksum that both state. */
export function contradicts({ groups }: { readonly groups: readonly Stated[] }): boolean {
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
