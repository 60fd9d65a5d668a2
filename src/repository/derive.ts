import type { Certification } from '../certification/certification.ts'
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
import { usable } from './follow-block.ts'
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
  readonly variant: Variant
  readonly certification: Certification
}

/** Variants that turn out bad leave the row; a row without any is gone, as if they had come after the key. */
async function deriveRow(
  batch: IndexBatch,
  row: CertificationRow,
  { examiners, readEntry }: Deriving,
): Promise<void> {
  const keys = (await examiners.keyring.forKeyId(row.keyId)).map((key) => key.bytes)
  const kept: Kept[] = []
  const removed: Removed[] = []
  for (const variant of row.variants) {
    const entry = await readEntry(variant)
    if (entry === undefined) continue
    const { bytes, signature } = entry
    const task = { submitted: { bytes, signature }, dialect: row.dialect, keys }
    const [found] = await examiners.pool.examine(task)
    if (found === undefined) continue
    const examination = usable(found)
    if (examination === undefined) removed.push({ variant, certification: found.certification })
    else kept.push({ variant: { ...variant, signature: examination.signature }, examination })
  }
  if (removed.length > 0) await remove(batch, row.id, { removed, kept })
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

async function remove(
  batch: IndexBatch,
  id: string,
  { removed, kept }: { readonly removed: readonly Removed[]; readonly kept: readonly Kept[] },
): Promise<void> {
  const keysOf = ({ variant, certification }: Removed): readonly Uint8Array[] =>
    rowsOf(certification, variant.collection, variant.alias).map(({ key }) => key)
  const staying = new Set(
    kept.flatMap(({ variant, examination: { certification } }) =>
      keysOf({ variant, certification }).map(hexOf),
    ),
  )
  for (const one of removed) {
    putRejected(batch, one.variant, 'SIGNATURE_INVALID')
    for (const key of keysOf(one)) if (!staying.has(hexOf(key))) batch.del(key)
  }
  const left = new Set(kept.map(({ variant }) => variant.collection))
  for (const collection of new Set(removed.map(({ variant }) => variant.collection)))
    if (!left.has(collection)) await addToCounter(batch, collectionCounter(collection), -1)
  if (kept.length === 0) batch.del(certificationKey(id))
}

const hexOf = (key: Uint8Array): string => Buffer.from(key).toString('hex')
