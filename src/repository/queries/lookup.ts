import type { Signer } from '../../certification/agreement/named-operators.ts'
import { fileNamesOf } from '../../certification/artifact-name.ts'
import { keyAsText } from '../../indexes/batch.ts'
import type { CertificationRow } from '../../indexes/certification-row.ts'
import { hintsIn, signedRowsByHint } from '../../indexes/certifications.ts'
import type { VisibleIndexes } from '../../indexes/database.ts'
import { byChecksum, byName } from '../../indexes/certification-keys.ts'
import type { Range } from '../../indexes/row-layout.ts'
import {
  type WorkBudget,
  makeWorkBudget,
  PATH_ROW_COST,
  ROW_COST,
} from '../work-budget/work-budget.ts'
import type {
  LookedUp,
  LookedUpCertification,
  LookupQuestion,
} from '../../contract/lookup-answer.ts'
import type { QueryContext } from './query-context.ts'
import { readServedBytes } from './served.ts'

/** Of certifications in one answer, in base64, which one may exceed: 640 usual ones. Who asks takes 20 MiB. */
const ANSWER_BYTES = 6 * 1024 * 1024
/** Certifications that are read for one answer: what is small is no cheaper to read. */
const ANSWERED = 1000
/** Looking for them costs no more, see {@link WorkBudget}: 10,000 rows, so that few can be crowded out. */
const LOOKING = 200_000
/** Ids in one answer: one certification answers as often as it is asked for. */
const NAMED = 10_000
/** For what stands around each. */
const AROUND = 512

/**
 * What these rebuilders certified about many files at once, with the certifications themselves: who asks verifies them.
 * @param rebuilders fingerprints, upper-case, of primary or signing keys: whoever else certifies under a name cannot push them
 *   out of the answer
 * @throws MalformedError QUERY_INVALID if a name is none
 */
export async function lookup(
  { indexes, withheld, entries }: QueryContext,
  questions: readonly LookupQuestion[],
  rebuilders: ReadonlySet<string>,
): Promise<LookedUp> {
  const ranges = questions.map(rangesOf)
  const budget = makeWorkBudget(LOOKING)
  const looking = makeLooking({ indexes, budget, rebuilders })
  /** By their ranges: what is asked twice is looked for once. */
  const known = new Map<string, Found>()
  const found: Found[] = []
  for (const some of ranges) {
    const name = some.map(({ gte }) => keyAsText(gte)).join()
    const answer = known.get(name) ?? together(await all(some, looking.in))
    known.set(name, answer)
    found.push(answer)
  }
  const certifications = new Map<string, LookedUpCertification>()
  let bytes = 0
  for (const row of looking.rows()) {
    if (bytes > ANSWER_BYTES) break
    const pause = budget.pauseIfDue()
    if (pause !== undefined) await pause
    if (withheld.get(row.id) !== undefined) continue
    const one = await readServedBytes(row, entries)
    if (one === undefined) continue
    bytes += AROUND + ((one.bytes.length + (one.signature?.length ?? 0)) * 4) / 3
    certifications.set(row.id, {
      ...one,
      id: row.id,
      collection: row.variants[0]?.collection ?? '',
    })
  }
  /** Of each what is in the answer. */
  const here = new Map<Found, readonly string[]>()
  let named = 0
  return {
    answers: found.map((one) => {
      const ids = here.get(one) ?? [...one.ids].filter((id) => certifications.has(id))
      here.set(one, ids)
      const given = ids.slice(0, Math.max(0, NAMED - named))
      named += given.length
      return { certifications: given, truncated: !one.isWhole || given.length < one.ids.size }
    }),
    certifications: [...certifications.values()],
  }
}

async function all(ranges: readonly Range[], look: Looking['in']): Promise<readonly Found[]> {
  const found: Found[] = []
  for (const range of ranges) found.push(await look(range))
  return found
}

const together = (found: readonly Found[]): Found => ({
  ids: new Set(found.flatMap(({ ids }) => [...ids])),
  isWhole: found.every(({ isWhole }) => isWhole),
})

interface Found {
  readonly ids: ReadonlySet<string>
  /** There are no others. */
  readonly isWhole: boolean
}

interface Looking {
  /** What these rebuilders certified in a range of an index. Each range is looked at once, however often it is asked. */
  readonly in: (range: Range) => Promise<Found>
  /** All that was found, the first {@link ANSWERED}. */
  readonly rows: () => Iterable<CertificationRow>
}

function makeLooking({
  indexes,
  budget,
  rebuilders,
}: {
  readonly indexes: VisibleIndexes
  readonly budget: WorkBudget
  readonly rebuilders: ReadonlySet<string>
}): Looking {
  const known = new Map<string, Found>()
  const rows = new Map<string, CertificationRow>()
  const hints = new Set<string>()
  const isWanted = ({ rebuilder, signedBy }: Signer): boolean =>
    rebuilders.has(rebuilder) || rebuilders.has(signedBy)
  async function look(range: Range): Promise<Found> {
    const ids = new Set<string>()
    let isWhole = true
    for await (const some of hintsIn(indexes, range))
      for (const hint of some) {
        if (budget.isSpent()) return { ids, isWhole: false }
        const name = keyAsText(hint)
        const isFull = rows.size >= ANSWERED && !hints.has(name)
        // the answer has room for no other, and says already that there are others
        budget.spend(isFull && !isWhole ? PATH_ROW_COST : ROW_COST)
        const pause = budget.pauseIfDue()
        if (pause !== undefined) await pause
        if (isFull && !isWhole) continue
        for (const row of await signedRowsByHint(indexes, hint, isWanted)) {
          if (rows.size >= ANSWERED && !rows.has(row.id)) {
            isWhole = false
            continue
          }
          ids.add(row.id)
          rows.set(row.id, row)
          hints.add(name)
        }
      }
    return { ids, isWhole }
  }
  return {
    in: async (range) => {
      const name = keyAsText(range.gte)
      const found = known.get(name) ?? (await look(range))
      known.set(name, found)
      return found
    },
    rows: () => rows.values(),
  }
}

function rangesOf({ name, sha256, sha512 }: LookupQuestion): readonly Range[] {
  return [
    ...(sha512 === undefined ? [] : [byChecksum('sha512', sha512)]),
    ...(sha256 === undefined ? [] : [byChecksum('sha256', sha256)]),
    ...fileNamesOf(name).map((one) => byName(one.name)),
  ]
}
