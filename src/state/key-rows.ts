/* Posted keys on the disk: a row for each with its bytes, one without them, and one for each that has gone. */
import type { State } from './database.ts'
import type { Change } from '../storage/write-queue.ts'
import type { Occupant } from '../storage/eviction.ts'
import { rowKey } from './row-key.ts'
import { decodeFields, encodeFields, numberField, textField } from './row-value.ts'

const KEY_TABLE = 'key'
const SIZE_TABLE = 'key-size'
const GONE_TABLE = 'key-gone'

/** Of what an older version kept without an address. */
const LOCAL = 'local'

/** A posted key without its bytes, as it is kept in memory. */
export interface KeySlot extends Occupant {
  readonly fingerprint: string
  /** When it came, in milliseconds since 1970. */
  readonly since: number
}

export interface KeyRows {
  /** Oldest first. */
  readonly slots: readonly KeySlot[]
  /** Fingerprints of those that are gone and may still stand in an index. */
  readonly gone: readonly string[]
  readonly bytes: (fingerprint: string) => Promise<Uint8Array | undefined>
  /** In one batch: keys that come, by their slots, and others that go. */
  readonly put: (coming: readonly ComingKey[], leaving: readonly KeySlot[]) => Promise<void>
  /** Of keys that are somewhere else now. */
  readonly remove: (fingerprints: readonly string[]) => Promise<void>
  /** They are noted as gone. */
  readonly lose: (fingerprints: readonly string[]) => Promise<void>
  readonly forgetGone: (fingerprints: readonly string[]) => Promise<void>
  /** By fingerprint. */
  readonly list: () => AsyncGenerator<
    { readonly fingerprint: string; readonly bytes: Uint8Array },
    void,
    void
  >
}

export interface ComingKey {
  readonly slot: KeySlot
  readonly bytes: Uint8Array
}

/**
 * What an older version wrote without a time gets one.
 * @param now milliseconds since 1970
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN; so do all its functions
 */
export async function openKeyRows(state: State, now: number): Promise<KeyRows> {
  const slots = await readSlots(state, now)
  const gone: string[] = []
  for await (const { key } of state.rows(rowKey(GONE_TABLE)))
    gone.push(fingerprintOf(GONE_TABLE, key))
  return {
    slots,
    gone,
    bytes: (fingerprint) => state.get(keyOf(KEY_TABLE, fingerprint)),
    put: (coming, leaving) =>
      state.write([
        ...leaving.flatMap(({ fingerprint }) => goneChanges(fingerprint)),
        ...coming.flatMap(({ slot, bytes }) => [
          { key: keyOf(KEY_TABLE, slot.fingerprint), value: bytes },
          sizeChange(slot),
          deletion(GONE_TABLE, slot.fingerprint),
        ]),
      ]),
    remove: (fingerprints) => state.write(fingerprints.flatMap(removeChanges)),
    lose: (fingerprints) => state.write(fingerprints.flatMap(goneChanges)),
    forgetGone: (fingerprints) => state.write(fingerprints.map((one) => deletion(GONE_TABLE, one))),
    async *list() {
      for await (const { key, value } of state.rows(rowKey(KEY_TABLE)))
        yield { fingerprint: fingerprintOf(KEY_TABLE, key), bytes: value }
    },
  }
}

/** Oldest first. */
async function readSlots(state: State, now: number): Promise<readonly KeySlot[]> {
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
  return found.toSorted((a, b) => a.since - b.since)
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
  return { key: keyOf(table, fingerprint), value: undefined }
}

function keyOf(table: string, fingerprint: string): Uint8Array {
  return rowKey(table, Buffer.from(fingerprint))
}

function fingerprintOf(table: string, key: Uint8Array): string {
  return Buffer.from(key.subarray(rowKey(table).length)).toString()
}
