import { createHash } from 'node:crypto'
import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import { bytesField, decodeFields, encodeFields, numberField, textField } from './row-value.ts'

const TABLE = 'evidence'

/** What proves that a feed's writer has told two stories. Kept for good. */
export interface EvidenceRow {
  /** As it is told to peers. */
  readonly bytes: Uint8Array
  /** Milliseconds since 1970. */
  readonly foundAt: number
  /** Who told it. */
  readonly peerId: string
}

/** @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function evidenceRows(state: State): Promise<readonly EvidenceRow[]> {
  const rows: EvidenceRow[] = []
  for await (const { value } of state.rows(rowKey(TABLE))) {
    const [bytes, foundAt, peerId] = decodeFields(value, 3)
    rows.push({
      bytes: bytesField(bytes),
      foundAt: numberField(foundAt),
      peerId: textField(peerId),
    })
  }
  return rows
}

/** On disk when it returns. @throws StorageError DISK */
export async function putEvidence(state: State, row: EvidenceRow): Promise<void> {
  const key = rowKey(TABLE, createHash('sha256').update(row.bytes).digest())
  await state.write([{ key, value: encodeFields([row.bytes, row.foundAt, row.peerId]) }])
}
