import { createHash } from 'node:crypto'
import { AdmissionError } from '../errors.ts'
import type { Change, State } from './database.ts'
import { lastNumber, rowKey } from './row-key.ts'
import { decodeSlot, encodeSlot, isSameTarget, isVariant } from './waiting-item.ts'
import type { NewWaitingItem, WaitingFor, WaitingItem, WaitingSlot } from './waiting-item.ts'

/** Bounds of the waiting place. */
export interface WaitingLimits {
  readonly items: number
  readonly bytes: number
  /** In milliseconds. */
  readonly time: number
}

/** What a node has unless its operator says otherwise: 1,000 items, 64 MiB, 24 hours. */
export const WAITING_LIMITS: WaitingLimits = {
  items: 1_000,
  bytes: 67_108_864,
  time: 86_400_000,
}
/** Of one thing; the oldest goes. */
export const MAX_VARIANTS = 8
/** One address can hold one part in so many of the place, by items and by bytes. */
export const ADDRESS_SHARE = 10

const SLOT_TABLE = 'waiting'
const BYTES_TABLE = 'waiting-bytes'

/** A bounded place for what cannot be used yet; it survives a restart. Reads and writes throw StorageError DISK. */
export interface WaitingPlace {
  /** What has expired is not counted. */
  counts(): { readonly items: number; readonly bytes: number }
  /**
   * On disk when it returns. The same bytes for the same thing are kept once, and wait no longer for it.
   * @returns when it expires, in milliseconds since 1970
   * @throws AdmissionError WAITING_FULL: the place, or the submitter's share of it
   */
  put(item: NewWaitingItem): Promise<number>
  /** The files that wait at a path for each other, oldest first. */
  listByPath(collection: string, path: string): Promise<readonly WaitingItem[]>
  /** What waits for a key in any collection, oldest first. */
  listByKey(keyId: string): Promise<readonly WaitingItem[]>
  /** Do this when they are in a feed; on disk when it returns. */
  remove(items: readonly { readonly number: number }[]): Promise<void>
  /** Deletes what has expired. @returns how many */
  expire(): Promise<number>
}

/**
 * @param now milliseconds since 1970
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openWaitingPlace(
  state: State,
  now: () => number,
  limits: WaitingLimits,
): Promise<WaitingPlace> {
  /** Without their bytes, by number: oldest first. */
  const slots = new Map<number, WaitingSlot>()
  /** Not on disk yet. */
  const writing = new Map<number, Promise<void>>()
  for await (const { key, value } of state.rows(rowKey(SLOT_TABLE)))
    slots.set(lastNumber(key), decodeSlot(lastNumber(key), value))
  let next = Math.max(0, ...slots.keys()) + 1

  const isLive = (slot: WaitingSlot) => slot.expires > now()
  const live = () => [...slots.values()].filter(isLive)
  const expired = () => [...slots.values()].filter((slot) => !isLive(slot))
  const forget = async (gone: readonly { readonly number: number }[]) => {
    for (const { number } of gone) slots.delete(number)
    await state.write(gone.flatMap(({ number }) => deletions(number)))
  }
  const read = async (found: readonly WaitingSlot[]) => {
    const items: WaitingItem[] = []
    for (const slot of found) {
      await writing.get(slot.number)
      const bytes = await state.get(rowKey(BYTES_TABLE, slot.number))
      if (bytes !== undefined) items.push({ ...slot, bytes })
    }
    return items
  }

  return {
    counts() {
      const there = live()
      return { items: there.length, bytes: sizeOf(there) }
    },
    async put({ bytes, ...item }) {
      const there = live()
      const variants = there.filter((slot) => isVariant(slot, item))
      const digest = createHash('sha256').update(bytes).digest('hex')
      const same = variants.find((slot) => slot.digest === digest)
      if (same !== undefined) {
        await writing.get(same.number)
        return same.expires
      }
      const oldest = variants.slice(0, Math.max(0, variants.length + 1 - MAX_VARIANTS))
      checkRoom(
        there.filter((slot) => !oldest.includes(slot)),
        { size: bytes.length, address: item.address },
        limits,
      )
      const number = next++
      const slot = { ...item, number, size: bytes.length, digest, expires: now() + limits.time }
      const gone = [...oldest, ...expired()]
      // taken before it is written, so that two callers cannot take the same room
      for (const one of gone) slots.delete(one.number)
      slots.set(number, slot)
      // two batches that are written at the same time have no order: what deletes a row must come later
      const earlier = oldest.map((one) => writing.get(one.number) ?? Promise.resolve())
      const write = Promise.allSettled(earlier).then(() =>
        state.write([
          ...gone.flatMap((one) => deletions(one.number)),
          { key: rowKey(SLOT_TABLE, number), value: encodeSlot(slot) },
          { key: rowKey(BYTES_TABLE, number), value: bytes },
        ]),
      )
      writing.set(number, write)
      try {
        await write
      } catch (error) {
        slots.delete(number)
        throw error
      } finally {
        writing.delete(number)
      }
      return slot.expires
    },
    listByPath(collection, path) {
      const target: WaitingFor = { kind: 'path', path }
      const isHere = (slot: WaitingSlot) =>
        slot.collection === collection && isSameTarget(slot.waitsFor, target)
      return read(live().filter(isHere))
    },
    listByKey(keyId) {
      const target: WaitingFor = { kind: 'key', keyId }
      return read(live().filter((slot) => isSameTarget(slot.waitsFor, target)))
    },
    remove: forget,
    async expire() {
      const gone = expired()
      if (gone.length > 0) await forget(gone)
      return gone.length
    },
  }
}

function checkRoom(
  there: readonly WaitingSlot[],
  item: { readonly size: number; readonly address: string },
  limits: WaitingLimits,
): void {
  const ofAddress = there.filter((slot) => slot.address === item.address)
  if (isFull(there, item.size, limits))
    throw new AdmissionError(
      'WAITING_FULL',
      `This node keeps at most ${limits.items} files that wait for a key or a signature. Send the file together with what it waits for, or try again later.`,
    )
  const share = { items: limits.items / ADDRESS_SHARE, bytes: limits.bytes / ADDRESS_SHARE }
  if (isFull(ofAddress, item.size, share))
    throw new AdmissionError(
      'WAITING_FULL',
      `Too many files from your address wait for a key or a signature. Send what they wait for first.`,
    )
}

function isFull(
  there: readonly WaitingSlot[],
  size: number,
  { items, bytes }: Pick<WaitingLimits, 'items' | 'bytes'>,
): boolean {
  return there.length + 1 > items || sizeOf(there) + size > bytes
}

function sizeOf(slots: readonly WaitingSlot[]): number {
  return slots.reduce((sum, { size }) => sum + size, 0)
}

function deletions(number: number): readonly Change[] {
  return [
    { key: rowKey(SLOT_TABLE, number), value: null },
    { key: rowKey(BYTES_TABLE, number), value: null },
  ]
}
