import { makeMutex } from '../../base/mutex.ts'
import type { ReadContext } from '../entries/read-context.ts'
import { runAs, NODE_ITSELF } from '../../base/requester.ts'
import type { Certification } from '../../certification/certification.ts'
import { beginBatch, type IndexBatch } from '../../indexes/batch.ts'
import { encodeRow, isSameFacts } from '../../indexes/certification-row.ts'
import type { CertificationRow, Variant } from '../../indexes/certification-row.ts'
import { certificationsIn, removeHint } from '../../indexes/certifications.ts'
import { addToCounter, collectionCounter } from '../../indexes/counters.ts'
import type { VisibleIndexes } from '../../indexes/database.ts'
import { putEvent } from '../../indexes/events.ts'
import { keysToDerive, type ToDerive, unmarkToDerive } from '../../indexes/keyring.ts'
import { byClaimedKey, certificationKey } from '../../indexes/certification-keys.ts'
import { countNames } from '../../indexes/folder-names.ts'
import { putRejected } from '../../indexes/rejected.ts'
import { acceptanceRows, rowsOf } from '../../indexes/rows.ts'
import { indexable, type Indexable } from './follow-block.ts'
import type { IndexLock } from './index-lock.ts'
import { compareVariants, describe, updateRebuilder } from './put-variant.ts'
import type { TallyRules } from './tally-of-claims.ts'
import { updateClaims } from './version-claims.ts'

/** Rows that are written together while certifications are derived again; whoever writes beside it waits for no more. */
const ROWS_PER_BATCH = 64

/** Verifies again every certification by a key that was learnt or has changed. */
export interface Deriver {
  /** Resolves when everything that was noted before is derived, or when it is closed. */
  readonly run: () => Promise<void>
  /** Stops behind the rows that it is at: the notes stay for the next start. */
  readonly close: () => Promise<void>
}

/** Derives nothing before it is told to run. The {@link openIndexContext} that makes it closes it. */
export function makeDeriver(
  indexes: VisibleIndexes,
  reading: ReadContext,
  lock: IndexLock,
): Deriver {
  const mutex = makeMutex()
  const stop = new AbortController()
  return {
    run: () =>
      mutex.run(() => runAs(NODE_ITSELF, () => deriveAll({ indexes, reading, lock }, stop.signal))),
    close: () => {
      stop.abort()
      return mutex.idle()
    },
  }
}

/** A note goes only when all is done, so a crash in between does no harm. A key can change again meanwhile. */
async function deriveAll(
  {
    indexes,
    reading,
    lock,
  }: { readonly indexes: VisibleIndexes; readonly reading: ReadContext; readonly lock: IndexLock },
  stop: AbortSignal,
): Promise<void> {
  for (;;) {
    const notes = await keysToDerive(indexes)
    if (notes.length === 0) return
    for (const note of notes) {
      let after: Uint8Array | undefined
      do {
        if (stop.aborted) return
        const from = after
        after = await lock.run(() => deriveSome({ indexes, reading }, note, from))
      } while (after !== undefined)
    }
  }
}

/** @returns the row behind which to go on; `undefined` at the end */
async function deriveSome(
  { indexes, reading }: { readonly indexes: VisibleIndexes; readonly reading: ReadContext },
  note: ToDerive,
  after: Uint8Array | undefined,
): Promise<Uint8Array | undefined> {
  const rows: CertificationRow[] = []
  let last: Uint8Array | undefined
  for await (const { key, row } of certificationsIn(indexes, byClaimedKey(note.keyId), after)) {
    if (row.keyId === note.keyId) rows.push(row)
    if (rows.length < ROWS_PER_BATCH) continue
    last = key
    break
  }
  const examined = await Promise.all(rows.map((row) => examineRow(row, reading)))
  const batch = beginBatch(indexes)
  for (const one of examined) await writeRow(batch, one, reading)
  if (last === undefined) await unmarkToDerive(batch, note)
  await batch.commit()
  return last
}

interface Kept {
  readonly variant: Variant
  readonly examination: Indexable
}

interface Removed {
  readonly variant: Variant
  readonly certification: Certification
}

interface Examined {
  readonly row: CertificationRow
  readonly kept: readonly Kept[]
  readonly removed: readonly Removed[]
}

/** Takes a certification out of every index, as if it had never come. To be called with the lock held. */
export async function removeRow(
  batch: IndexBatch,
  row: CertificationRow,
  reading: ReadContext,
): Promise<void> {
  const { kept, removed } = await examineRow(row, reading)
  const certification =
    kept[0]?.examination.certification ?? removed.map((one) => one.certification)[0]
  // its feed is not open yet: then it is asked for again
  if (certification === undefined) return
  await updateClaims(batch, { certification, counting: reading }, { from: row, to: undefined })
  await updateRebuilder(batch, { from: row, to: undefined })
  // of one id all say the same, also those whose bytes are not here
  const all = row.variants.map((variant) => ({ variant, certification }))
  await remove(batch, row.id, { removed: all, kept: [] })
}

