import { makeMutex } from '../../base/mutex.ts'
import { fileName } from '../../certification/file-name.ts'
import { toSegments } from '../../certification/artifacts/source-identifier.ts'
import { CountersignError, NotFoundError, StorageError } from '../../base/errors.ts'
import type {
  WithholdingDoor,
  WithholdOutcome,
  WithholdReason,
  WithholdTarget,
} from '../../contract/withholding.ts'
import { beginBatch } from '../../indexes/batch.ts'
import type { CertificationRow } from '../../indexes/certification-row.ts'
import { certificationRow, certificationsIn } from '../../indexes/certifications.ts'
import { isLastEvent, putEvent } from '../../indexes/events.ts'
import { byRebuilder } from '../../indexes/rebuilder-keys.ts'
import { filesBelow } from '../../indexes/paths.ts'
import type { WithheldRow } from '../../state/withheld.ts'
import { removeRow } from '../following/derive.ts'
import { erasePending, type ErasureContext } from './erase.ts'
import { sourceSegments } from '../queries/find.ts'
import type { IndexContext } from '../following/index-context.ts'
import type { CertificationReader, ParsedCertification } from '../entries/read-entry.ts'
import { hashesOf, hasPlace } from '../tombstones/withheld.ts'

/** Tombstones that are written in one batch. */
const ROWS_PER_BATCH = 512

