import { contradicts } from '../../certification/contradiction.ts'
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

export function artifactVerdict(artifact: ArtifactAgreement): ArtifactVerdict {
  const strong = artifact.groups.filter(({ weak }) => !weak)
  if (strong.length === 0) return 'weak checksums only'
  if (contradicts(artifact)) return 'contradicted'
  return strong.some(({ rebuilders }) => rebuilders.length > 1)
    ? 'agreed'
    : 'said by one rebuilder only'
}
