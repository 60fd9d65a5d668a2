import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import { bytesField, decodeFields, encodeFields, numberField, textField } from './row-value.ts'

const TABLE = 'followed-feed'
const VOUCHED = 1
const UNDERSTATED = 2
const RETIRED = 4
/** Rows of before do not say where it was. */
const UNKNOWN = 'unknown'

/** Another node's feed that this node has a replica of. */
export interface CopiedFeedRow {
  /** 64 lower-case hex digits. */
  readonly key: string
  readonly publicKey: string
  /** Block 0, as it was told. */
  readonly originBlock: Uint8Array
  /** The peer of `via` has said that it follows it other than as a stranger's. */
  readonly vouched: boolean
  /** Its blocks had more bytes than its head says. */
  readonly understated: boolean
  /** Peer id of who offered it first: its share pays for it. */
  readonly via: string
  /** Whose share that peer took, by its address. */
  readonly share: string
  /** It has given its seat to another stranger's feed. */
  readonly retired: boolean
  /** Milliseconds since 1970. */
  readonly since: number
}

/** @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function copiedFeeds(state: State): Promise<readonly CopiedFeedRow[]> {
  const feeds: CopiedFeedRow[] = []
  for await (const { value } of state.rows(rowKey(TABLE))) feeds.push(decode(value))
  return feeds
}

/** On disk when it returns. @throws StorageError DISK */
export async function putCopiedFeed(state: State, row: CopiedFeedRow): Promise<void> {
  const { key, publicKey, originBlock, vouched, understated, retired, via, since, share } = row
  const flags = (vouched ? VOUCHED : 0) + (understated ? UNDERSTATED : 0) + (retired ? RETIRED : 0)
  const value = encodeFields([key, publicKey, originBlock, flags, via, since, share])
  await state.write([{ key: rowKey(TABLE, Buffer.from(key, 'hex')), value }])
}

/** On disk when it returns. @throws StorageError DISK */
export async function removeCopiedFeed(state: State, key: string): Promise<void> {
  await state.write([{ key: rowKey(TABLE, Buffer.from(key, 'hex')), value: undefined }])
}

function decode(bytes: Uint8Array): CopiedFeedRow {
  const [key, publicKey, originBlock, flags, via, since, share = UNKNOWN] = decodeFields(
    bytes,
    6,
    7,
  )
  return {
    key: textField(key),
    publicKey: textField(publicKey),
    originBlock: bytesField(originBlock),
    vouched: (numberField(flags) & VOUCHED) !== 0,
    understated: (numberField(flags) & UNDERSTATED) !== 0,
    retired: (numberField(flags) & RETIRED) !== 0,
    via: textField(via),
    share: textField(share),
    since: numberField(since),
  }
}
