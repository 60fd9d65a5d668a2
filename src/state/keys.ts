import { createHash } from 'node:crypto'
import { AdmissionError } from '../base/errors.ts'
import type { Change, State } from './database.ts'
import { makeRoom } from './key-room.ts'
import type { KeySlot } from './key-room.ts'
import { rowKey } from './row-key.ts'
import { decodeFields, encodeFields, numberField, textField } from './row-value.ts'

export const MAX_KEYS = 10_000
export const MAX_KEYS_BYTES = 67_108_864
/** How long a key stays that nothing needs, in milliseconds: 30 days. */
export const KEY_TIME = 2_592_000_000

const KEY_TABLE = 'key'
const SIZE_TABLE = 'key-size'
const GONE_TABLE = 'key-gone'

/** A minimised public key. */
export interface PostedKey {
  /** Of the primary key, 40 or 64 upper-case hex digits. */
  readonly fingerprint: string
  readonly bytes: Uint8Array
}

export interface Posting {
  /** Whose share of the place it takes. */
  readonly address: string
  /** Must this one stay, though it is old? Without it, none must. */
  readonly isNeeded?: ((key: PostedKey) => Promise<boolean>) | undefined
}

/**
 * Public keys that came by themselves: they stay until a feed has them in the same form, or until nothing has needed
 * them for a long time. Reads and writes throw StorageError DISK.
 */
export interface PostedKeys {
  readonly count: number
  readonly bytes: number
  has(fingerprint: string): boolean
  get(fingerprint: string): Promise<Uint8Array | undefined>
  /**
   * Keeps all of them or none; one that is there already is replaced. On disk when it returns. When the place is full,
   * the oldest key goes of the address that holds most, in the prefix that does.
   * @throws AdmissionError WAITING_FULL
   */
  put(keys: readonly PostedKey[], posting: Posting): Promise<void>
  /** Forgets keys that a feed has now. With a digest (SHA-256, hex), only those of that form. */
  remove(
    keys: readonly (string | { readonly fingerprint: string; readonly digest: string })[],
  ): Promise<void>
  /** Lets go of what is older than {@link KEY_TIME} and not needed. */
  expire(isNeeded: (key: PostedKey) => Promise<boolean>): Promise<void>
  /** Fingerprints of keys that expired or made room, until {@link forgetGone}: they may still stand in an index. */
  gone(): readonly string[]
  forgetGone(fingerprints: readonly string[]): Promise<void>
  /** By fingerprint. */
  list(): AsyncGenerator<PostedKey, void, void>
}

/** Of what an older version kept without an address. */
const LOCAL = 'local'

