import { certificationRow } from '../../indexes/certifications.ts'
import type { IndexEvent } from '../../indexes/events.ts'
import { isoTime } from '../../base/iso-time.ts'
import { agreementPaths } from '../queries/agreement-paths.ts'
import type { NodeEvent } from '../../contract/event.ts'
import { summaryOf } from '../queries/summary.ts'
import type { QueryContext } from '../queries/query-context.ts'

/** Says what stands there now: what has gone meanwhile has an event of its own, further on. */
export async function describeEvent(
  { indexes, withheld, now }: QueryContext,
  event: IndexEvent,
): Promise<readonly NodeEvent[]> {
  if (event.kind === 'evidence') return [event]
  const { kind, id } = event
  if (kind === 'certification') {
    const row = await certificationRow(indexes, id)
    if (row === undefined || withheld.get(id) !== undefined) return []
    const changed = agreementPaths(row).map((one) => ({ kind: 'agreement', ...one }) as const)
    return [{ kind, certification: summaryOf(row, now()) }, ...changed]
  }
  const row = withheld.get(id)
  if (row !== undefined) {
    const { reason, code, at } = row
    return [{ kind: 'withholding', id, reason, code, at: isoTime(at) }]
  }
  return kind === 'withholding' ? [] : [{ kind, id }]
}
