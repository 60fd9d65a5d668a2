import { toSegments } from '../certification/source-identifier.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import { certificationRow } from '../indexes/certifications.ts'
import type { Indexes } from '../indexes/database.ts'
import type { IndexEvent } from '../indexes/events.ts'
import { isoTime } from '../iso-time.ts'
import type { ChangedAgreement, NodeEvent } from './event.ts'
import { summaryOf } from './summary.ts'
import type { Withheld } from './withheld.ts'

export interface TellParts {
  readonly indexes: Indexes
  readonly withheld: Withheld
  readonly now: () => number
}

/** Says what stands there now: what has gone meanwhile has an event of its own, further on. */
export async function tellEvent(
  parts: TellParts,
  event: IndexEvent,
): Promise<readonly NodeEvent[]> {
  if (event.kind === 'evidence') return [event]
  const { kind, id } = event
  if (kind === 'certification') {
    const row = await certificationRow(parts.indexes, id)
    if (row === undefined || parts.withheld.get(id) !== undefined) return []
    const changed = agreementsOf(row).map((one) => ({ kind: 'agreement', ...one }) as const)
    return [{ kind, certification: summaryOf(row, parts.now()) }, ...changed]
  }
  if (kind === 'withholding') {
    const row = parts.withheld.get(id)
    if (row === undefined) return []
    const { reason, code, at } = row
    return [{ kind, id, reason, code, at: isoTime(at) }]
  }
  return [{ kind, id }]
}

/** Builds of every architecture of a Debian version meet in one. */
function agreementsOf(row: CertificationRow): readonly ChangedAgreement[] {
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
