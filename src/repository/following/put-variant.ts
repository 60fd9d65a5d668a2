import { type Certification, type Examination, NO_TIME } from '../../certification/certification.ts'
import { fileName } from '../../certification/file-name.ts'
import { counts, stateOf } from '../../certification/signatures/state.ts'
import { toSegments } from '../../certification/artifacts/source-identifier.ts'
import type { CertificationEntry, Place } from '../../feeds/format/entry.ts'
import type { IndexBatch } from '../../indexes/batch.ts'
import { encodeRow, isSameFacts, ROW_SOURCES } from '../../indexes/certification-row.ts'
import type { CertificationRow, Variant } from '../../indexes/certification-row.ts'
import { certificationRowIn, putHint } from '../../indexes/certifications.ts'
import {
  addToCounter,
  collectionCounter,
  countingCounter,
  rebuilderCounter,
} from '../../indexes/counters.ts'
import { putEvent } from '../../indexes/events.ts'
import { certificationKey } from '../../indexes/certification-keys.ts'
import {
  productKey,
  rebuilderFileKey,
  rebuilderKey,
  signedKey,
} from '../../indexes/rebuilder-keys.ts'
import { placeAtFirst, placeNow } from '../../indexes/moved-entries.ts'
import { countNames } from '../../indexes/folder-names.ts'
import { encodePathRow } from '../../indexes/paths.ts'
import { eachRowOf, acceptanceRows, type Row } from '../../indexes/rows.ts'
import { makePause } from '../work-budget/work-budget.ts'
import type { LocatedEntry } from './located-entry.ts'
import type { TallyRules } from './tally-of-claims.ts'
import { type RowChange, updateClaims } from './version-claims.ts'

/** Writes one more place of a certification: its rows, or one more variant in the row that is there. Idempotent. */
export async function putVariant(
  batch: IndexBatch,
  { entry, ...place }: LocatedEntry<CertificationEntry>,
  {
    examination,
    counting,
  }: {
    readonly examination: Extract<Examination, { signature: 'good' | 'key-unknown' }>
    readonly counting: TallyRules
  },
): Promise<void> {
  const { certification } = examination
  const { id } = certification
  const before = await certificationRowIn(batch, id)
  const variant: Variant = {
    feed: place.feed,
    ...(await currentPlaceOf(batch, place)),
    collection: place.collection,
    acceptedAt: entry.acceptedAt,
    alias: entry.alias,
    signature: examination.signature,
  }
  const variants = [
    ...(before?.variants ?? []).filter((other) => !isSamePlace(other, variant)),
    variant,
  ]
  const facts = examination.signature === 'good' ? examination.facts : before?.facts
  const row = { ...describe(certification), facts, variants: variants.toSorted(compareVariants) }
  const isBest = row.variants[0] === variant
  const after = isBest || before === undefined ? row : { ...before, facts, variants: row.variants }
  batch.put(certificationKey(id), encodeRow(after))
  if (before === undefined) await putHint(batch, id)
  const pauseIfDue = makePause()
  for (const { key, value } of eachRowOf(certification, place.collection)) {
    batch.put(key, value)
    const pause = pauseIfDue()
    if (pause !== undefined) await pause
  }
  for (const { key, value } of acceptanceRows(certification, variants)) batch.put(key, value)
  const isNewThere = !(before?.variants ?? []).some(
    (other) => other.collection === place.collection,
  )
  if (isNewThere) {
    await addToCounter(batch, collectionCounter(place.collection), 1)
    await countNames(batch, { certification, collection: place.collection }, 1)
  }
  if (isNewThere || !isSameFacts(before?.facts, facts))
    await putEvent(batch, { kind: 'certification', id })
  await pauseIfDue()
  await updateClaims(batch, { certification, counting }, { from: before, to: after })
  await updateRebuilder(batch, { from: before, to: after })
}

/** Makes a certification findable by the rebuilder that was found out for it, when that signed it, and by no other. */
export async function updateRebuilder(batch: IndexBatch, { from, to }: RowChange): Promise<void> {
  const [was, is] = [from?.facts?.rebuilder, to?.facts?.rebuilder]
  const [before, after] = [rebuilderRows(from), rebuilderRows(to)]
  for (const [name, { key }] of before) if (!after.has(name)) batch.del(key)
  for (const [name, { key, value }] of after) if (!before.has(name)) batch.put(key, value)
  const [did, does] = [isCounting(from), isCounting(to)]
  if (was !== undefined && did) await addToCounter(batch, countingCounter(was), -1)
  if (is !== undefined && does) await addToCounter(batch, countingCounter(is), 1)
  if (was === is) return
  if (was !== undefined) await addToCounter(batch, rebuilderCounter(was), -1)
  if (is !== undefined) await addToCounter(batch, rebuilderCounter(is), 1)
}

