import { AdmissionError } from '../errors.ts'
import type { Change, State } from './database.ts'
import { rowKey } from './row-key.ts'
import { decodeFields, encodeFields, numberField, textField } from './row-value.ts'

export const MAX_KEYS = 10_000
export const MAX_KEYS_BYTES = 67_108_864

const KEY_TABLE = 'key'
const SIZE_TABLE = 'key-size'

/** A minimised public key. */
export interface PostedKey {
  /** Of the primary key, 40 or 64 upper-case hex digits. */
  readonly fingerprint: string
  readonly bytes: Uint8Array
}

/** Public keys that came without a certification, so that no feed has them yet. Reads and writes throw StorageError DISK. */
export interface PostedKeys {
  readonly count: number
  readonly bytes: number
  has(fingerprint: string): boolean
  get(fingerprint: string): Promise<Uint8Array | undefined>
  /**
   * Keeps all of them or none; one that is there already is replaced. On disk when it returns.
   * @throws AdmissionError WAITING_FULL
   */
  put(keys: readonly PostedKey[]): Promise<void>
  remove(fingerprints: readonly string[]): Promise<void>
  /** By fingerprint. */
  list(): AsyncGenerator<PostedKey, void, void>
}

/** @throws StorageError DISK, DATA_FORMAT_UNKNOWN */
export async function openPostedKeys(state: State): Promise<PostedKeys> {
  const sizes = new Map<string, number>()
  let bytes = 0
  const resize = (fingerprint: string, size: number | undefined) => {
    bytes += (size ?? 0) - (sizes.get(fingerprint) ?? 0)
    if (size === undefined) sizes.delete(fingerprint)
    else sizes.set(fingerprint, size)
  }
  for await (const { value } of state.rows(rowKey(SIZE_TABLE))) {
    const [fingerprint, size] = decodeFields(value, 2)
    resize(textField(fingerprint), numberField(size))
  }

  // two batches that are written at the same time have no order
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }

  return {
    get count() {
      return sizes.size
    },
    get bytes() {
      return bytes
    },
    has: (fingerprint) => sizes.has(fingerprint),
    get: (fingerprint) => state.get(keyOf(KEY_TABLE, fingerprint)),
    put: (keys) =>
      inTurn(async () => {
        const last = new Map(keys.map((key) => [key.fingerprint, key]))
        let [countAfter, bytesAfter] = [sizes.size, bytes]
        for (const key of last.values()) {
          if (!sizes.has(key.fingerprint)) countAfter++
          bytesAfter += key.bytes.length - (sizes.get(key.fingerprint) ?? 0)
        }
        if (countAfter > MAX_KEYS || bytesAfter > MAX_KEYS_BYTES) throw full()
        await state.write([...last.values()].flatMap(putChanges))
        for (const key of last.values()) resize(key.fingerprint, key.bytes.length)
      }),
    remove: (fingerprints) =>
      inTurn(async () => {
        await state.write(fingerprints.flatMap(removeChanges))
        for (const fingerprint of fingerprints) resize(fingerprint, undefined)
      }),
    async *list() {
      const start = rowKey(KEY_TABLE).length
      for await (const { key, value } of state.rows(rowKey(KEY_TABLE)))
        yield { fingerprint: Buffer.from(key.subarray(start)).toString(), bytes: value }
    },
  }
}

function putChanges({ fingerprint, bytes }: PostedKey): readonly Change[] {
  return [
    { key: keyOf(KEY_TABLE, fingerprint), value: bytes },
    { key: keyOf(SIZE_TABLE, fingerprint), value: encodeFields([fingerprint, bytes.length]) },
  ]
}

function removeChanges(fingerprint: string): readonly Change[] {
  return [
    { key: keyOf(KEY_TABLE, fingerprint), value: null },
    { key: keyOf(SIZE_TABLE, fingerprint), value: null },
  ]
}

function keyOf(table: string, fingerprint: string): Uint8Array {
  return rowKey(table, Buffer.from(fingerprint))
}

function full(): AdmissionError {
  return new AdmissionError(
    'WAITING_FULL',
    `This node keeps at most ${MAX_KEYS} public keys that no certification has needed yet. Send the key beside a certification that it signed.`,
  )
}
