/* What one rebuilder certified by in-toto links, as rebuilderd numbers it. */
import type { Collection } from '../certification/admission.ts'
import { readProductName } from '../certification/dialects/product-name.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import { certificationRow, certificationsIn } from '../indexes/certifications.ts'
import type { Indexes } from '../indexes/database.ts'
import { byRebuilderBetween } from '../indexes/keys.ts'
import { filesBelow } from '../indexes/paths.ts'
import { makeEffort, PATH_ROW, readingOf, ROW } from './effort.ts'
import { PAGE_EFFORT } from './find.ts'
import type { LinkNumber, LinkQuestion, LinkRecord } from './link-answer.ts'
import type { ReadCertification } from './read-entry.ts'

export interface LinkParts {
  readonly indexes: Indexes
  readonly collections: ReadonlyMap<string, Collection>
  readonly read: ReadCertification
}

/**
 * Packages that a rebuilder's links are about, each product one record, in the order of their numbers; a page that would cost
 * too much ends early. Links of one number are never on two pages.
 */
export async function links(
  parts: LinkParts,
  { rebuilder, name, version, architecture, after, limit }: LinkQuestion,
): Promise<readonly LinkRecord[]> {
  const effort = makeEffort(PAGE_EFFORT)
  const records: LinkRecord[] = []
  let last: number | undefined
  const rows = name === undefined ? rowsOf(parts, rebuilder, after) : rowsNamed(parts, name)
  for await (const row of rows) {
    effort.spend(row === undefined ? PATH_ROW : ROW)
    if (row?.dialect !== 'in-toto' || row.facts?.rebuilder !== rebuilder) continue
    const number = numberOf(row.id)
    if (after !== undefined && number.build <= after) continue
    const isFull = records.length >= limit || effort.isSpent()
    // named ones do not come in the order of their numbers, and are few
    if (isFull && (name !== undefined || number.build !== last)) break
    last = number.build
    const certification = await parts.read(row)
    if (certification === undefined) continue
    effort.spend(readingOf(certification))
    const at = { ...number, id: row.id, acceptedAt: row.variants[0]?.acceptedAt ?? 0 }
    for (const artifact of certification.buildinfo.artifacts) {
      const read = readProductName(artifact.name)
      if (read === undefined) continue
      if (name !== undefined && read.product !== name) continue
      if (version !== undefined && !isVersion(read.version, version)) continue
      if (architecture !== undefined && read.architecture !== architecture) continue
      const { product, version: found, architecture: of } = read
      records.push({ ...at, file: artifact.name, product, version: found, architecture: of })
    }
  }
  return records
}

/** The certification of that number, if it is a link by that rebuilder. */
export async function linkAt(
  { indexes }: LinkParts,
  rebuilder: string,
  number: LinkNumber,
): Promise<string | undefined> {
  const range = byRebuilderBetween(rebuilder, number.build * 2, number.build * 2 + 2)
  for await (const { row } of certificationsIn(indexes, range, undefined)) {
    const isIt = numberOf(row.id).artifact === number.artifact
    if (isIt && row.dialect === 'in-toto' && row.facts?.rebuilder === rebuilder) return row.id
  }
  return undefined
}

/** rebuilderd's numbers have 31 bits, so two of them: from the first and the second 32 bits of the id. */
function numberOf(id: string): LinkNumber {
  const half = (at: number): number => Number.parseInt(id.slice(at, at + 8), 16) >>> 1
  return { build: half(0), artifact: half(8) }
}

async function* rowsOf(
  { indexes }: LinkParts,
  rebuilder: string,
  after: number | undefined,
): AsyncGenerator<CertificationRow> {
  const from = after === undefined ? 0 : (after + 1) * 2
  if (from > 0xffff_ffff) return
  const range = byRebuilderBetween(rebuilder, from, 2 ** 32)
  for await (const { row } of certificationsIn(indexes, range, undefined)) yield row
}

/** Below that name in every collection of links; `undefined` for a path row that is only passed over. */
async function* rowsNamed(
  { indexes, collections }: LinkParts,
  name: string,
): AsyncGenerator<CertificationRow | undefined> {
  const seen = new Set<string>()
  for (const { name: collection, dialect } of collections.values()) {
    if (dialect !== 'in-toto') continue
    for await (const { id } of filesBelow(indexes, [collection, name], undefined)) {
      if (!seen.has(id)) yield await certificationRow(indexes, id)
      else yield undefined
      seen.add(id)
    }
  }
}

/** Names of files have no epoch in Debian, and have one in Arch. */
function isVersion(found: string, wanted: string): boolean {
  return found === wanted || found === wanted.replace(/^\d{1,10}:/, '')
}
