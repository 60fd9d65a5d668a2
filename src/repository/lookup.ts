import { fileNamesOf } from '../certification/artifact-name.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import { certificationsIn } from '../indexes/certifications.ts'
import { byChecksum, byName } from '../indexes/keys.ts'
import type { Range } from '../indexes/keys.ts'
import { makeEffort, ROW } from './effort.ts'
import type { FindParts } from './find.ts'
import type { LookedUp, LookedUpCertification, LookupQuestion } from './lookup-answer.ts'
import type { Served } from './node-repository.ts'

export interface LookupParts extends Pick<FindParts, 'indexes'> {
  readonly served: (id: string) => Promise<Served | undefined>
}

/** Of certifications in one answer, in base64, which one may exceed: 640 usual ones. Who asks takes 20 MiB. */
const ANSWER_BYTES = 6 * 1024 * 1024
/** Certifications that are read for one answer: what is small is no cheaper to read. */
const ANSWERED = 1000
/** Looking for them costs no more, see {@link Effort}: 10,000 rows, so that few can be crowded out. */
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
  { indexes, served }: LookupParts,
  questions: readonly LookupQuestion[],
  rebuilders: ReadonlySet<string>,
): Promise<LookedUp> {
  const ranges = questions.map(rangesOf)
  const effort = makeEffort(LOOKING)
  /** By their ranges: one name is looked for once, however often it is asked. */
  const known = new Map<string, { readonly ids: readonly string[]; readonly isWhole: boolean }>()
  const rows = new Map<string, CertificationRow>()
  const found: { readonly ids: readonly string[]; readonly isWhole: boolean }[] = []
  for (const some of ranges) {
    const name = some.map(({ gte }) => Buffer.from(gte).toString('latin1')).join()
    const answer = known.get(name) ?? (await collect(some))
    known.set(name, answer)
    found.push(answer)
  }
  const certifications = new Map<string, LookedUpCertification>()
  let bytes = 0
  for (const row of rows.values()) {
    if (bytes > ANSWER_BYTES || certifications.size === ANSWERED) break
    await effort.rest()
    const one = await served(row.id)
    if (one === undefined) continue
    bytes += AROUND + ((one.bytes.length + (one.signature?.length ?? 0)) * 4) / 3
    certifications.set(row.id, {
      ...one,
      id: row.id,
      collection: row.variants[0]?.collection ?? '',
    })
  }
  let named = 0
  return {
    answers: found.map(({ ids, isWhole }) => {
      const here = named >= NAMED ? [] : ids.filter((id) => certifications.has(id))
      const given = here.slice(0, Math.max(0, NAMED - named))
      named += given.length
      return { certifications: given, truncated: !isWhole || given.length < ids.length }
    }),
    certifications: [...certifications.values()],
  }

  async function collect(some: readonly Range[]) {
    const ids = new Set<string>()
    for (const range of some)
      for await (const { row } of certificationsIn(indexes, range, undefined)) {
        if (effort.isSpent()) return { ids: [...ids], isWhole: false }
        effort.spend(ROW)
        await effort.rest()
        if (!isBy(row, rebuilders)) continue
        ids.add(row.id)
        rows.set(row.id, row)
      }
    return { ids: [...ids], isWhole: true }
  }
}

function rangesOf({ name, sha256, sha512 }: LookupQuestion): readonly Range[] {
  return [
    ...(sha512 === undefined ? [] : [byChecksum('sha512', sha512)]),
    ...(sha256 === undefined ? [] : [byChecksum('sha256', sha256)]),
    ...fileNamesOf(name).map((one) => byName(one.name)),
  ]
}

function isBy({ facts }: CertificationRow, rebuilders: ReadonlySet<string>): boolean {
  return facts !== undefined && (rebuilders.has(facts.rebuilder) || rebuilders.has(facts.signedBy))
}
