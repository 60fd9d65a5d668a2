import type { State } from './database.ts'
import { lastNumber, rowKey } from './row-key.ts'

const TABLE = 'kept'

/** An entry of a cleared block that is not withheld itself, exactly as the block had it. */
export interface KeptEntry {
  readonly position: number
  /** Its encoding. */
  readonly bytes: Uint8Array
}

/** A block of a feed, whose key is 64 lower-case hex digits. */
export interface KeptBlock {
  readonly feed: string
  readonly sequence: number
}

/** On disk when it returns; only then clear the block. @throws StorageError DISK */
export async function putKept(
  state: State,
  block: KeptBlock,
  entries: readonly KeptEntry[],
): Promise<void> {
  await state.write(
    entries.map(({ position, bytes }) => ({ key: keyOf(block, position), value: bytes })),
  )
}

/** In order of their positions. @throws StorageError DISK */
export async function keptEntries(state: State, block: KeptBlock): Promise<readonly KeptEntry[]> {
  const entries: KeptEntry[] = []
  for await (const { key, value } of state.rows(keyOf(block)))
    entries.push({ position: lastNumber(key), bytes: value })
  return entries
}

/** On disk when it returns. @throws StorageError DISK */
export async function removeKept(
  state: State,
  block: KeptBlock,
  positions: readonly number[],
): Promise<void> {
  await state.write(positions.map((position) => ({ key: keyOf(block, position), value: null })))
}

function keyOf({ feed, sequence }: KeptBlock, ...position: readonly number[]): Uint8Array {
  return rowKey(TABLE, Buffer.from(feed, 'hex'), sequence, ...position)
}
