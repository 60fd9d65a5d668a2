import { comparedSegments } from '../../certification/artifacts/source-identifier.ts'
import type { CertificationRow } from '../../indexes/certification-row.ts'
import type { ComparedPath } from '../../contract/event.ts'

/** Where a certification is compared with others. */
export function agreementPaths(row: CertificationRow): readonly ComparedPath[] {
  const paths = row.sources.flatMap((source) => comparedSegments(source)?.join('/') ?? [])
  const collections = [...new Set(row.variants.map(({ collection }) => collection))]
  return collections.flatMap((collection) =>
    [...new Set(paths)].map((path) => ({ collection, path })),
  )
}
