import { isoTime } from '../../base/iso-time.ts'
import type { OwnFeed } from '../../feeds/format/feed.ts'
import type { CertificationRow, Variant } from '../../indexes/certification-row.ts'
import type { Receipt } from '../../contract/submission.ts'
import { canonicalPath, certificationUrl, stateOfRow } from '../queries/summary.ts'

/** A function of the place alone (but for the state, which can change with time and keys): the same at every asking. */
export async function receiptOf(
  row: CertificationRow,
  variant: Variant,
  { feed, now }: { readonly feed: OwnFeed; readonly now: number },
): Promise<Receipt> {
  const { collection } = variant
  // appended again since or not, it was promised at its first place
  const { sequence, position } = variant.original ?? variant
  return {
    id: row.id,
    collection,
    state: stateOfRow(row, now),
    rebuilder: row.facts?.rebuilder ?? null,
    feed: feed.key,
    sequence,
    position,
    // the index block behind the data block is the first that covers it
    head: await feed.head(sequence + 2),
    acceptedAt: isoTime(variant.acceptedAt),
    url: certificationUrl(row.id),
    path: canonicalPath(row),
  }
}
