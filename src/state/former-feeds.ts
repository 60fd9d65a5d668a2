import type { State } from './database.ts'
import { type OwnFeedRow, ownFeedChange } from './own-feeds.ts'
import { rowKey } from './row-key.ts'
import { decodeFields, encodeFields, numberField, textField } from './row-value.ts'

const TABLE = 'former-feed'

/** A feed that this node wrote once and never writes again. */
export interface FormerFeedRow {
  /** 64 lower-case hex digits. */
  readonly key: string
  readonly collection: string
  /** As of an own feed. */
  readonly generation: number
  /** What stands there from this sequence on may be nowhere else, and is still to be appended to the feed that came after. */
  readonly copyFrom?: number | undefined
  /** Up to this one: what comes of it later is of others. */
  readonly copyTo?: number | undefined
}

/** @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function formerFeeds(state: State): Promise<readonly FormerFeedRow[]> {
  const feeds: FormerFeedRow[] = []
  for await (const { value } of state.rows(rowKey(TABLE))) {
    const [key, collection, generation, copyFrom, copyTo] = decodeFields(value, 5)
    feeds.push({
      key: textField(key),
      collection: textField(collection),
      generation: numberField(generation),
      ...(copyFrom !== null && { copyFrom: numberField(copyFrom) }),
      ...(copyTo !== null && { copyTo: numberField(copyTo) }),
    })
  }
  return feeds
}

/** Puts another feed in the place of an own one: both or neither, on disk when it returns. @throws StorageError DISK */
export async function replaceOwnFeed(
  state: State,
  former: FormerFeedRow,
  next: OwnFeedRow,
): Promise<void> {
  await state.write([change(former), ownFeedChange(next)])
}

/** On disk when it returns. @throws StorageError DISK */
export async function putFormerFeed(state: State, row: FormerFeedRow): Promise<void> {
  await state.write([change(row)])
}

function change(row: FormerFeedRow) {
  const { key, collection, generation, copyFrom, copyTo } = row
  return {
    key: rowKey(TABLE, Buffer.from(key, 'hex')),
    value: encodeFields([key, collection, generation, copyFrom ?? null, copyTo ?? null]),
  }
}
