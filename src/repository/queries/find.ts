import type { Algorithm } from '../../certification/artifacts/artifact.ts'
import { fileName } from '../../certification/file-name.ts'
import { toSegments } from '../../certification/artifacts/source-identifier.ts'
import { MalformedError } from '../../base/errors.ts'
import {
  certificationRow,
  certificationsIn,
  everyCertification,
} from '../../indexes/certifications.ts'
import { type CertificationRow, ROW_SOURCES } from '../../indexes/certification-row.ts'
import type { Bytes } from '../../indexes/database.ts'
import { byChecksum, byName, directoryKey, fileKey } from '../../indexes/certification-keys.ts'
import { byRebuilder } from '../../indexes/rebuilder-keys.ts'
import type { Range } from '../../indexes/row-layout.ts'
import { filesBelow } from '../../indexes/paths.ts'
import { makeWorkBudget, PATH_ROW_COST, readCost, ROW_COST } from '../work-budget/work-budget.ts'
import type { WorkBudget } from '../work-budget/work-budget.ts'
import type { ParsedCertification } from '../entries/read-entry.ts'
import type { QueryContext } from './query-context.ts'
import type { Page, Query } from '../../contract/repository.ts'
import type { CertificationSummary } from '../../contract/certification.ts'
import { stateOfRow, summaryOf } from './summary.ts'

const ALGORITHMS = ['sha512', 'sha256', 'sha1', 'md5'] as const satisfies readonly Algorithm[]
const PAGE = 100
const PAGE_MAXIMUM = 1000

/** One page costs no more; it is short then, or empty, and says where to go on. */
export const PAGE_BUDGET = 150_000

/** A key of the leading index, and the certification that it is the first to name. */
interface Candidate {
  readonly key: Bytes
  readonly row?: CertificationRow
}

/** What answering one page takes. */
interface Asked extends QueryContext {
  readonly query: Query
  readonly budget: WorkBudget
}

/**
 * Certifications that fit every condition. The narrowest index leads; the rest is compared on what it yields, so a
 * cut key never gives a wrong answer. The cursor is the last key of the leading index. A page that would cost too
 * much ends before it is full, maybe empty, with a cursor.
 * @throws MalformedError QUERY_INVALID
 */
export async function find(
  context: QueryContext,
  query: Query,
): Promise<Page<CertificationSummary>> {
  const limit = query.limit ?? PAGE
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_MAXIMUM)
    throw invalid(`limit must be a whole number from 1 to ${PAGE_MAXIMUM}`)
  const now = context.now()
  const budget = makeWorkBudget(PAGE_BUDGET)
  const asked = { ...context, query, budget }
  const items: CertificationSummary[] = []
  const seen = new Set<string>()
  let last: Bytes | undefined
  for await (const { key, row } of lead(asked, cursorOf(query))) {
    if (last !== undefined && budget.isSpent()) return { items, next: cursorAt(last) }
    await budget.pauseIfDue()
    if (row !== undefined && !seen.has(row.id) && (await fits(asked, row))) {
      if (last !== undefined && items.length === limit) return { items, next: cursorAt(last) }
      items.push(summaryOf(row, now))
      seen.add(row.id)
    }
    last = key
  }
  return { items }
}

function lead(asked: Asked, after: Bytes | undefined): AsyncGenerator<Candidate, void, void> {
  const { query, indexes, budget } = asked
  const among = (range: Range) => spending(budget, certificationsIn(indexes, range, after))
  for (const algorithm of ALGORITHMS) {
    const hex = query[algorithm]
    if (hex !== undefined) return among(byChecksum(algorithm, hex.toLowerCase()))
  }
  if (query.artifact !== undefined) return among(byName(query.artifact))
  if (query.source !== undefined) return below(asked, after)
  if (query.rebuilder !== undefined) return among(byRebuilder(query.rebuilder.toUpperCase()))
  return spending(budget, everyCertification(indexes, after))
}

async function* spending(
  budget: WorkBudget,
  found: AsyncIterable<Candidate>,
): AsyncGenerator<Candidate, void, void> {
  for await (const candidate of found) {
    budget.spend(ROW_COST)
    yield candidate
  }
}

