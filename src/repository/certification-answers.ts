/* Which certifications there are, and what each says. */
import { fileNamesOf } from '../certification/artifact-name.ts'
import { CLOCK_TOLERANCE } from '../certification/signatures/state.ts'
import { isoTime } from '../base/iso-time.ts'
import type { CertificationDetail, CertificationSummary } from '../contract/certification.ts'
import type { NodeRepository } from '../contract/node-repository.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import { certificationRow, newestBefore } from '../indexes/certifications.ts'
import type { QueryContext } from './queries/query-context.ts'
import { compareTwo } from './queries/compare.ts'
import { findByName } from './queries/find-by-name.ts'
import { findByPrefix } from './queries/find-by-prefix.ts'
import { findByVersion } from './queries/find-by-version.ts'
import { find } from './queries/find.ts'
import { linkAt, links } from './queries/in-toto-links.ts'
import { lookup } from './queries/lookup.ts'
import { summaryOf } from './queries/summary.ts'
import { makeAnswerCache } from './work-budget/answer-cache.ts'
import type { Gates } from './work-budget/gates.ts'

export type CertificationAnswers = Pick<
  NodeRepository,
  | 'find'
  | 'lookup'
  | 'startingWith'
  | 'sourcesOfVersion'
  | 'artifactsByName'
  | 'certification'
  | 'newest'
  | 'compare'
  | 'links'
  | 'link'
>

/** Answers that are asked for again and again. */
const FOUND = 256
const NEWEST = 64

/** Answers about certifications. Each of them reads and throws StorageError DISK; those that cost much pass a gate first. */
export function makeCertificationAnswers(
  context: QueryContext,
  gates: Gates,
): CertificationAnswers {
  const { indexes, withheld } = context
  const searches = makeAnswerCache(indexes, FOUND)
  const listings = makeAnswerCache(indexes, NEWEST)
  return {
    find: (query) => gates.search.pass(() => find(context, query)),
    lookup: (questions, by) => gates.lookup.pass(() => lookup(context, questions, by)),
    startingWith: (prefix) =>
      searches.remember(`prefix ${prefix}`, () =>
        gates.search.pass(() => findByPrefix(context, prefix)),
      ),
    sourcesOfVersion: (version, limit) =>
      searches.remember(`version ${limit} ${version}`, () =>
        gates.search.pass(() => findByVersion(context, version, limit)),
      ),
    artifactsByName: (name, page) =>
      gates.search.pass(() => findByName(context, fileNamesOf(name), page)),
    certification: async (id) => {
      if (withheld.get(id) !== undefined) return undefined
      const row = await certificationRow(indexes, id)
      return row === undefined ? undefined : detailOf(row, context)
    },
    newest: (limit) => listings.remember(`newest ${limit}`, async () => newest(context, limit)),
    compare: (left, right) => gates.comparison.pass(() => compareTwo(context, { left, right })),
    links: (question) => gates.search.pass(() => links(context, question)),
    link: (fingerprint, number) => linkAt(context, fingerprint, number),
  }
}

/** A clock that is ahead of ours must not stand first for ever. */
async function newest(
  { indexes, now }: QueryContext,
  limit: number,
): Promise<readonly CertificationSummary[]> {
  const items: CertificationSummary[] = []
  for await (const row of newestBefore(indexes, now() + CLOCK_TOLERANCE)) {
    if (items.length === limit) break
    items.push(summaryOf(row, now()))
  }
  return items
}

async function detailOf(
  row: CertificationRow,
  { certifications, now }: QueryContext,
): Promise<CertificationDetail | undefined> {
  const certification = await certifications.read(row)
  if (certification === undefined) return undefined
  const { buildinfo } = certification
  return {
    ...summaryOf(row, now()),
    sources: buildinfo.sources,
    artifacts: buildinfo.artifacts,
    ...(buildinfo.leftOut !== undefined && { leftOut: buildinfo.leftOut }),
    aliases: [...new Set(row.variants.flatMap(({ alias }) => alias ?? []))],
    builtAt: buildinfo.builtAt === undefined ? null : isoTime(buildinfo.builtAt),
    detached: row.detached,
    places: row.variants.map(({ feed, sequence, position }) => ({ feed, sequence, position })),
  }
}
