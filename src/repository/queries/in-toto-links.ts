/* What one rebuilder certified by in-toto links, as rebuilderd numbers it. */
import { readProductName } from '../../certification/dialects/product-name.ts'
import { MalformedError } from '../../base/errors.ts'
import { certificationsIn } from '../../indexes/certifications.ts'
import { byProduct, byRebuilderBetween } from '../../indexes/rebuilder-keys.ts'
import { makeWorkBudget, readCost, ROW_COST } from '../work-budget/work-budget.ts'
import { PAGE_BUDGET } from './find.ts'
import type { LinkNumber, LinkQuestion, LinkRecord } from '../../contract/link-answer.ts'
import type { QueryContext } from './query-context.ts'

/** Links of one number that are given on one page: they cannot be told apart by a cursor. */
const MOST_OF_ONE_NUMBER = 16

/**
 * Packages that a rebuilder's links are about, each product one record, in the order of their numbers. Nobody else's links cost
 * anything here. A page that costs too much ends early, but never with nothing while there is more.
 * @throws MalformedError QUERY_INVALID too many of its links do not fit
 */
export async function links(
  { indexes, certifications }: QueryContext,
  question: LinkQuestion,
): Promise<readonly LinkRecord[]> {
  const { rebuilder, name, after = -1, limit } = question
  const budget = makeWorkBudget(PAGE_BUDGET)
  const records: LinkRecord[] = []
  let [last, ofLast] = [-1, 0]
  const range =
    name === undefined
      ? byRebuilderBetween(rebuilder, Math.min((after + 1) * 2, 2 ** 32 - 1), 2 ** 32)
      : byProduct(rebuilder, name)
  for await (const { row } of certificationsIn(indexes, range, undefined)) {
    const number = numberOf(row.id)
    const isSameNumber = number.build === last && ++ofLast < MOST_OF_ONE_NUMBER
    if (!isSameNumber && (records.length >= limit || (budget.isSpent() && records.length > 0)))
      break
    if (budget.isSpent() && records.length === 0)
      throw new MalformedError(
        'QUERY_INVALID',
        "Too many of this rebuilder's links do not fit. Ask for a name.",
      )
    if (!isSameNumber) [last, ofLast] = [number.build, 0]
    budget.spend(ROW_COST)
    await budget.pauseIfDue()
    if (row.dialect !== 'in-toto' || row.facts?.rebuilder !== rebuilder) continue
    if (number.build <= after) continue
    const certification = await certifications.read(row)
    if (certification === undefined) continue
    budget.spend(readCost(certification))
    const at = { ...number, id: row.id, acceptedAt: row.variants[0]?.acceptedAt ?? 0 }
    for (const { name: file } of certification.buildinfo.artifacts) {
      const product = readProductName(file)
      if (product === undefined || !fits(product, file, question)) continue
      const { version, architecture } = product
      const distribution = distributionOf(file)
      records.push({ ...at, file, product: product.product, version, architecture, distribution })
    }
  }
  return records
}

/** The certification of that number, if it is a link by that rebuilder. */
export async function linkAt(
  { indexes }: QueryContext,
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

/** A number of rebuilderd has 31 bits, so a link has two: they come from the first and the second 32 bits of its id. */
function numberOf(id: string): LinkNumber {
  const half = (at: number): number => Number.parseInt(id.slice(at, at + 8), 16) >>> 1
  return { build: half(0), artifact: half(8) }
}

function fits(
  product: NonNullable<ReturnType<typeof readProductName>>,
  file: string,
  { name, version, architecture, distribution }: LinkQuestion,
): boolean {
  return (
    (name === undefined || product.product === name) &&
    (version === undefined || isVersion(product.version, version)) &&
    (architecture === undefined || product.architecture === architecture) &&
    (distribution === undefined || distributionOf(file) === distribution)
  )
}

/** Names of files have no epoch in Debian, and have one in Arch. */
const isVersion = (found: string, wanted: string): boolean =>
  found === wanted || found === wanted.replace(/^\d{1,10}:/, '')

/** As rebuilderd calls them, by the extension of a file; a link does not say it. */
const distributionOf = (file: string): string =>
  DISTRIBUTIONS.find(([pattern]) => pattern.test(file))?.[1] ?? ''

const DISTRIBUTIONS: readonly (readonly [RegExp, string])[] = [
  [/\.(?:u?deb|ddeb)$/, 'debian'],
  [/\.pkg\.tar(?:\.\w+)?$/, 'archlinux'],
  [/\.rpm$/, 'fedora'],
]
