import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import { bytesField, decodeFields, encodeFields, textField } from './row-value.ts'

const TABLE = 'have'

/** What a peer said that it has of a feed. */
export interface HaveStatementRow {
  /** As it was signed and told. */
  readonly bytes: Uint8Array
  /** Peer id of who told it. */
  readonly teller: string
  /** Whose share it takes of what is kept. */
  readonly share: string
}

/** Whose statement about what; there is one of each. */
export interface HaveStatementName {
  /** 64 lower-case hex digits. */
  readonly feed: string
  readonly peerId: string
}

/** @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function haveStatementRows(state: State): Promise<readonly HaveStatementRow[]> {
  const rows: HaveStatementRow[] = []
  for await (const { value } of state.rows(rowKey(TABLE))) {
    const [bytes, teller, share] = decodeFields(value, 3)
    rows.push({ bytes: bytesField(bytes), teller: textField(teller), share: textField(share) })
  }
  return rows
}

/**
 * All of them or none, on disk when it returns.
 * @param changes `row`: what is kept now; `undefined`: nothing any more
 * @throws StorageError DISK
 */
export async function putHaveStatements(
  state: State,
  changes: readonly {
    readonly name: HaveStatementName
    readonly row: HaveStatementRow | undefined
  }[],
): Promise<void> {
  await state.write(
    changes.map(({ name: { feed, peerId }, row }) => ({
      key: rowKey(TABLE, Buffer.from(feed, 'hex'), Buffer.from(peerId)),
      value: row === undefined ? undefined : encodeFields([row.bytes, row.teller, row.share]),
    })),
  )
}
