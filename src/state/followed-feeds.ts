import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import { bytesField, decodeFields, encodeFields, numberField, textField } from './row-value.ts'

const TABLE = 'followed-feed'

/** Another node's feed that this node has a replica of. */
export interface FollowedFeedRow {
  /** 64 lower-case hex digits. */
  readonly key: string
  readonly publicKey: string
  /** Block 0, as it was told. */
  readonly originBlock: Uint8Array
  /** The peer of `via` has said that it follows it other than as a stranger's. */
  readonly vouched: boolean
  /** Peer id of who offered it first: its share pays for it. */
  readonly via: string
  /** Milliseconds since 1970. */
  readonly since: number
}

/** @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function followedFeeds(state: State): Promise<readonly FollowedFeedRow[]> {
  const feeds: FollowedFeedRow[] = []
  for await (const { value } of state.rows(rowKey(TABLE))) feeds.push(decode(value))
  return feeds
}

/** On disk when it returns. @throws StorageError DISK */
export async function putFollowedFeed(state: State, row: FollowedFeedRow): Promise<void> {
  const { key, publicKey, originBlock, vouched, via, since } = row
  const value = encodeFields([key, publicKey, originBlock, vouched ? 1 : 0, via, since])
  await state.write([{ key: rowKey(TABLE, Buffer.from(key, 'hex')), value }])
}

function decode(bytes: Uint8Array): FollowedFeedRow {
  const [key, publicKey, originBlock, vouched, via, since] = decodeFields(bytes, 6)
  return {
    key: textField(key),
    publicKey: textField(publicKey),
    originBlock: bytesField(originBlock),
    vouched: numberField(vouched) === 1,
    via: textField(via),
    since: numberField(since),
  }
}