/**
 * @param now milliseconds since 1970
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openPostedKeys(
  state: State,
  now: () => number = Date.now,
): Promise<PostedKeys> {
  const { slots, gone } = await load(state, now())
  let bytes = sizeOf([...slots.values()])

  // two batches that are written at the same time have no order
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }
  const set = (slot: KeySlot): void => {
    unset(slot.fingerprint)
    // behind all others: the order is that of age
    slots.set(slot.fingerprint, slot)
    bytes += slot.size
  }
  const unset = (fingerprint: string): void => {
    bytes -= slots.get(fingerprint)?.size ?? 0
    slots.delete(fingerprint)
  }
  const needing =
    (isNeeded: Posting['isNeeded']) =>
    async (slot: KeySlot): Promise<boolean> => {
      const { fingerprint } = slot
      const key = await state.get(keyOf(KEY_TABLE, fingerprint))
      if (key === undefined || isNeeded === undefined) return false
      const needed = await isNeeded({ fingerprint, bytes: key })
      // it is not asked again before all others were
      if (needed) set(slot)
      return needed
    }

  return {
    get count() {
      return slots.size
    },
    get bytes() {
      return bytes
    },
    has: (fingerprint) => slots.has(fingerprint),
    get: (fingerprint) => state.get(keyOf(KEY_TABLE, fingerprint)),
    put: (keys, { address, isNeeded }) =>
      inTurn(async () => {
        const last = new Map(keys.map((key) => [key.fingerprint, key]))
        const coming = [...last.values()].map((key) =>
          // who sends a newer copy does not take over whose share it is
          slotOf(key, slots.get(key.fingerprint)?.address ?? address, now()),
        )
        const replaced = coming.flatMap(({ fingerprint }) => slots.get(fingerprint) ?? [])
        const isRoom =
          slots.size + coming.length - replaced.length <= MAX_KEYS &&
          bytes + sizeOf(coming) - sizeOf(replaced) <= MAX_KEYS_BYTES
        const leaving = isRoom
          ? []
          : await makeRoom(
              [...slots.values()].filter(({ fingerprint }) => !last.has(fingerprint)),
              coming,
              {
                own: address,
                limits: { items: MAX_KEYS, bytes: MAX_KEYS_BYTES },
                isNeeded: needing(isNeeded),
              },
            )
        if (leaving === undefined) throw full()
        await state.write([
          ...leaving.flatMap(({ fingerprint }) => goneChanges(fingerprint)),
          ...[...last.values()].map((key) => ({
            key: keyOf(KEY_TABLE, key.fingerprint),
            value: key.bytes,
          })),
          ...coming.flatMap((slot) => [sizeChange(slot), deletion(GONE_TABLE, slot.fingerprint)]),
        ])
        for (const { fingerprint } of leaving) {
          unset(fingerprint)
          gone.add(fingerprint)
        }
        for (const slot of coming) {
          set(slot)
          gone.delete(slot.fingerprint)
        }
      }),
    remove: (keys) =>
      inTurn(async () => {
        const same: string[] = []
        for (const key of keys) {
          const fingerprint = typeof key === 'string' ? key : key.fingerprint
          const there = await state.get(keyOf(KEY_TABLE, fingerprint))
          if (there === undefined) continue
          if (typeof key === 'string' || digestOf(there) === key.digest) same.push(fingerprint)
        }
        if (same.length === 0) return
        await state.write(same.flatMap(removeChanges))
        for (const fingerprint of same) unset(fingerprint)
      }),
    expire: (isNeeded) =>
      inTurn(async () => {
        const old = [...slots.values()].filter(({ since }) => since + KEY_TIME <= now())
        const leaving: string[] = []
        for (const slot of old) if (!(await needing(isNeeded)(slot))) leaving.push(slot.fingerprint)
        if (leaving.length === 0) return
        await state.write(leaving.flatMap(goneChanges))
        for (const fingerprint of leaving) {
          unset(fingerprint)
          gone.add(fingerprint)
        }
      }),
    gone: () => [...gone],
    forgetGone: (fingerprints) =>
      inTurn(async () => {
        if (fingerprints.length === 0) return
        await state.write(fingerprints.map((one) => deletion(GONE_TABLE, one)))
        for (const fingerprint of fingerprints) gone.delete(fingerprint)
      }),
    async *list() {
      for await (const { key, value } of state.rows(rowKey(KEY_TABLE)))
        yield { fingerprint: fingerprintOf(KEY_TABLE, key), bytes: value }
    },
  }
}

/** Oldest first. What an older version wrote without a time gets one now. */
async function load(state: State, now: number) {
  const found: KeySlot[] = []
  const timeless: KeySlot[] = []
  for await (const { value } of state.rows(rowKey(SIZE_TABLE))) {
    const [fingerprint, size, address = LOCAL, since = null] = decodeFields(value, 2, 4)
    const slot = {
      fingerprint: textField(fingerprint),
      size: numberField(size),
      address: textField(address),
      since: since === null ? now : numberField(since),
    }
    found.push(slot)
    if (since === null) timeless.push(slot)
  }
  if (timeless.length > 0) await state.write(timeless.map(sizeChange))
  const gone = new Set<string>()
  for await (const { key } of state.rows(rowKey(GONE_TABLE)))
    gone.add(fingerprintOf(GONE_TABLE, key))
  const byAge = found.toSorted((a, b) => a.since - b.since)
  return { slots: new Map(byAge.map((slot) => [slot.fingerprint, slot])), gone }
}

function sizeOf(slots: readonly KeySlot[]): number {
  return slots.reduce((sum, { size }) => sum + size, 0)
}

function slotOf({ fingerprint, bytes }: PostedKey, address: string, since: number): KeySlot {
  return { fingerprint, size: bytes.length, address, since }
}

function sizeChange({ fingerprint, size, address, since }: KeySlot): Change {
  const value = encodeFields([fingerprint, size, address, since])
  return { key: keyOf(SIZE_TABLE, fingerprint), value }
}

function removeChanges(fingerprint: string): readonly Change[] {
  return [deletion(KEY_TABLE, fingerprint), deletion(SIZE_TABLE, fingerprint)]
}

function goneChanges(fingerprint: string): readonly Change[] {
  const note = { key: keyOf(GONE_TABLE, fingerprint), value: new Uint8Array() }
  return [...removeChanges(fingerprint), note]
}

function deletion(table: string, fingerprint: string): Change {
  return { key: keyOf(table, fingerprint), value: null }
}

function keyOf(table: string, fingerprint: string): Uint8Array {
  return rowKey(table, Buffer.from(fingerprint))
}

function fingerprintOf(table: string, key: Uint8Array): string {
  return Buffer.from(key.subarray(rowKey(table).length)).toString()
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function full(): AdmissionError {
  return new AdmissionError(
    'WAITING_FULL',
    `This node keeps at most ${MAX_KEYS} public keys that no certification has needed yet. Send the key beside a certification that it signed.`,
  )
}
