import { makeMutex } from '../base/mutex.ts'
import { createHash } from 'node:crypto'
import { heavierThan, type Holding } from '../base/address-share.ts'
import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import { bytesField, decodeFields, encodeFields, numberField, textField } from './row-value.ts'

/** Of all addresses together. */
export const MAX_REVOCATIONS = 1000
/** Of one key by one address: whoever learns the key waits until they are read, and real keys have a handful. */
export const MAX_OF_KEY = 16
/** How long one waits for its key, in milliseconds: 30 days. */
export const REVOCATION_TIME = 2_592_000_000

const TABLE = 'revocation'

/** A revocation whose key is not known yet. Nothing of it is verified. */
export interface WaitingRevocation {
  /** 16 upper-case hex digits. */
  readonly keyId: string
  /** The body of the signature packet. */
  readonly body: Uint8Array
}

export interface StoredRevocation extends WaitingRevocation {
  /** Whose share of the place it takes. */
  readonly share: string
}

interface Slot extends StoredRevocation {
  readonly name: string
  readonly since: number
}

export interface WaitingRevocations {
  /**
   * On disk when it returns. Of more than {@link MAX_OF_KEY} the oldest goes of that key and address; when the place is full,
   * the oldest of the address that holds most, in the prefix that does.
   */
  put(revocations: readonly WaitingRevocation[], share: string): Promise<void>
  of(keyIds: readonly string[]): readonly StoredRevocation[]
  remove(revocations: readonly WaitingRevocation[]): Promise<void>
  keyIds(): readonly string[]
}

/**
 * A bounded place, on the disk and in memory.
 * @param now milliseconds since 1970
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openWaitingRevocations(
  state: State,
  now: () => number = Date.now,
): Promise<WaitingRevocations> {
  const kept: Slot[] = []
  for await (const { value } of state.rows(rowKey(TABLE))) kept.push(decode(value))
  // oldest first, as they came
  const slots = new Map(kept.toSorted((a, b) => a.since - b.since).map((slot) => [slot.name, slot]))
  const { run: inTurn } = makeMutex()
  return {
    put: (revocations, share) =>
      inTurn(async () => {
        const coming = revocations
          .map((one) => ({ ...one, name: nameOf(one), share, since: now() }))
          .filter(({ name }) => !slots.has(name))
        const old = [...slots.values()].filter(({ since }) => since + REVOCATION_TIME <= now())
        const staying = new Map(slots)
        for (const { name } of old) staying.delete(name)
        for (const one of coming) staying.set(one.name, one)
        const leaving = [...old.map(({ name }) => name), ...makeRoom(staying, share)]
        await state.write([
          ...coming.map((one) => ({ key: keyOf(one.name), value: encode(one) })),
          ...leaving.map((name) => ({ key: keyOf(name), value: undefined })),
        ])
        for (const one of coming) slots.set(one.name, one)
        for (const name of leaving) slots.delete(name)
      }),
    of: (keyIds) => [...slots.values()].filter(({ keyId }) => keyIds.includes(keyId)),
    remove: (revocations) =>
      inTurn(async () => {
        const names = revocations.map(nameOf).filter((name) => slots.has(name))
        if (names.length === 0) return
        await state.write(names.map((name) => ({ key: keyOf(name), value: undefined })))
        for (const name of names) slots.delete(name)
      }),
    keyIds: () => [...new Set([...slots.values()].map(({ keyId }) => keyId))],
  }
}

/** Takes out what is too much. @returns its names */
function makeRoom(staying: Map<string, Slot>, own: string): readonly string[] {
  const leaving: string[] = []
  const ofKeys = new Map<string, number>()
  for (const { name, keyId } of [...staying.values()]
    .filter(({ share }) => share === own)
    .toReversed()) {
    const there = ofKeys.get(keyId) ?? 0
    ofKeys.set(keyId, there + 1)
    if (there < MAX_OF_KEY) continue
    staying.delete(name)
    leaving.push(name)
  }
  while (staying.size > MAX_REVOCATIONS) {
    const heaviest = heavierThan(own, holdings(staying.values())) ?? own
    const oldest = [...staying.values()].find(({ share }) => share === heaviest)
    if (oldest === undefined) break
    staying.delete(oldest.name)
    leaving.push(oldest.name)
  }
  return leaving
}

function holdings(slots: Iterable<Slot>): readonly Holding[] {
  const weights = new Map<string, number>()
  for (const { share } of slots) weights.set(share, (weights.get(share) ?? 0) + 1)
  return [...weights].map(([share, weight]) => ({ share, weight }))
}

const nameOf = ({ keyId, body }: WaitingRevocation): string =>
  createHash('sha256').update(keyId).update(body).digest('hex').slice(0, 32)

const keyOf = (name: string): Uint8Array => rowKey(TABLE, Buffer.from(name, 'hex'))

const encode = ({ keyId, body, share, since }: Slot): Uint8Array =>
  encodeFields([keyId, body, share, since])

function decode(value: Uint8Array): Slot {
  const [keyId, body, share, since] = decodeFields(value, 4)
  const revocation = { keyId: textField(keyId), body: bytesField(body) }
  return {
    ...revocation,
    name: nameOf(revocation),
    share: textField(share),
    since: numberField(since),
  }
}
