import type { Examination } from '../certification/certification.ts'
import type { CertificationEntry, Place } from '../feeds/entry.ts'
import { beginBatch } from '../indexes/batch.ts'
import type { IndexBatch } from '../indexes/batch.ts'
import { encodeRow } from '../indexes/certification-row.ts'
import type { CertificationRow, Variant } from '../indexes/certification-row.ts'
import { certificationsIn } from '../indexes/certifications.ts'
import { addToCounter, collectionCounter } from '../indexes/counters.ts'
import type { Indexes } from '../indexes/database.ts'
import { keysToDerive } from '../indexes/keyring.ts'
import { byClaimedKey, certificationKey, deriveKey } from '../indexes/keys.ts'
import { putRejected } from '../indexes/rejected.ts'
import { rowsOf } from '../indexes/rows.ts'
import type { Examiners, Verified } from './follow-block.ts'
import { compareVariants, countRebuilder, describe } from './put-variant.ts'

export type ReadEntry = (place: Place) => Promise<CertificationEntry | undefined>

/** Rows that are written together while certifications are derived again. */
const ROWS_PER_BATCH = 256

/**
 * Verifies again every certification by a key that was learnt or has changed. The note that asks for it goes only when
 * all is done, so a crash in between does no harm.
 */
export async function deriveAgain(
  indexes: Indexes,
  examiners: Examiners,
  readEntry: ReadEntry,
): Promise<void> {
  for (const keyId of await keysToDerive(indexes)) {
    let batch = beginBatch(indexes)
    let rows = 0
    for await (const { row } of certificationsIn(indexes, byClaimedKey(keyId), undefined)) {
      if (row.keyId !== keyId) continue
      await deriveRow(batch, row, { examiners, readEntry })
      rows += 1
      if (rows % ROWS_PER_BATCH !== 0) continue
      await batch.commit()
      batch = beginBatch(indexes)
    }
    batch.del(deriveKey(keyId))
    await batch.commit()
  }
}

interface Deriving {
  readonly examiners: Examiners
  readonly readEntry: ReadEntry
}

interface Kept {
  readonly variant: Variant
  readonly examination: Verified
}

interface Removed {
  readonly row: CertificationRow
  readonly variant: Variant
  readonly examination: Extract<Examination, { signature: 'invalid' }>
}

/** Variants that turn out bad leave the row; a row without any is gone, as if they had come after the key. */
async function deriveRow(
  batch: IndexBatch,
  row: CertificationRow,
  { examiners, readEntry }: Deriving,
): Promise<void> {
  const keys = (await examiners.keyring.forKeyId(row.keyId)).map((key) => key.bytes)
  const kept: Kept[] = []
  for (const variant of row.variants) {
    const entry = await readEntry(variant)
    if (entry === undefined) continue
    const { bytes, signature } = entry
    const task = { submitted: { bytes, signature }, dialect: row.dialect, keys }
    const [examination] = await examiners.pool.examine(task)
    if (examination === undefined) continue
    if (examination.signature !== 'invalid')
      kept.push({ variant: { ...variant, signature: examination.signature }, examination })
    else await removeVariant(batch, { row, variant, examination })
  }
  await rewrite(batch, row, kept)
}

async function rewrite(
  batch: IndexBatch,
  row: CertificationRow,
  kept: readonly Kept[],
): Promise<void> {
  const [best] = kept.toSorted((one, other) => compareVariants(one.variant, other.variant))
  if (best === undefined) return
  const facts = best.examination.signature === 'good' ? best.examination.facts : row.facts
  const variants = kept.map(({ variant }) => variant).toSorted(compareVariants)
  batch.put(
    certificationKey(row.id),
    encodeRow({ ...describe(best.examination.certification), facts, variants }),
  )
  if (facts !== undefined && row.facts === undefined)
    await countRebuilder(batch, facts.rebuilder, row.id)
}

async function removeVariant(
  batch: IndexBatch,
  { row, variant, examination }: Removed,
): Promise<void> {
  putRejected(batch, variant, examination.code)
  const others = row.variants.filter((other) => other !== variant)
  const { certification } = examination
  const gone = new Set(rowsOf(certification, variant.collection, variant.alias))
  const kept = new Set(
    others.flatMap(({ collection, alias }) =>
      rowsOf(certification, collection, alias).map(({ key }) => Buffer.from(key).toString('hex')),
    ),
  )
  for (const { key } of gone) if (!kept.has(Buffer.from(key).toString('hex'))) batch.del(key)
  if (others.every(({ collection }) => collection !== variant.collection))
    await addToCounter(batch, collectionCounter(variant.collection), -1)
  if (others.length === 0) batch.del(certificationKey(row.id))
}
