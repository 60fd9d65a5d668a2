import { versionsOf } from '../../certification/artifacts/source-identifier.ts'
import { byVersion } from '../../indexes/certification-keys.ts'
import { hintInKey } from '../../indexes/row-layout.ts'
import { visibleByHint } from '../../indexes/certifications.ts'
import { agreementPaths } from './agreement-paths.ts'
import type { ComparedPath } from '../../contract/event.ts'
import type { QueryContext } from './query-context.ts'

/** Certifications that are looked at: a version like 1.0 has many; and so many behind the last that was of use. */
const LOOKED_AT = 1000
const IN_VAIN = 100

/** Sources of that very version, by whichever certifications come first, at most `limit`. */
export async function findByVersion(
  { indexes, withheld }: QueryContext,
  version: string,
  limit: number,
): Promise<readonly ComparedPath[]> {
  const found = new Map<string, ComparedPath>()
  let [looked, inVain] = [0, 0]
  for await (const [key, value] of indexes.level.iterator(byVersion(version))) {
    looked += 1
    inVain += 1
    if (found.size >= limit || looked > LOOKED_AT || inVain > IN_VAIN) break
    const before = found.size
    const elsewhere = Buffer.from(value).toString()
    for (const row of await visibleByHint(indexes, hintInKey(key))) {
      if (withheld.get(row.id) !== undefined) continue
      const sources = row.sources.filter((source) => versionsOf(source).includes(version))
      const paths = agreementPaths({ ...row, sources })
      const others =
        elsewhere === ''
          ? []
          : row.variants.map(({ collection }) => ({ collection, path: elsewhere }))
      for (const path of [...paths, ...others]) found.set(`${path.collection}/${path.path}`, path)
    }
    if (found.size > before) inVain = 0
  }
  return [...found.values()].slice(0, limit)
}
