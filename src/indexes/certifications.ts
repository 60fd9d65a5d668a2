import type { Signer } from '../certification/agreement/named-operators.ts'
import type { IndexBatch } from './batch.ts'
import { type CertificationRow, decodeRow, signerIn } from './certification-row.ts'
import type { Bytes, VisibleIndexes } from './database.ts'
import {
  acceptedBefore,
  allCertifications,
  byClaimedKey,
  certificationKey,
  hintKey,
  hintKeyOf,
  idOfCertificationKey,
} from './certification-keys.ts'
import { rangeAfter, hintInKey, type IteratorRange, type Range } from './row-layout.ts'

/** A row found by some index, and the key behind which to go on. */
export interface FoundCertification {
  readonly key: Bytes
  readonly row: CertificationRow
}

export async function certificationRow(
  indexes: VisibleIndexes,
  id: string,
): Promise<CertificationRow | undefined> {
  return indexes.isHidden(id) ? undefined : readRow(indexes, id)
}

/** For those who write: also the row of what is hidden. */
export const certificationRowIn = async (
  batch: IndexBatch,
  id: string,
): Promise<CertificationRow | undefined> => readRow(batch, id)

async function readRow(
  from: Pick<IndexBatch, 'get'>,
  id: string,
): Promise<CertificationRow | undefined> {
  const value = await from.get(certificationKey(id))
  return value === undefined ? undefined : decodeRow(id, value)
}

/** Makes a certification findable by the beginning of its id, as every index names it. */
export async function putHint(batch: IndexBatch, id: string): Promise<void> {
  const ids = await idsAt(batch, hintKeyOf(id))
  batch.put(hintKeyOf(id), Buffer.from([...new Set([...ids, id])].toSorted().join(''), 'hex'))
}

export async function removeHint(batch: IndexBatch, id: string): Promise<void> {
  const left = (await idsAt(batch, hintKeyOf(id))).filter((one) => one !== id)
  if (left.length === 0) batch.del(hintKeyOf(id))
  else batch.put(hintKeyOf(id), Buffer.from(left.join(''), 'hex'))
}

async function idsAt(from: Pick<IndexBatch, 'get'>, key: Bytes): Promise<readonly string[]> {
  const value = await from.get(key)
  if (value === undefined) return []
  const hex = Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')
  return hex.length === 64 ? [hex] : (hex.match(/.{64}/g) ?? [])
}

/** The certifications whose ids begin like that, but for what is hidden. Single rows, so that it costs no way through a thread. */
export async function visibleByHint(
  indexes: VisibleIndexes,
  idHint: Bytes,
): Promise<readonly CertificationRow[]> {
  const rows: CertificationRow[] = []
  for (const id of await idsAt(indexes, hintKey(idHint))) {
    const row = await certificationRow(indexes, id)
    if (row !== undefined) rows.push(row)
  }
  return rows
}

/** The certifications' own rows in a range, but for what is hidden. */
export async function* visibleRowsIn(
  indexes: VisibleIndexes,
  range: IteratorRange,
): AsyncGenerator<readonly [Bytes, CertificationRow]> {
  for await (const [key, value] of indexes.level.iterator(range)) {
    const id = idOfCertificationKey(key)
    if (!indexes.isHidden(id)) yield [key, decodeRow(id, value)]
  }
}

/** Every certification in order of its id, from behind `after`. */
export const everyCertification = (
  indexes: VisibleIndexes,
  after: Bytes | undefined,
): AsyncGenerator<FoundCertification> =>
  everyCertificationIn(indexes, rangeAfter(allCertifications(), after))

/** @param range of certifications' own rows */
export async function* everyCertificationIn(
  indexes: VisibleIndexes,
  range: IteratorRange,
): AsyncGenerator<FoundCertification> {
  for await (const [key, row] of visibleRowsIn(indexes, range)) yield { key, row }
}

/**
 * The certifications that a range of an index points to. Rows are hints: what is yielded *may* fit, and the reader
 * compares the whole.
 */
export async function* certificationsIn(
  indexes: VisibleIndexes,
  range: Range,
  after: Bytes | undefined,
): AsyncGenerator<FoundCertification> {
  for await (const key of indexes.level.keys(rangeAfter(range, after)))
    for (const row of await visibleByHint(indexes, hintInKey(key))) yield { key, row }
}

/** Keys that come together. */
const TOGETHER = 256

/** The hints of a range of an index, many at once: what is passed over by thousands must cost little. */
export async function* hintsIn(
  indexes: VisibleIndexes,
  range: Range,
): AsyncGenerator<readonly Bytes[], void, void> {
  const keys = indexes.level.keys(range)
  try {
    for (let some = await keys.nextv(TOGETHER); some.length > 0; some = await keys.nextv(TOGETHER))
      yield some.map(hintInKey)
  } finally {
    await keys.close()
  }
}

/** Those that a hint names and that `isWanted` by who signed them, but for what is hidden; of the others little is read. */
export async function signedRowsByHint(
  indexes: VisibleIndexes,
  idHint: Bytes,
  isWanted: (signer: Signer) => boolean,
): Promise<readonly CertificationRow[]> {
  const rows: CertificationRow[] = []
  for (const id of await idsAt(indexes, hintKey(idHint))) {
    if (indexes.isHidden(id)) continue
    const value = await indexes.get(certificationKey(id))
    const signer = value && signerIn(value)
    if (value !== undefined && signer !== undefined && isWanted(signer))
      rows.push(decodeRow(id, value))
  }
  return rows
}

/** The last that some node accepted before `time` (milliseconds since 1970), newest first, each once. */
export async function* newestBefore(
  indexes: VisibleIndexes,
  time: number,
): AsyncGenerator<CertificationRow> {
  const seen = new Set<string>()
  for await (const key of indexes.level.keys({ ...acceptedBefore(time), reverse: true }))
    for (const row of await visibleByHint(indexes, hintInKey(key))) {
      if (!seen.has(row.id)) yield row
      seen.add(row.id)
    }
}

/** Rows in which feeds are looked for. */
const LOOKED_AT = 1000

/** Which of these feeds have a certification that names one of these keys, by the first 1,000 that do. */
export async function feedsSignedBy(
  indexes: VisibleIndexes,
  keyIds: readonly string[],
  feeds: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  let looked = 0
  for (const keyId of keyIds)
    for await (const { row } of certificationsIn(indexes, byClaimedKey(keyId), undefined)) {
      if (row.keyId === keyId)
        for (const { feed } of row.variants) if (feeds.has(feed)) found.add(feed)
      looked += 1
      if (found.size === feeds.size || looked === LOOKED_AT) return found
    }
  return found
}
