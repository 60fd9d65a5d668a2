import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import { decodeFields, encodeFields, numberField } from './row-value.ts'

const VOUCH = 'vouch'
const CONTACT = 'contact'
const KEY_BYTES = 32

/** A peer that the operator named has said that it follows that feed other than as a stranger's. */
export interface VouchRow {
  /** 64 lower-case hex digits. */
  readonly feed: string
  readonly peerId: string
}

/** When a peer that the operator named was connected last. */
export interface ContactRow {
  readonly peerId: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** @throws StorageError DISK */
export async function vouchRows(state: State): Promise<readonly VouchRow[]> {
  const rows: VouchRow[] = []
  const start = rowKey(VOUCH).length
  for await (const { key } of state.rows(rowKey(VOUCH)))
    rows.push({
      feed: Buffer.from(key.subarray(start, start + KEY_BYTES)).toString('hex'),
      peerId: Buffer.from(key.subarray(start + KEY_BYTES)).toString(),
    })
  return rows
}

/** @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function contactRows(state: State): Promise<readonly ContactRow[]> {
  const rows: ContactRow[] = []
  const start = rowKey(CONTACT).length
  for await (const { key, value } of state.rows(rowKey(CONTACT))) {
    const [at] = decodeFields(value, 1)
    rows.push({ peerId: Buffer.from(key.subarray(start)).toString(), at: numberField(at) })
  }
  return rows
}

/** What has changed of both. */
export interface VouchChanges {
  /** `isGone`: it does not say so any more. */
  readonly vouches: readonly (VouchRow & { readonly isGone: boolean })[]
  readonly contacts: readonly ContactRow[]
}

/** All of it or nothing, on disk when it returns. @throws StorageError DISK */
export async function putVouches(state: State, { vouches, contacts }: VouchChanges): Promise<void> {
  await state.write([
    ...vouches.map(({ feed, peerId, isGone }) => ({
      key: rowKey(VOUCH, Buffer.from(feed, 'hex'), Buffer.from(peerId)),
      value: isGone ? undefined : new Uint8Array(),
    })),
    ...contacts.map(({ peerId, at }) => ({
      key: rowKey(CONTACT, Buffer.from(peerId)),
      value: encodeFields([at]),
    })),
  ])
}
