import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import {
  bytesField,
  decodeFields,
  encodeFields,
  numberField,
  textField,
  unreadable,
} from './row-value.ts'

const TABLE = 'heads'

/** A head of a feed, and who said it. Hashes and signatures in lower-case hex, the time in milliseconds since 1970. */
export interface HeadRow {
  readonly length: number
  readonly fork: number
  readonly root: string
  readonly signature: string
  readonly peerId: string
  readonly heardAt: number
}

/** By feed. @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function headRows(state: State): Promise<ReadonlyMap<string, readonly HeadRow[]>> {
  const feeds = new Map<string, readonly HeadRow[]>()
  const start = rowKey(TABLE).length
  for await (const { key, value } of state.rows(rowKey(TABLE))) {
    const [rows] = decodeFields(value, 1)
    if (!Array.isArray(rows)) throw unreadable()
    feeds.set(hexOf(key.subarray(start)), rows.map(decode))
  }
  return feeds
}

/** All heads of some feeds, in place of those kept before; on disk when it returns. @throws StorageError DISK */
export async function putHeads(
  state: State,
  feeds: readonly (readonly [feed: string, rows: readonly HeadRow[]])[],
): Promise<void> {
  await state.write(
    feeds.map(([feed, rows]) => ({
      key: rowKey(TABLE, bytesOf(feed)),
      value: encodeFields([rows.map(encode)]),
    })),
  )
}

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function encode({ length, fork, root, signature, peerId, heardAt }: HeadRow): readonly unknown[] {
  return [length, fork, bytesOf(root), bytesOf(signature), peerId, heardAt]
}

function decode(value: unknown): HeadRow {
  if (!Array.isArray(value)) throw unreadable()
  const fields: readonly unknown[] = value
  const [length, fork, root, signature, peerId, heardAt] = fields
  return {
    length: numberField(length),
    fork: numberField(fork),
    root: hexOf(bytesField(root)),
    signature: hexOf(bytesField(signature)),
    peerId: textField(peerId),
    heardAt: numberField(heardAt),
  }
}
