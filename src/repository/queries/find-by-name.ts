import type { ArtifactName } from '../../certification/artifact-name.ts'
import { certificationsIn } from '../../indexes/certifications.ts'
import { byName } from '../../indexes/certification-keys.ts'
import { rangeAfter } from '../../indexes/row-layout.ts'
import { makeWorkBudget, readCost, ROW_COST } from '../work-budget/work-budget.ts'
import { cursorAt, PAGE_BUDGET } from './find.ts'
import type { QueryContext } from './query-context.ts'
import type { Page, PageOf } from '../../contract/repository.ts'
import type { CertificationSummary } from '../../contract/certification.ts'
import { summaryOf } from './summary.ts'

/** Certifications of artifacts that a name may mean: one name after the other, the cursor says how far. As with `find`, a page can end early. */
export async function findByName(
  { indexes, certifications, now }: QueryContext,
  names: readonly ArtifactName[],
  { after, limit }: PageOf,
): Promise<Page<CertificationSummary>> {
  const items: CertificationSummary[] = []
  const seen = new Set<string>()
  const budget = makeWorkBudget(PAGE_BUDGET)
  let last: Uint8Array | undefined
  const cursor = after === undefined ? undefined : Buffer.from(after, 'base64url')
  const ranges = names
    .map((wanted) => ({ wanted, range: byName(wanted.name) }))
    .toSorted((one, other) => Buffer.compare(one.range.gte, other.range.gte))
  for (const { wanted, range } of ranges) {
    const rest = rangeAfter(range, cursor)
    if ('gt' in rest && Buffer.compare(rest.gt, rest.lt) >= 0) continue
    for await (const { key, row } of certificationsIn(indexes, range, cursor)) {
      if (last !== undefined && budget.isSpent()) return { items, next: cursorAt(last) }
      await budget.pauseIfDue()
      const certification = seen.has(row.id) ? undefined : await certifications.read(row)
      budget.spend(certification === undefined ? ROW_COST : readCost(certification))
      const artifacts = certification?.buildinfo.artifacts ?? []
      const fits = artifacts.some(
        ({ name, group }) =>
          name === wanted.name && (wanted.group === undefined || wanted.group === group),
      )
      if (fits && last !== undefined && items.length === limit)
        return { items, next: cursorAt(last) }
      if (fits) {
        items.push(summaryOf(row, now()))
        seen.add(row.id)
      }
      last = key
    }
  }
  return { items }
}
