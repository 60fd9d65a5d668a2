import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import { bytesField, decodeFields, encodeFields, numberField, textField } from './row-value.ts'

const TABLE = 'known-peer'

/** A peer that this node was told of, or met. */
export interface KnownPeerRow {
  readonly peerId: string
  /** What it signed last, as it was told; none if it has signed nothing of that scope. */
  readonly publicRecord: Uint8Array | undefined
  readonly localRecord: Uint8Array | undefined
  /** From how near whoever told its local addresses was reached. */
  readonly near: string
  /** Peer id of who told it. */
  readonly teller: string
  /** Whose share it takes of what is remembered. */
  readonly share: string
  /** When it was connected last, in milliseconds since 1970. */
  readonly metAt: number | undefined
  /** When it answered a dial last, likewise. */
  readonly reachedAt: number | undefined
  /** Which private network it was met in; empty: in none. */
  readonly swarm: string
}

/** @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function knownPeerRows(state: State): Promise<readonly KnownPeerRow[]> {
  const rows: KnownPeerRow[] = []
  for await (const { key, value } of state.rows(rowKey(TABLE)))
    rows.push(decode(Buffer.from(key.subarray(rowKey(TABLE).length)).toString(), value))
  return rows
}

/**
 * All of them or none, on disk when it returns.
 * @param changes `row`: what is kept now of that peer; `undefined`: nothing any more
 * @throws StorageError DISK
 */
export async function putKnownPeers(
  state: State,
  changes: readonly { readonly peerId: string; readonly row: KnownPeerRow | undefined }[],
): Promise<void> {
  await state.write(
    changes.map(({ peerId, row }) => ({
      key: rowKey(TABLE, Buffer.from(peerId)),
      value: row === undefined ? undefined : encode(row),
    })),
  )
}

function encode(row: KnownPeerRow): Uint8Array {
  const { publicRecord, localRecord, near, teller, share, metAt, reachedAt, swarm } = row
  const records = [publicRecord ?? null, localRecord ?? null]
  return encodeFields([...records, near, teller, share, metAt ?? null, reachedAt ?? null, swarm])
}

function decode(peerId: string, bytes: Uint8Array): KnownPeerRow {
  const [publicRecord, localRecord, near, teller, share, metAt, reachedAt, swarm] = decodeFields(
    bytes,
    8,
  )
  return {
    peerId,
    publicRecord: publicRecord === null ? undefined : bytesField(publicRecord),
    localRecord: localRecord === null ? undefined : bytesField(localRecord),
    near: textField(near),
    teller: textField(teller),
    share: textField(share),
    metAt: metAt === null ? undefined : numberField(metAt),
    reachedAt: reachedAt === null ? undefined : numberField(reachedAt),
    swarm: textField(swarm),
  }
}
