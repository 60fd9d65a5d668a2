import type { ArtifactAgreement } from '../../repository/repository.ts'

export type ArtifactVerdict =
  'contradicted' | 'weak checksums only' | 'said by one rebuilder only' | 'agreed'

/** What catches the eye first. */
export const LOUDEST_FIRST: readonly ArtifactVerdict[] = [
  'contradicted',
  'weak checksums only',
  'said by one rebuilder only',
  'agreed',
]

/** Two strong groups contradict each other if they differ in size or in a strong checksum that both state. */
export function contradicts({ groups }: ArtifactAgreement): boolean {
  const strong = groups.filter(({ weak }) => !weak)
  return (
    different(strong.map(({ size }) => size ?? undefined)) ||
    different(strong.map(({ checksums }) => checksums.sha256)) ||
    different(strong.map(({ checksums }) => checksums.sha512))
  )
}

export function artifactVerdict(artifact: ArtifactAgreement): ArtifactVerdict {
  const strong = artifact.groups.filter(({ weak }) => !weak)
  if (strong.length === 0) return 'weak checksums only'
  if (contradicts(artifact)) return 'contradicted'
  return strong.some(({ rebuilders }) => rebuilders.length > 1)
    ? 'agreed'
    : 'said by one rebuilder only'
}

function different(values: readonly (string | number | undefined)[]): boolean {
  return new Set(values.filter((value) => value !== undefined)).size > 1
}
