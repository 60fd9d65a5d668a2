import { userIdsOf } from '../certification/signatures/public-key.ts'
import { toSegments } from '../certification/source-identifier.ts'
import type { CertificationRow } from '../indexes/certification-row.ts'
import { certificationsIn } from '../indexes/certifications.ts'
import { readCounter, rebuilderCounter, rebuilderCounts } from '../indexes/counters.ts'
import { byRebuilder } from '../indexes/keys.ts'
import { groupsBelow } from './agreement-below.ts'
import type { AgreementParts } from './agreement-below.ts'
import { makeEffort, ROW } from './effort.ts'
import type { Effort } from './effort.ts'
import type { RebuilderSummary } from './node-repository.ts'
import type { Page, PageOf } from './repository.ts'

/** Certifications by which an agreement rate is measured: enough to know somebody, little enough for one answer. */
const MEASURED = 100
/** One rate costs no more, and the rates of a whole list together no more; who comes behind that has none in the list. */
const RATE = 1_000_000
const LISTED = 1_000_000

export async function rebuilders(
  parts: AgreementParts,
  { after, limit }: PageOf,
): Promise<Page<RebuilderSummary>> {
  const items: RebuilderSummary[] = []
  const effort = makeEffort(LISTED)
  for await (const { fingerprint, certifications } of rebuilderCounts(parts.indexes, after)) {
    const last = items.at(-1)
    if (items.length === limit && last !== undefined) return { items, next: last.fingerprint }
    items.push(await describe(parts, { fingerprint, certifications, effort }))
  }
  return { items }
}

export async function rebuilder(
  parts: AgreementParts,
  fingerprint: string,
): Promise<RebuilderSummary | undefined> {
  const name = fingerprint.toUpperCase()
  const certifications = await readCounter(parts.indexes, rebuilderCounter(name))
  if (certifications === 0) return undefined
  return describe(parts, { fingerprint: name, certifications, effort: makeEffort(RATE) })
}

interface Described {
  readonly fingerprint: string
  readonly certifications: number
  readonly effort: Effort
}

async function describe(
  parts: AgreementParts,
  { fingerprint, certifications, effort }: Described,
): Promise<RebuilderSummary> {
  const row = await parts.keyring.forFingerprint(fingerprint)
  return {
    fingerprint,
    userIds: row === undefined ? [] : userIdsOf(row.bytes),
    certifications,
    agreement: effort.isSpent() ? null : await agreementRate(parts, fingerprint, effort),
  }
}

/** Of the artifacts that another rebuilder certified too, how many have somebody who says the same. */
async function agreementRate(
  parts: AgreementParts,
  fingerprint: string,
  effort: Effort,
): Promise<RebuilderSummary['agreement']> {
  const versions = new Map<string, readonly string[]>()
  let measured = 0
  const range = byRebuilder(fingerprint)
  for await (const { row } of certificationsIn(parts.indexes, range, undefined)) {
    const version = versionOf(row)
    if (row.facts?.rebuilder === fingerprint && version !== undefined)
      versions.set(version.join('\0'), version)
    effort.spend(ROW)
    measured += 1
    if (measured === MEASURED) break
  }
  let compared = 0
  let agreeing = 0
  for (const version of versions.values()) {
    if (effort.isSpent()) break
    for (const { groups } of await groupsBelow(parts, version, effort)) {
      const strong = groups.filter(({ weak }) => !weak)
      const own = strong.filter((group) => isIn(group, fingerprint))
      const others = strong.some((group) =>
        group.rebuilders.some((one) => one.fingerprint !== fingerprint),
      )
      if (own.length === 0 || !others) continue
      compared += 1
      if (own.some((group) => group.rebuilders.length > 1)) agreeing += 1
    }
  }
  return compared === 0 ? null : { compared, agreeing }
}

/** Collection, source and version: where builds of different architectures meet. */
function versionOf(row: CertificationRow): readonly string[] | undefined {
  const [variant] = row.variants
  const [source] = row.sources
  if (variant === undefined || source === undefined) return undefined
  const segments = toSegments(source)
  if (segments === undefined) return undefined
  return [variant.collection, ...(source.ecosystem === 'debian' ? segments.slice(0, 2) : segments)]
}

function isIn(
  group: { readonly rebuilders: readonly { readonly fingerprint: string }[] },
  fingerprint: string,
): boolean {
  return group.rebuilders.some((one) => one.fingerprint === fingerprint)
}
