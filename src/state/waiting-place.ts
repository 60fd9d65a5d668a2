import { createHash } from 'node:crypto'
import { roomOf, type Room } from '../storage/eviction.ts'
import type { State } from './database.ts'
import { waitingAlike } from './waiting-reason.ts'
import { leavingFor } from './waiting-share.ts'
import type { WaitingLimits } from './waiting-share.ts'
import { isSameTarget, isVariant } from './waiting-item.ts'
import type { NewWaitingItem, WaitingFor, WaitingItem, WaitingSlot } from './waiting-item.ts'
import { openWaitingRows } from './waiting-rows.ts'

/** For each reason to wait, unless its operator says otherwise: 1,000 items, 32 MiB, 24 hours. */
export const WAITING_LIMITS: WaitingLimits = {
  items: 1_000,
  bytes: 33_554_432,
  time: 86_400_000,
}
/** One address may keep this many forms of one thing waiting. When it sends another, the oldest goes. */
export const MAX_VARIANTS = 8

/** A bounded place for what cannot be used yet; it survives a restart. Reads and writes throw StorageError DISK. */
export interface WaitingPlace {
  /** Counts what waits, without what has expired. */
  counts(): Room
  /**
   * Keeps an item, which is on disk when this returns. The same bytes for the same thing by one address are kept once, and wait no longer for it.
   * Items that wait for a signature and items that wait for a key have room of their own, see {@link WaitingReason}. When
   * that room is full, the oldest item of an address goes that holds more than the submitter would then.
   * @returns when it expires, in milliseconds since 1970
   * @throws AdmissionError WAITING_FULL: the place, or the submitter's share of it, with the time when there is room
   */
  put(item: NewWaitingItem): Promise<number>
  /** Lists the files that wait at a path for each other, oldest first. What several addresses sent comes once. */
  listByPath(collection: string, path: string): Promise<readonly WaitingItem[]>
  /** Lists what waits for a key in any collection, oldest first. What several addresses sent comes once. */
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
  const rows = await openWaitingRows(state)
  /** Without their bytes, by number: oldest first. */
  const slots = new Map(rows.slots.map((slot) => [slot.number, slot]))
  let next = Math.max(0, ...slots.keys()) + 1

  const isLive = (slot: WaitingSlot) => slot.expires > now()
  const live = () => [...slots.values()].filter(isLive)
  const expired = () => [...slots.values()].filter((slot) => !isLive(slot))
  const forget = async (gone: readonly { readonly number: number }[]) => {
    for (const { number } of gone) slots.delete(number)
    await rows.remove(gone)
  }
  const read = async (found: Iterable<WaitingSlot>) => {
    const items: WaitingItem[] = []
    for (const slot of withoutCopies(found)) {
      const bytes = await rows.bytes(slot)
      if (bytes !== undefined) items.push({ ...slot, bytes })
    }
    return items
  }

  return {
    counts: () => roomOf(live()),
    async put({ bytes, ...item }) {
      const there = live()
      const digest = createHash('sha256').update(bytes).digest('hex')
      const same = variantsOf(item, there).find((slot) => slot.digest === digest)
      if (same !== undefined) {
        await rows.written(same)
        return same.expires
      }
      const coming = { ...item, size: bytes.length, digest, expires: now() + limits.time }
      const gone = [...leavingOf(coming, there, { limits, now: now() }), ...expired()]
      const slot = { ...coming, number: next++ }
      // taken before it is written, so that two callers cannot take the same room
      for (const one of gone) slots.delete(one.number)
      slots.set(slot.number, slot)
      try {
        await rows.put(slot, bytes, gone)
      } catch (error) {
        slots.delete(slot.number)
        throw error
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
      // in the order in which they came, so that a cursor holds whatever goes meanwhile
      for (const slot of withoutCopies(live()))
        if (slot.number > after) yield { ...slot, since: slot.expires - limits.time }
    },
    read: async (number) => {
      const slot = slots.get(number)
      return slot === undefined ? undefined : (await read([slot]))[0]
    },
    keyIds: () => keyIdsOf(live()),
    remove: (items) => forget([...items, ...copiesOf(items, slots)]),
    async forget(items, address) {
      const own = copiesOf(items, slots).filter((slot) => slot.address === address)
      if (own.length > 0) await forget(own)
    },
    async expire() {
      const gone = expired()
      if (gone.length > 0) await forget(gone)
      return gone.length
    },
  }
}

/** Of one thing, by one address. */
const variantsOf = (
  item: Omit<NewWaitingItem, 'bytes'>,
  there: readonly WaitingSlot[],
): readonly WaitingSlot[] =>
  there.filter((slot) => slot.address === item.address && isVariant(slot, item))

/**
 * What goes for a new item: the oldest variants of it by the same address that are too many, and then what its share of the
 * place, or the place, has no room for.
 * @throws AdmissionError WAITING_FULL
 */
function leavingOf(
  item: Omit<WaitingSlot, 'number'>,
  there: readonly WaitingSlot[],
  place: { readonly limits: WaitingLimits; readonly now: number },
): readonly WaitingSlot[] {
  const variants = variantsOf(item, there)
  const oldest = variants.slice(0, Math.max(0, variants.length + 1 - MAX_VARIANTS))
  const others = there.filter((slot) => !oldest.includes(slot))
  const { reason, slots } = waitingAlike(item, others)
  return [...oldest, ...leavingFor(item, slots, { ...place, reason })]
}

/** The slots that are there of these items, and of what others sent of them. */
function copiesOf(
  items: readonly { readonly number: number }[],
  slots: ReadonlyMap<number, WaitingSlot>,
): readonly WaitingSlot[] {
  const names = new Set(items.flatMap(({ number }) => slots.get(number) ?? []).map(copyName))
  return [...slots.values()].filter((slot) => names.has(copyName(slot)))
}

function keyIdsOf(slots: readonly WaitingSlot[]): readonly string[] {
  return [
    ...new Set(slots.flatMap(({ waitsFor }) => (waitsFor.kind === 'key' ? [waitsFor.keyId] : []))),
  ]
}

/** What several addresses sent, once. */
function* withoutCopies(slots: Iterable<WaitingSlot>): Generator<WaitingSlot, void, void> {
  const names = new Set<string>()
  for (const slot of slots) {
    const name = copyName(slot)
    if (names.has(name)) continue
    names.add(name)
    yield slot
  }
}

/** The same for the same bytes for the same thing, whoever sent them. */
function copyName({ collection, waitsFor, id, digest }: WaitingSlot): string {
  const target = waitsFor.kind === 'path' ? waitsFor.path : waitsFor.keyId
  return JSON.stringify([collection, waitsFor.kind, target, id, digest])
}
