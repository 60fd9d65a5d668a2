import { ALGORITHMS } from '../../certification/artifacts/artifact.ts'
import type { Shortened } from '../../contract/shortened.ts'
import { certificationsIn, everyCertificationIn } from '../../indexes/certifications.ts'
import { certificationsByPrefix, checksumsByPrefix } from '../../indexes/certification-keys.ts'
import { makeWorkBudget, readCost, ROW_COST } from '../work-budget/work-budget.ts'
import type { QueryContext } from './query-context.ts'

/** Found of each kind. */
const MOST = 5
/** One answer costs no more, see {@link WorkBudget}. */
const LOOKING = 30_000

/** @param prefix 12 to 63 lower-case hex digits */
export async function findByPrefix(
  { indexes, withheld, certifications }: QueryContext,
  prefix: string,
): Promise<Shortened> {
  const even = prefix.slice(0, prefix.length - (prefix.length % 2))
  const ids: string[] = []
  for await (const { row } of everyCertificationIn(indexes, certificationsByPrefix(even))) {
    if (ids.length === MOST) break
    if (row.id.startsWith(prefix) && withheld.get(row.id) === undefined) ids.push(row.id)
  }
  const budget = makeWorkBudget(LOOKING)
  const checksums = new Map<string, Shortened['checksums'][number]>()
  for (const algorithm of ALGORITHMS)
    for await (const { row } of certificationsIn(
      indexes,
      checksumsByPrefix(algorithm, even),
      undefined,
    )) {
      if (checksums.size >= MOST || budget.isSpent()) break
      budget.spend(ROW_COST)
      await budget.pauseIfDue()
      if (withheld.get(row.id) !== undefined) continue
      const certification = await certifications.read(row)
      if (certification === undefined) continue
      budget.spend(readCost(certification))
      const found = certification.buildinfo.artifacts.flatMap((one) => one.checksums)
      for (const one of found)
        if (one.algorithm === algorithm && one.hex.startsWith(prefix)) checksums.set(one.hex, one)
    }
  return { ids, checksums: [...checksums.values()].slice(0, MOST) }
}
