import type { State } from './database.ts'
import { rowKey } from './row-key.ts'

const TABLE = 'peer'

/** Addresses of peers that were added while the node ran. @throws StorageError DISK */
export async function peerAddresses(state: State): Promise<readonly string[]> {
  const addresses: string[] = []
  const start = rowKey(TABLE).length
  for await (const { key } of state.rows(rowKey(TABLE)))
    addresses.push(Buffer.from(key.subarray(start)).toString())
  return addresses
}

/** On disk when it returns. @throws StorageError DISK */
export async function putPeerAddress(state: State, address: string): Promise<void> {
  await state.write([{ key: keyOf(address), value: new Uint8Array() }])
}

/** On disk when it returns. @throws StorageError DISK */
export async function removePeerAddress(state: State, address: string): Promise<void> {
  await state.write([{ key: keyOf(address), value: undefined }])
}

const keyOf = (address: string): Uint8Array => rowKey(TABLE, Buffer.from(address))
