import type { ArtifactName } from '../certification/artifact-name.ts'
import { certificationsIn } from '../indexes/certifications.ts'
import { behind, byName } from '../indexes/keys.ts'
import type { PageOf } from './browse.ts'
import type { FindParts } from './find.ts'
import type { CertificationSummary, Page } from './repository.ts'
import { summaryOf } from './summary.ts'

/** Certifications of artifacts that a name may mean: one name after the other, the cursor says how far. */
export async function findByName(
  { indexes, read, now }: FindParts,
  names: readonly ArtifactName[],
  { after, limit }: PageOf,
): Promise<Page<CertificationSummary>> {
  const items: CertificationSummary[] = []
  const seen = new Set<string>()
  let last: Uint8Array | undefined
  const cursor = after === undefined ? undefined : Buffer.from(after, 'base64url')
  const ranges = names
    .map((wanted) => ({ wanted, range: byName(wanted.name) }))
    .toSorted((one, other) => Buffer.compare(one.range.gte, other.range.gte))
  for (const { wanted, range } of ranges) {
    const rest = behind(range, cursor)
    if ('gt' in rest && Buffer.compare(rest.gt, rest.lt) >= 0) continue
    for await (const { key, row } of certificationsIn(indexes, range, cursor)) {
      const artifacts = (await read(row))?.buildinfo.artifacts ?? []
      const fits = artifacts.some(
        ({ name, group }) =>
          name === wanted.name && (wanted.group === undefined || wanted.group === group),
      )
      if (!fits || seen.has(row.id)) continue
      if (items.length === limit && last !== undefined)
        return { items, next: Buffer.from(last).toString('base64url') }
      items.push(summaryOf(row, now()))
      seen.add(row.id)
      last = key
    }
  }
  return { items }
}
