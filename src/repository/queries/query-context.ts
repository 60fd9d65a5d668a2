import { NotFoundError } from '../../base/errors.ts'
import type { Collection } from '../../certification/admission.ts'
import type { Indexes, VisibleIndexes } from '../../indexes/database.ts'
import type { ReadContext } from '../entries/read-context.ts'

/** What questions are answered from. */
export interface QueryContext extends ReadContext {
  /** What has a tombstone is hidden in them, whatever its rows still say. */
  readonly indexes: VisibleIndexes
  readonly collections: ReadonlyMap<string, Collection>
}

/** @throws NotFoundError COLLECTION_UNKNOWN */
export function collectionOf(
  { collections }: Pick<QueryContext, 'collections'>,
  name: string,
): Collection {
  const collection = collections.get(name)
  if (collection !== undefined) return collection
  throw new NotFoundError(
    'COLLECTION_UNKNOWN',
    `This node has no collection of that name (${name.length} characters); GET /status lists those it has.`,
  )
}

/** Joins what questions are answered from. Nothing is open behind it but what it is given. */
export function openQueryContext(
  indexes: Indexes,
  reading: ReadContext,
  collections: ReadonlyMap<string, Collection>,
): QueryContext {
  const isHidden = (id: string): boolean => reading.withheld.get(id) !== undefined
  return { ...reading, indexes: { ...indexes, isHidden }, collections }
}