/** Below a source, each certification at the first of its paths that is there. */
async function* below(
  asked: Asked,
  after: Bytes | undefined,
): AsyncGenerator<Candidate, void, void> {
  const { query, indexes, budget } = asked
  const segments = sourceSegments(query.source ?? '')
  const among = query.collection === undefined ? [...asked.collections.keys()] : [query.collection]
  for (const collection of among.toSorted()) {
    const prefix = directoryKey([collection, ...segments])
    const seen = new Set<string>()
    for await (const { key, id, kind } of filesBelow(indexes, [collection, ...segments], after)) {
      budget.spend(PATH_ROW_COST)
      const isNew = kind !== 'alias' && !seen.has(id)
      if (isNew) seen.add(id)
      const row = isNew ? await rowAt(asked, id) : undefined
      // rows come in the order of their keys: only a page before this one can have had it already
      const isFirst =
        row !== undefined &&
        (after === undefined || !(await isAtOrBefore(asked, row, { collection, prefix, after })))
      yield isFirst ? { key, row } : { key }
    }
  }
}

async function rowAt(
  { indexes, budget }: Asked,
  id: string,
): Promise<CertificationRow | undefined> {
  budget.spend(ROW_COST)
  return certificationRow(indexes, id)
}

async function isAtOrBefore(
  asked: Asked,
  row: CertificationRow,
  at: { readonly collection: string; readonly prefix: Bytes; readonly after: Bytes },
): Promise<boolean> {
  const keys = await pathKeys(asked, row, at.collection)
  return keys.some((key) => startsWith(key, at.prefix) && Buffer.compare(key, at.after) <= 0)
}

async function fits(asked: Asked, row: CertificationRow): Promise<boolean> {
  const { query, now } = asked
  const { collection, rebuilder, state } = query
  if (collection !== undefined && row.variants.every((one) => one.collection !== collection))
    return false
  if (rebuilder !== undefined && row.facts?.rebuilder !== rebuilder.toUpperCase()) return false
  if (state !== undefined && stateOfRow(row, now()) !== state) return false
  const isByArtifact =
    query.artifact !== undefined || ALGORITHMS.some((one) => query[one] !== undefined)
  // a source that leads has been compared already
  if (!isByArtifact) return true
  if (query.source !== undefined && !(await isBelow(asked, query.source, row))) return false
  const certification = await readAt(asked, row)
  return certification !== undefined && hasArtifact(certification, query)
}

async function readAt(
  { certifications, budget }: Asked,
  row: CertificationRow,
): Promise<ParsedCertification | undefined> {
  const certification = await certifications.read(row)
  budget.spend(certification === undefined ? ROW_COST : readCost(certification))
  return certification
}

/** One artifact must have the name and every checksum that is asked for. */
function hasArtifact({ buildinfo }: ParsedCertification, query: Query): boolean {
  return buildinfo.artifacts.some(
    ({ name, checksums }) =>
      (query.artifact === undefined || query.artifact === name) &&
      ALGORITHMS.every((algorithm) => {
        const hex = query[algorithm]?.toLowerCase()
        return (
          hex === undefined ||
          checksums.some((one) => one.algorithm === algorithm && one.hex === hex)
        )
      }),
  )
}

async function isBelow(asked: Asked, source: string, row: CertificationRow): Promise<boolean> {
  const segments = sourceSegments(source)
  for (const collection of new Set(row.variants.map((variant) => variant.collection))) {
    const prefix = directoryKey([collection, ...segments])
    if ((await pathKeys(asked, row, collection)).some((key) => startsWith(key, prefix))) return true
  }
  return false
}

/** Where a certification stands by its own word; by its aliases only if it has no version. */
async function pathKeys(
  asked: Asked,
  row: CertificationRow,
  collection: string,
): Promise<readonly Bytes[]> {
  const all = row.sources.length < ROW_SOURCES ? undefined : await readAt(asked, row)
  const file = fileName(row.stem, row.id)
  const own = (all?.buildinfo.sources ?? row.sources).flatMap((source) => {
    const segments = toSegments(source)
    return segments === undefined ? [] : [fileKey([collection, ...segments], file, row.id)]
  })
  if (own.length > 0) return own
  return row.variants.flatMap(({ alias }) => {
    const segments = alias?.split('/') ?? []
    const name = segments.pop()
    return name === undefined ? [] : [fileKey([collection, ...segments], name, row.id)]
  })
}

/** Slashes at either end do not matter. */
export const sourceSegments = (source: string): readonly string[] =>
  source.split('/').filter((segment) => segment !== '')

const startsWith = (key: Bytes, prefix: Bytes): boolean =>
  Buffer.compare(key.subarray(0, prefix.length), prefix) === 0

export const cursorAt = (key: Bytes): string => Buffer.from(key).toString('base64url')

function cursorOf({ after }: Query): Bytes | undefined {
  if (after === undefined) return undefined
  const key = Buffer.from(after, 'base64url')
  if (after === '' || cursorAt(key) !== after)
    throw invalid('after is what Link: rel="next" gave, or absent')
  return key
}

const invalid = (reason: string): MalformedError =>
  new MalformedError('QUERY_INVALID', `The question cannot be answered: ${reason}.`)
