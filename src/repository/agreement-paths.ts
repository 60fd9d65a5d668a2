import { toSegments } from '../certification/source-identifier.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import type { ComparedPath } from './event.ts'

/** Where a certification is compared with others. Builds of every architecture of a Debian version meet in one. */
export function agreementPaths(row: CertificationRow): readonly ComparedPath[] {
  const paths = row.sources.flatMap((source) => {
    const segments = toSegments(source)
    if (segments === undefined) return []
    return (source.ecosystem === 'debian' ? segments.slice(0, 2) : segments).join('/')
  })
  const collections = [...new Set(row.variants.map(({ collection }) => collection))]
  return collections.flatMap((collection) =>
    [...new Set(paths)].map((path) => ({ collection, path })),
  )
}