export interface Withholding {
  readonly withhold: WithholdingDoor['withhold']
  /** The first half of `finish`: takes their rows out of the indexes. To be done before anything is served. */
  readonly unlist: () => Promise<void>
  /** Does again what a crash has left undone, or a feed that came has to lose. */
  readonly finish: () => Promise<void>
  /** One after the other: what clears blocks must not meet what fetches them. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
}

/** Withholds and gives back. Each step is on disk before the next begins, so that a start goes on where a crash was. */
export function makeWithholding(holdings: ErasureContext): Withholding {
  const { withheld, now } = holdings.indexing.reading
  const { run: alone } = makeMutex()
  const unlist = async (): Promise<void> => {
    for (const { id, isErased } of withheld.rows())
      if (!isErased) await removeFromIndexes(holdings.indexing, id)
  }
  const finish = async (): Promise<void> => {
    await unlist()
    await erasePending(holdings)
  }
  return {
    alone,
    unlist: () => alone(unlist),
    finish: () => alone(finish),
    withhold: (target, reason) =>
      alone(async () => {
        const rows = await targetRows(holdings.indexing, target)
        const fresh = rows.filter(({ id }) => withheld.get(id) === undefined)
        const noted = await noteAll(holdings.indexing, fresh, { ...reason, at: now() })
        if (noted.failure !== undefined) return noted
        try {
          for (const row of fresh) await removeWaiting(holdings, row)
          await finish()
        } catch (error) {
          if (error instanceof CountersignError) return { ...noted, failure: error }
          throw error
        }
        return noted
      }),
  }
}

/** Tombstones for all, as far as they can be written. @throws what hinders the first */
async function noteAll(
  { indexes, reading }: IndexContext,
  rows: readonly CertificationRow[],
  reason: WithholdReason & { readonly at: number },
): Promise<WithholdOutcome> {
  const noted: string[] = []
  for (let from = 0; from < rows.length; from += ROWS_PER_BATCH) {
    const some = rows.slice(from, from + ROWS_PER_BATCH)
    try {
      await reading.withheld.put(
        await Promise.all(some.map((row) => tombstone(reading.certifications, row, reason))),
      )
    } catch (error) {
      if (noted.length === 0 || !(error instanceof StorageError)) throw error
      return { withheld: noted, left: rows.length - noted.length, failure: error }
    }
    noted.push(...some.map(({ id }) => id))
    // nothing that was answered before is answered again
    await indexes.write([])
  }
  return { withheld: noted, left: 0 }
}

async function targetRows(
  { indexes, reading }: IndexContext,
  target: WithholdTarget,
): Promise<readonly CertificationRow[]> {
  const rows = new Map<string, CertificationRow>()
  if ('ids' in target) {
    for (const id of target.ids) {
      const row = await certificationRow(indexes, id)
      if (row !== undefined) rows.set(id, row)
      else if (reading.withheld.get(id) === undefined) throw unknown(`certification ${id}`)
    }
    return [...rows.values()]
  }
  if ('rebuilder' in target) {
    const fingerprint = target.rebuilder.replace(/^0x/i, '').toUpperCase()
    for await (const { row } of certificationsIn(indexes, byRebuilder(fingerprint), undefined))
      if (row.facts?.rebuilder === fingerprint) rows.set(row.id, row)
  } else {
    const path = [target.collection, ...sourceSegments(target.source)]
    for await (const { id, kind } of filesBelow(indexes, path, undefined)) {
      const row = kind === 'alias' ? undefined : await certificationRow(indexes, id)
      if (row !== undefined) rows.set(id, row)
    }
  }
  if (rows.size === 0) throw unknown('such certification')
  return [...rows.values()]
}

const unknown = (what: string): NotFoundError =>
  new NotFoundError(
    'CERTIFICATION_NOT_FOUND',
    `This node has no ${what}. Nothing was withheld; ask GET /certifications for the right ids.`,
  )

async function tombstone(
  certifications: CertificationReader,
  row: CertificationRow,
  { reason, code, at }: WithholdReason & { readonly at: number },
): Promise<WithheldRow> {
  const certification = await certifications.read(row)
  return {
    id: row.id,
    reason,
    code,
    at,
    collections: [...new Set(row.variants.map(({ collection }) => collection))],
    rebuilder: row.facts?.rebuilder,
    places: row.variants.map(({ feed, sequence, position }) => ({ feed, sequence, position })),
    ...hashesOf(pathsOf(row, certification)),
    isErased: false,
  }
}

/** With the collection first: by its own word, and as submitters have named it. */
function pathsOf(
  row: CertificationRow,
  certification: ParsedCertification | undefined,
): readonly (readonly string[])[] {
  const sources = certification?.buildinfo.sources ?? row.sources
  const file = fileName(row.stem, row.id)
  return row.variants.flatMap(({ collection, alias }) => [
    ...sources.flatMap((source) => {
      const segments = toSegments(source)
      return segments === undefined ? [] : [[collection, ...segments, file]]
    }),
    ...(alias === undefined ? [] : [[collection, ...alias.split('/')]]),
  ])
}

async function removeFromIndexes(
  { indexes, lock, reading }: IndexContext,
  id: string,
): Promise<void> {
  const { withheld, certifications } = reading
  await lock.run(async () => {
    const row = await certificationRow(indexes, id)
    const tomb = withheld.get(id)
    if (tomb === undefined) return
    const batch = beginBatch(indexes)
    if (row === undefined) {
      // its row was not on the disk yet when the power failed, but may have been told
      if (await isLastEvent(batch, { kind: 'withholding', id })) return
      await putEvent(batch, { kind: 'withholding', id })
      return batch.commit()
    }
    // a place that came, or moved, since
    const newPlaces = row.variants
      .map(({ feed, sequence, position }) => ({ feed, sequence, position }))
      .filter((place) => !hasPlace(tomb, place))
    if (newPlaces.length > 0)
      await withheld.put([{ ...tomb, places: [...tomb.places, ...newPlaces] }])
    await removeRow(batch, row, reading)
    await putEvent(batch, { kind: 'withholding', id })
    await batch.commit()
  })
  certifications.forget(id)
}

async function removeWaiting(
  { waiting }: ErasureContext,
  { id, keyId }: CertificationRow,
): Promise<void> {
  const items = (await waiting.listByKey(keyId)).filter((item) => item.id === id)
  if (items.length > 0) await waiting.remove(items)
}
