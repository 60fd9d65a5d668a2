import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import { decodeFields, encodeFields, textField, unreadable } from './row-value.ts'

const TABLE = 'peer-url'

/** A peer that the operator named by the URL of its HTTP API, and what was learnt there. */
export interface PeerUrlRow {
  readonly url: string
  /** Added while the node ran; else it stands in the settings. */
  readonly isAdded: boolean
  /** As it was learnt first; `undefined`: nobody has answered there yet. */
  readonly peerId: string | undefined
  /** Multiaddrs, each with the peer id at its end. */
  readonly addresses: readonly string[]
}

/** @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function peerUrlRows(state: State): Promise<readonly PeerUrlRow[]> {
  const rows: PeerUrlRow[] = []
  const start = rowKey(TABLE).length
  for await (const { key, value } of state.rows(rowKey(TABLE))) {
    const [isAdded, peerId, addresses] = decodeFields(value, 3)
    if (typeof isAdded !== 'boolean' || !Array.isArray(addresses)) throw unreadable()
    rows.push({
      url: Buffer.from(key.subarray(start)).toString(),
      isAdded,
      peerId: peerId === null ? undefined : textField(peerId),
      addresses: addresses.map(textField),
    })
  }
  return rows
}

/** On disk when it returns. @throws StorageError DISK */
export async function putPeerUrl(state: State, row: PeerUrlRow): Promise<void> {
  const value = encodeFields([row.isAdded, row.peerId ?? null, row.addresses])
  await state.write([{ key: keyOf(row.url), value }])
}

/** On disk when it returns. @throws StorageError DISK */
export async function removePeerUrl(state: State, url: string): Promise<void> {
  await state.write([{ key: keyOf(url), value: undefined }])
}

const keyOf = (url: string): Uint8Array => rowKey(TABLE, Buffer.from(url))
