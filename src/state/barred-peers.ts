import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import { decodeFields, encodeFields, numberField, unreadable } from './row-value.ts'

const TABLE = 'barred-peer'

/** Neither is dialled or let in. `removed`: until the operator adds it again. `banned`: until he says that it may come. */
const BARS = ['removed', 'banned'] as const
export type Bar = (typeof BARS)[number]

export interface BarredPeerRow {
  readonly peerId: string
  readonly bar: Bar
  /** Milliseconds since 1970. */
  readonly since: number
}

/** @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function barredPeerRows(state: State): Promise<readonly BarredPeerRow[]> {
  const rows: BarredPeerRow[] = []
  for await (const { key, value } of state.rows(rowKey(TABLE))) {
    const [word, since] = decodeFields(value, 2)
    const bar = BARS.find((one) => one === word)
    if (bar === undefined) throw unreadable()
    const peerId = Buffer.from(key.subarray(rowKey(TABLE).length)).toString()
    rows.push({ peerId, bar, since: numberField(since) })
  }
  return rows
}

/** On disk when it returns. @throws StorageError DISK */
export async function putBarredPeer(
  state: State,
  { peerId, bar, since }: BarredPeerRow,
): Promise<void> {
  await state.write([{ key: keyOf(peerId), value: encodeFields([bar, since]) }])
}

/** On disk when it returns. @throws StorageError DISK */
export async function removeBarredPeer(state: State, peerId: string): Promise<void> {
  await state.write([{ key: keyOf(peerId), value: undefined }])
}

const keyOf = (peerId: string): Uint8Array => rowKey(TABLE, Buffer.from(peerId))
