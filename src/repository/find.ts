import type { Algorithm } from '../certification/artifact.ts'
import type { Certification } from '../certification/certification.ts'
import { fileName } from '../certification/file-name.ts'
import { toSegments } from '../certification/source-identifier.ts'
import { MalformedError } from '../errors.ts'
import {
  certificationRow,
  certificationsIn,
  everyCertification,
} from '../indexes/certifications.ts'
import type { Found } from '../indexes/certifications.ts'
import { ROW_SOURCES } from '../indexes/certification-row.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import type { Bytes, Indexes } from '../indexes/database.ts'
import { byChecksum, byName, byRebuilder, directoryKey, fileKey } from '../indexes/keys.ts'
import { filesBelow } from '../indexes/paths.ts'
import type { ReadCertification } from './read-entry.ts'
import type { CertificationSummary, Page, Query } from './repository.ts'
import { stateOfRow, summaryOf } from './summary.ts'

export interface FindParts {
  readonly indexes: Indexes
  readonly collections: readonly string[]
  readonly read: ReadCertification
  readonly now: () => number
}

const ALGORITHMS = ['sha512', 'sha256', 'sha1', 'md5'] as const satisfies readonly Algorithm[]
const PAGE = 100
const PAGE_MAXIMUM = 1000

/**
 * Certifications that fit every condition. The narrowest index leads; the rest is compared on what it yields, so a
 * cut key never gives a wrong answer. The cursor is the last key of the leading index.
 * @throws MalformedError QUERY_INVALID
 */
export async function find(parts: FindParts, query: Query): Promise<Page<CertificationSummary>> {
  const limit = query.limit ?? PAGE
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_MAXIMUM)
    throw invalid(`limit must be a whole number from 1 to ${PAGE_MAXIMUM}`)
  const now = parts.now()
  const items: CertificationSummary[] = []
  const seen = new Set<string>()
  let last: Bytes | undefined
  for await (const { key, row } of lead(parts, query, cursorOf(query))) {
    if (seen.has(row.id) || !(await fits(parts, query, row))) continue
    if (items.length === limit)
      return last === undefined
        ? { items }
        : { items, next: Buffer.from(last).toString('base64url') }
    items.push(summaryOf(row, now))
    seen.add(row.id)
    last = key
  }
  return { items }
}

function lead(
  parts: FindParts,
  query: Query,
  after: Bytes | undefined,
): AsyncGenerator<Found, void, void> {
  for (const algorithm of ALGORITHMS) {
    const hex = query[algorithm]
    if (hex !== undefined)
      return certificationsIn(parts.indexes, byChecksum(algorithm, hex.toLowerCase()), after)
  }
  if (query.artifact !== undefined)
    return certificationsIn(parts.indexes, byName(query.artifact), after)
  if (query.source !== undefined) return below(parts, query, after)
  if (query.rebuilder !== undefined)
    return certificationsIn(parts.indexes, byRebuilder(query.rebuilder.toUpperCase()), after)
  return everyCertification(parts.indexes, after)
}

/** Below a source, each certification at the first of its paths that is there. */
async function* below(
  parts: FindParts,
  query: Query,
  after: Bytes | undefined,
): AsyncGenerator<Found, void, void> {
  const segments = sourceSegments(query.source ?? '')
  const among = query.collection === undefined ? parts.collections : [query.collection]
  for (const collection of among.toSorted()) {
    const prefix = directoryKey([collection, ...segments])
    for await (const { key, id, kind } of filesBelow(
      parts.indexes,
      [collection, ...segments],
      after,
    )) {
      if (kind === 'alias') continue
      const row = await certificationRow(parts.indexes, id)
      if (row === undefined) continue
      const first = (await pathKeys(parts, row, collection)).find((one) => startsWith(one, prefix))
      if (first !== undefined && Buffer.compare(first, key) === 0) yield { key, row }
    }
  }
}

async function fits(parts: FindParts, query: Query, row: CertificationRow): Promise<boolean> {
  const { collection, rebuilder, state } = query
  if (collection !== undefined && row.variants.every((one) => one.collection !== collection))
    return false
  if (rebuilder !== undefined && row.facts?.rebuilder !== rebuilder.toUpperCase()) return false
  if (state !== undefined && stateOfRow(row, parts.now()) !== state) return false
  if (query.source !== undefined && !(await isBelow(parts, query.source, row))) return false
  if (query.artifact === undefined && ALGORITHMS.every((one) => query[one] === undefined))
    return true
  const certification = await parts.read(row)
  return certification !== undefined && hasArtifact(certification, query)
}

/** One artifact must have the name and every checksum that is asked for. */
function hasArtifact({ buildinfo }: Certification, query: Query): boolean {
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

async function isBelow(parts: FindParts, source: string, row: CertificationRow): Promise<boolean> {
  const segments = sourceSegments(source)
  for (const collection of new Set(row.variants.map((variant) => variant.collection))) {
    const prefix = directoryKey([collection, ...segments])
    if ((await pathKeys(parts, row, collection)).some((key) => startsWith(key, prefix))) return true
  }
  return false
}

/** Where a certification stands by its own word, in key order; by its aliases only if it has no version. */
async function pathKeys(
  { read }: FindParts,
  row: CertificationRow,
  collection: string,
): Promise<readonly Bytes[]> {
  const all = row.sources.length < ROW_SOURCES ? undefined : await read(row)
  const own = (all?.buildinfo.sources ?? row.sources).flatMap((source) => {
    const segments = toSegments(source)
    const file = fileName(row.stem, row.id)
    return segments === undefined ? [] : [fileKey([collection, ...segments], file, row.id)]
  })
  const placed = row.variants.flatMap(({ alias }) => {
    const segments = alias?.split('/') ?? []
    const name = segments.pop()
    return name === undefined ? [] : [fileKey([collection, ...segments], name, row.id)]
  })
  return (own.length > 0 ? own : placed).toSorted((one, other) => Buffer.compare(one, other))
}

/** Slashes at either end do not matter. */
export function sourceSegments(source: string): readonly string[] {
  return source.split('/').filter((segment) => segment !== '')
}

function startsWith(key: Bytes, prefix: Bytes): boolean {
  return Buffer.compare(key.subarray(0, prefix.length), prefix) === 0
}

function cursorOf({ after }: Query): Bytes | undefined {
  return after === undefined ? undefined : Buffer.from(after, 'base64url')
}

function invalid(reason: string): MalformedError {
  return new MalformedError('QUERY_INVALID', `The question cannot be answered: ${reason}.`)
}
