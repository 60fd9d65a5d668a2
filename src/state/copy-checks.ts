import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import { decodeFields, encodeFields, numberField, textField, unreadable } from './row-value.ts'

const TABLE = 'copy-check'

/** What came of reading back blocks of a feed from a peer. */
export interface CopyCheckRow {
  /** 64 lower-case hex digits. */
  readonly feed: string
  readonly peerId: string
  /** Where it was connected then, see `shareOf` of addresses. */
  readonly share: string
  /** When all blocks that were asked for were right, in milliseconds since 1970; 0: never, or one was not since. */
  readonly checkedAt: number
  /** When one was not right, in milliseconds since 1970; 0: never since all were. */
  readonly failedAt: number
  /** Sequences of blocks that were right since, ascending, at most a few. */
  readonly proven: readonly number[]
}

/** @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function copyCheckRows(state: State): Promise<readonly CopyCheckRow[]> {
  const rows: CopyCheckRow[] = []
  const start = rowKey(TABLE).length
  for await (const { key, value } of state.rows(rowKey(TABLE))) {
    const [peerId, share, checkedAt, failedAt, proven] = decodeFields(value, 5)
    if (!Array.isArray(proven)) throw unreadable()
    rows.push({
      feed: Buffer.from(key.subarray(start, start + 32)).toString('hex'),
      peerId: textField(peerId),
      share: textField(share),
      checkedAt: numberField(checkedAt),
      failedAt: numberField(failedAt),
      proven: proven.map(numberField),
    })
  }
  return rows
}

/**
 * All of them or none, on disk when it returns.
 * @param changes `row`: what is kept now; `undefined`: nothing any more
 * @throws StorageError DISK
 */
export async function putCopyChecks(
  state: State,
  changes: readonly {
    readonly feed: string
    readonly peerId: string
    readonly row: CopyCheckRow | undefined
  }[],
): Promise<void> {
  await state.write(
    changes.map(({ feed, peerId, row }) => ({
      key: rowKey(TABLE, Buffer.from(feed, 'hex'), Buffer.from(peerId)),
      value:
        row === undefined
          ? undefined
          : encodeFields([peerId, row.share, row.checkedAt, row.failedAt, row.proven]),
    })),
  )
}
