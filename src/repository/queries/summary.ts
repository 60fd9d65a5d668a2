import { NO_TIME } from '../../certification/certification.ts'
import { isoTime } from '../../base/iso-time.ts'
import { encodePath } from '../../certification/path.ts'
import { fileName } from '../../certification/file-name.ts'
import { counts, type State, stateOf } from '../../certification/signatures/state.ts'
import { toSegments } from '../../certification/artifacts/source-identifier.ts'
import type { CertificationRow, Variant } from '../../indexes/certification-row.ts'
import type { CertificationSummary } from '../../contract/certification.ts'

export const stateOfRow = (row: CertificationRow, now: number): State => stateOf(row.facts, now)

/** What is said of a certification without reading its bytes. What depends on now is computed here. */
export function summaryOf(row: CertificationRow, now: number): CertificationSummary {
  const state = stateOfRow(row, now)
  const acceptedAt = Math.min(...row.variants.map((variant) => variant.acceptedAt))
  return {
    id: row.id,
    collections: [...new Set(row.variants.map(({ collection }) => collection))].toSorted(),
    dialect: row.dialect,
    state,
    counts: counts(state),
    rebuilder: row.facts?.rebuilder ?? null,
    signedBy: row.facts?.signedBy ?? null,
    keyId: row.keyId,
    signedAt: row.signedAt === NO_TIME ? null : isoTime(row.signedAt),
    acceptedAt: isoTime(acceptedAt),
    sources: row.sources,
    size: row.size,
    url: certificationUrl(row.id),
    path: canonicalPath(row),
  }
}

export const certificationUrl = (id: string): string => `/certifications/${id}`

/** By the header's source; a document without a version stands where its first alias placed it. */
export function canonicalPath(row: CertificationRow): string {
  const [variant] = row.variants
  const [source] = row.sources
  const segments = source === undefined ? undefined : toSegments(source)
  if (variant === undefined) return certificationUrl(row.id)
  if (segments !== undefined)
    return `/${encodePath([variant.collection, ...segments, fileName(row.stem, row.id)])}`
  const aliased = row.variants.find(({ alias }) => alias !== undefined)
  return aliased === undefined ? certificationUrl(row.id) : aliasPath(aliased)
}

const aliasPath = ({ collection, alias = '' }: Variant): string =>
  `/${encodePath([collection, ...alias.split('/')])}`