/** Whenever that is: a date in the future will have come. */
const isCounting = (row: CertificationRow | undefined): boolean =>
  row?.facts !== undefined && counts(stateOf(row.facts, Number.MAX_SAFE_INTEGER))

/** Keys by their hex. By the sources that a row keeps, so that the same go that came. */
function rebuilderRows(row: CertificationRow | undefined): ReadonlyMap<string, Row> {
  if (row?.facts === undefined) return new Map()
  const { id, facts } = row
  const sources = row.sources.slice(0, ROW_SOURCES)
  const { rebuilder } = facts
  const products = sources.flatMap((source) =>
    source.ecosystem === 'product' ? [source.product] : [],
  )
  const keys = [
    rebuilderKey(rebuilder, id),
    signedKey(rebuilder, momentOf(row), id),
    ...products.map((product) => productKey(rebuilder, product, id)),
  ]
  const found = [...keys.map((key) => ({ key, value: EMPTY })), ...pathsOf(row, rebuilder)]
  return new Map(found.map((one) => [Buffer.from(one.key).toString('hex'), one]))
}

const EMPTY = new Uint8Array()

/** Where it stands by its own word, among what the same rebuilder certified. */
function pathsOf(row: CertificationRow, rebuilder: string): readonly Row[] {
  const { id, stem, hasDate, sources, variants } = row
  const name = fileName(stem, id)
  const collections = [...new Set(variants.map(({ collection }) => collection))]
  return sources.slice(0, ROW_SOURCES).flatMap((source, at) => {
    const segments = toSegments(source)
    if (segments === undefined) return []
    const value = encodePathRow({ id, kind: at === 0 ? 'header' : 'module', hasDate })
    return collections.map((collection) => ({
      key: rebuilderFileKey(rebuilder, [collection, ...segments], { name, id }),
      value,
    }))
  })
}

/** When it was signed, or where that is not said when a node first accepted it; milliseconds since 1970. */
const momentOf = ({ signedAt, variants }: CertificationRow): number =>
  signedAt === NO_TIME ? Math.min(...variants.map(({ acceptedAt }) => acceptedAt)) : signedAt

/** Where the feed has it now, and where it had it first. */
export async function currentPlaceOf(
  batch: Pick<IndexBatch, 'get'>,
  { feed, sequence, position }: Place,
): Promise<Pick<Variant, 'sequence' | 'position' | 'original'>> {
  const now = await placeNow(batch, feed, { sequence, position })
  const original = await placeAtFirst(batch, feed, now)
  const isMoved = original.sequence !== now.sequence || original.position !== now.position
  return { ...now, original: isMoved ? original : undefined }
}

const RANK: Readonly<Record<Variant['signature'], number>> = {
  good: 0,
  'key-unknown': 1,
}

/** The best first. The rest of the order only has to be the same whichever feed is followed first, and stays by a move. */
export function compareVariants(one: Variant, other: Variant): number {
  const [a, b] = [one.original ?? one, other.original ?? other]
  return (
    RANK[one.signature] - RANK[other.signature] ||
    one.acceptedAt - other.acceptedAt ||
    (one.feed < other.feed ? -1 : one.feed > other.feed ? 1 : 0) ||
    a.sequence - b.sequence ||
    a.position - b.position
  )
}

/** What a row says of the statement itself, by its best variant. */
export function describe(
  certification: Certification,
): Omit<CertificationRow, 'facts' | 'variants'> {
  const { buildinfo } = certification
  return {
    id: certification.id,
    dialect: certification.dialect,
    keyId: certification.claimedKeyId,
    signedAt: certification.signedAt,
    size: certification.bytes.length,
    stem: buildinfo.stem,
    detached: certification.signature !== undefined,
    hasDate: buildinfo.hasDate,
    sources: buildinfo.sources,
  }
}

export function isSamePlace(one: Place, other: Place): boolean {
  return (
    one.feed === other.feed && one.sequence === other.sequence && one.position === other.position
  )
}