/** Takes some of its places out of a certification, and all its rows if none is left. To be called with the lock held. */
export async function removeVariant(
  batch: IndexBatch,
  row: CertificationRow,
  {
    isGoing,
    reading,
  }: { readonly isGoing: (variant: Variant) => boolean; readonly reading: ReadContext },
): Promise<void> {
  const examined = await examineRow(row, reading)
  const kept = examined.kept.filter(({ variant }) => !isGoing(variant))
  const removed = examined.kept.flatMap(({ variant, examination: { certification } }) =>
    isGoing(variant) ? { variant, certification } : [],
  )
  if (removed.length === 0) return
  await remove(batch, row.id, { removed, kept })
  await rewrite(batch, { row, kept, removed }, reading)
}

async function examineRow(
  row: CertificationRow,
  { keyring, pool, entries }: ReadContext,
): Promise<Examined> {
  const keys = (await keyring.forKeyId(row.keyId)).map((key) => key.bytes)
  const kept: Kept[] = []
  const removed: Removed[] = []
  for (const variant of row.variants) {
    const entry = await entries.read(variant)
    if (entry === undefined) continue
    const { bytes, signature } = entry
    const madeBy = variant.signature === 'good' ? row.facts?.signedBy : undefined
    const task = { submitted: { bytes, signature }, dialect: row.dialect, keys, madeBy }
    const [found] = await pool.examine(task, variant.feed)
    if (found === undefined) continue
    const examination = indexable(found)
    if (examination === undefined) removed.push({ variant, certification: found.certification })
    else kept.push({ variant: { ...variant, signature: examination.signature }, examination })
  }
  return { row, kept, removed }
}

/** Variants that turn out bad leave the row; a row without any is gone, as if they had come after the key. */
async function writeRow(
  batch: IndexBatch,
  { row, kept, removed }: Examined,
  counting: TallyRules,
): Promise<void> {
  if (kept.length === 0 && removed.length === 0) return
  for (const { variant } of removed) putRejected(batch, variant, 'SIGNATURE_INVALID')
  if (removed.length > 0) await remove(batch, row.id, { removed, kept })
  if (kept.length === 0) await putEvent(batch, { kind: 'rejection', id: row.id })
  await rewrite(batch, { row, kept, removed }, counting)
}

async function rewrite(
  batch: IndexBatch,
  { row, kept, removed }: Examined,
  counting: TallyRules,
): Promise<void> {
  const [best] = kept.toSorted((one, other) => compareVariants(one.variant, other.variant))
  // a key that may not sign any more leaves nothing behind, as if it had never been allowed to
  const facts = best?.examination.signature === 'good' ? best.examination.facts : undefined
  if (best !== undefined && !isSameFacts(row.facts, facts))
    await putEvent(batch, { kind: 'certification', id: row.id })
  const variants = kept.map(({ variant }) => variant).toSorted(compareVariants)
  const to = best && { ...describe(best.examination.certification), facts, variants }
  const certification = best?.examination.certification ?? removed[0]?.certification
  if (certification !== undefined)
    await updateClaims(batch, { certification, counting }, { from: row, to })
  await updateRebuilder(batch, { from: row, to })
  if (to !== undefined) batch.put(certificationKey(row.id), encodeRow(to))
}

async function remove(
  batch: IndexBatch,
  id: string,
  { removed, kept }: { readonly removed: readonly Removed[]; readonly kept: readonly Kept[] },
): Promise<void> {
  const keysOf = ({ variant, certification }: Removed): readonly Uint8Array[] =>
    [...rowsOf(certification, variant.collection), ...acceptanceRows(certification, [variant])].map(
      ({ key }) => key,
    )
  const staying = new Set(
    kept.flatMap(({ variant, examination: { certification } }) =>
      keysOf({ variant, certification }).map(hexOf),
    ),
  )
  for (const one of removed)
    for (const key of keysOf(one)) if (!staying.has(hexOf(key))) batch.del(key)
  const [first] = kept
  if (first !== undefined) {
    const { certification } = first.examination
    const places = kept.map(({ variant }) => variant)
    for (const { key, value } of acceptanceRows(certification, places)) batch.put(key, value)
  }
  const left = new Set(kept.map(({ variant }) => variant.collection))
  const going = new Map(
    removed.map(({ variant: { collection }, certification }) => [collection, certification]),
  )
  for (const [collection, certification] of going) {
    if (left.has(collection)) continue
    await addToCounter(batch, collectionCounter(collection), -1)
    await countNames(batch, { certification, collection }, -1)
  }
  if (kept.length > 0) return
  batch.del(certificationKey(id))
  await removeHint(batch, id)
}

const hexOf = (key: Uint8Array): string => Buffer.from(key).toString('hex')
