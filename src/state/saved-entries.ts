import type { State } from './database.ts'
import { lastNumber, rowKey } from './row-key.ts'

const TABLE = 'kept'

/** An entry of a cleared block that is not withheld itself, exactly as the block had it. */
export interface SavedEntry {
  readonly position: number
  /** Its encoding. */
  readonly bytes: Uint8Array
}

/** A block of a feed, whose key is 64 lower-case hex digits. */
export interface SavedBlock {
  readonly feed: string
  readonly sequence: number
}

/** On disk when it returns; only then clear the block. @throws StorageError DISK */
export async function putSavedEntries(
  state: State,
  block: SavedBlock,
  entries: readonly SavedEntry[],
): Promise<void> {
  await state.write(
    entries.map(({ position, bytes }) => ({ key: keyOf(block, position), value: bytes })),
  )
}

/** Blocks of which there are entries, at most so many. @throws StorageError DISK */
export async function blocksWithSavedEntries(
  state: State,
  most: number,
): Promise<readonly SavedBlock[]> {
  const blocks = new Map<string, SavedBlock>()
  const start = rowKey(TABLE).length
  for await (const { key } of state.rows(rowKey(TABLE))) {
    const feed = Buffer.from(key.subarray(start, start + 32)).toString('hex')
    const sequence = lastNumber(key.subarray(0, start + 40))
    blocks.set(`${feed} ${sequence}`, { feed, sequence })
    if (blocks.size === most) break
  }
  return [...blocks.values()]
}

/** In order of their positions. @throws StorageError DISK */
export async function savedEntries(
  state: State,
  block: SavedBlock,
): Promise<readonly SavedEntry[]> {
  const entries: SavedEntry[] = []
  for await (const { key, value } of state.rows(keyOf(block)))
    entries.push({ position: lastNumber(key), bytes: value })
  return entries
}

/** On disk when it returns. @throws StorageError DISK */
export async function removeSavedEntries(
  state: State,
  block: SavedBlock,
  positions: readonly number[],
): Promise<void> {
  await state.write(
    positions.map((position) => ({ key: keyOf(block, position), value: undefined })),
  )
}

const keyOf = ({ feed, sequence }: SavedBlock, ...position: readonly number[]): Uint8Array =>
  rowKey(TABLE, Buffer.from(feed, 'hex'), sequence, ...position)
