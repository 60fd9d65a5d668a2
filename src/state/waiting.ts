import { createHash } from 'node:crypto'
import type { Change, State } from './database.ts'
import { lastNumber, rowKey } from './row-key.ts'
import { waitingAlike } from './waiting-reason.ts'
import { leavingFor, sizeOf } from './waiting-share.ts'
import type { WaitingLimits } from './waiting-share.ts'
import { decodeSlot, encodeSlot, isSameTarget, isVariant } from './waiting-item.ts'
import type { NewWaitingItem, WaitingFor, WaitingItem, WaitingSlot } from './waiting-item.ts'

/** For each reason to wait, unless its operator says otherwise: 1,000 items, 32 MiB, 24 hours. */
export const WAITING_LIMITS: WaitingLimits = {
  items: 1_000,
  bytes: 33_554_432,
  time: 86_400_000,
}
/** Of one thing, by one address; the oldest of that address goes. */
export const MAX_VARIANTS = 8

const SLOT_TABLE = 'waiting'
const BYTES_TABLE = 'waiting-bytes'

/** A bounded place for what cannot be used yet; it survives a restart. Reads and writes throw StorageError DISK. */
export interface WaitingPlace {
  /** What has expired is not counted. */
  counts(): { readonly items: number; readonly bytes: number }
  /**
   * On disk when it returns. The same bytes for the same thing by one address are kept once, and wait no longer for it.
   * What waits for a signature and what waits for a key have each a place of their own, see {@link WaitingReason}. Where
   * it is full, the oldest item goes of an address that holds more than the submitter would then.
   * @returns when it expires, in milliseconds since 1970
   * @throws AdmissionError WAITING_FULL: the place, or the submitter's share of it, with the time when there is room
   */
  put(item: NewWaitingItem): Promise<number>
  /** The files that wait at a path for each other, oldest first; what several addresses sent, once. */
  listByPath(collection: string, path: string): Promise<readonly WaitingItem[]>
  /** What waits for a key in any collection, oldest first; what several addresses sent, once. */
  listByKey(keyId: string): Promise<readonly WaitingItem[]>
  /** What waits behind that number, oldest first, with when it came; what several addresses sent, once. In memory. */
  slots(after: number): Iterable<WaitingSlot & { readonly since: number }>
  /** With its bytes. */
  read(number: number): Promise<WaitingItem | undefined>
  /** The keys that something waits for, each once. */
  keyIds(): readonly string[]
  /** Whoever sent them. Do this when they are in a feed; on disk when it returns. */
  remove(items: readonly { readonly number: number }[]): Promise<void>
  /** Only what that address sent of them. */
  forget(items: readonly { readonly number: number }[], address: string): Promise<void>
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
    await Promise.allSettled(gone.flatMap(({ number }) => writing.get(number) ?? []))
    await state.write(gone.flatMap(({ number }) => deletions(number)))
  }
  /** As others sent it too. */
  const withCopies = (given: readonly { readonly number: number }[]) => {
    const names = new Set(given.flatMap(({ number }) => slots.get(number) ?? []).map(copyName))
    return [...given, ...[...slots.values()].filter((slot) => names.has(copyName(slot)))]
  }
  const read = async (found: readonly WaitingSlot[]) => {
    const items: WaitingItem[] = []
    const names = new Set<string>()
    for (const slot of found) {
      if (names.has(copyName(slot))) continue
      names.add(copyName(slot))
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
      const { address } = item
      const variants = there.filter((slot) => slot.address === address && isVariant(slot, item))
      const digest = createHash('sha256').update(bytes).digest('hex')
      const same = variants.find((slot) => slot.digest === digest)
      if (same !== undefined) {
        await writing.get(same.number)
        return same.expires
      }
      const oldest = variants.slice(0, Math.max(0, variants.length + 1 - MAX_VARIANTS))
      const others = there.filter((slot) => !oldest.includes(slot))
      const { reason, slots: alike } = waitingAlike(item, others)
      const coming = { size: bytes.length, address }
      const leaving = [...oldest, ...leavingFor(coming, alike, { limits, reason, now: now() })]
      const number = next++
      const slot = { ...item, number, size: bytes.length, digest, expires: now() + limits.time }
      const gone = [...leaving, ...expired()]
      // taken before it is written, so that two callers cannot take the same room
      for (const one of gone) slots.delete(one.number)
      slots.set(number, slot)
      // two batches that are written at the same time have no order: what deletes a row must come later
      const earlier = leaving.map((one) => writing.get(one.number) ?? Promise.resolve())
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
    *slots(after) {
      const names = new Set<string>()
      // in the order in which they came, so that a cursor holds whatever goes meanwhile
      for (const slot of live()) {
        const isNew = !names.has(copyName(slot))
        names.add(copyName(slot))
        if (isNew && slot.number > after) yield { ...slot, since: slot.expires - limits.time }
      }
    },
    read: async (number) => {
      const slot = slots.get(number)
      return slot === undefined ? undefined : (await read([slot]))[0]
    },
    keyIds: () => [
      ...new Set(
        live().flatMap(({ waitsFor }) => (waitsFor.kind === 'key' ? [waitsFor.keyId] : [])),
      ),
    ],
    remove: (items) => forget(withCopies(items)),
    async forget(items, address) {
      const own = withCopies(items).filter(({ number }) => slots.get(number)?.address === address)
      if (own.length > 0) await forget(own)
    },
    async expire() {
      const gone = expired()
      if (gone.length > 0) await forget(gone)
      return gone.length
    },
  }
}

function deletions(number: number): readonly Change[] {
  return [
    { key: rowKey(SLOT_TABLE, number), value: null },
    { key: rowKey(BYTES_TABLE, number), value: null },
  ]
}

/** The same for the same bytes for the same thing, whoever sent them. */
function copyName({ collection, waitsFor, id, digest }: WaitingSlot): string {
  const target = waitsFor.kind === 'path' ? waitsFor.path : waitsFor.keyId
  return JSON.stringify([collection, waitsFor.kind, target, id, digest])
}
