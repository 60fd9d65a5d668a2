/* What waits, on the disk: a row for each item without its bytes, and one for these. */
import type { State } from './database.ts'
import type { Change } from '../storage/write-queue.ts'
import { lastNumber, rowKey } from './row-key.ts'
import { decodeSlot, encodeSlot } from './waiting-item.ts'
import type { WaitingSlot } from './waiting-item.ts'

const SLOT_TABLE = 'waiting'
const BYTES_TABLE = 'waiting-bytes'

type Numbered = Pick<WaitingSlot, 'number'>

/** Two batches that are written at the same time have no order: what deletes a row waits for what writes it. */
export interface WaitingRows {
  /** Those that are there at the start, oldest first. */
  readonly slots: readonly WaitingSlot[]
  /** On disk when it returns, and the others are not any more. @throws StorageError DISK */
  readonly put: (
    slot: WaitingSlot,
    bytes: Uint8Array,
    instead: readonly Numbered[],
  ) => Promise<void>
  /** Resolves when that one is not being written any more. @throws StorageError DISK */
  readonly written: (slot: Numbered) => Promise<void>
  /** @throws StorageError DISK */
  readonly bytes: (slot: Numbered) => Promise<Uint8Array | undefined>
  /** @throws StorageError DISK */
  readonly remove: (gone: readonly Numbered[]) => Promise<void>
}

/**
 * The rows of the waiting place. Nothing is open behind them but the state.
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN; so do all its functions
 */
export async function openWaitingRows(state: State): Promise<WaitingRows> {
  const slots: WaitingSlot[] = []
  for await (const { key, value } of state.rows(rowKey(SLOT_TABLE)))
    slots.push(decodeSlot(lastNumber(key), value))
  /** Not on disk yet. */
  const writing = new Map<number, Promise<void>>()
  const settled = async (some: readonly Numbered[]): Promise<void> => {
    await Promise.allSettled(some.flatMap(({ number }) => writing.get(number) ?? []))
  }

  return {
    slots,
    async put(slot, bytes, instead) {
      const { number } = slot
      const write = settled(instead).then(() =>
        state.write([
          ...instead.flatMap(deletions),
          { key: rowKey(SLOT_TABLE, number), value: encodeSlot(slot) },
          { key: rowKey(BYTES_TABLE, number), value: bytes },
        ]),
      )
      writing.set(number, write)
      try {
        await write
      } finally {
        writing.delete(number)
      }
    },
    async written({ number }) {
      await writing.get(number)
    },
    async bytes({ number }) {
      await writing.get(number)
      return state.get(rowKey(BYTES_TABLE, number))
    },
    async remove(gone) {
      await settled(gone)
      await state.write(gone.flatMap(deletions))
    },
  }
}

function deletions({ number }: Numbered): readonly Change[] {
  return [
    { key: rowKey(SLOT_TABLE, number), value: undefined },
    { key: rowKey(BYTES_TABLE, number), value: undefined },
  ]
}
