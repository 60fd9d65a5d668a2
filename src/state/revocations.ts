import { makeMutex } from '../base/mutex.ts'
import { createHash } from 'node:crypto'
import { evict, type Occupant } from '../storage/eviction.ts'
import type { State } from './database.ts'
import { rowKey } from './row-key.ts'
import { bytesField, decodeFields, encodeFields, numberField, textField } from './row-value.ts'

/** Of all addresses together. */
export const MAX_REVOCATIONS = 1000
/** Of one key by one address: whoever learns the key waits until they are read, and real keys have a handful. */
export const MAX_OF_KEY = 16
/** How long one waits for its key, in milliseconds: 30 days. */
export const REVOCATION_TIME = 2_592_000_000

/** A body has as many bytes as one signature, which is bounded elsewhere. */
const BOUNDS = { items: MAX_REVOCATIONS, bytes: Infinity }

const TABLE = 'revocation'

/** A revocation whose key is not known yet. Nothing of it is verified. */
export interface WaitingRevocation {
  /** 16 upper-case hex digits. */
  readonly keyId: string
  /** The body of the signature packet. */
  readonly body: Uint8Array
}

export type StoredRevocation = WaitingRevocation & Occupant

interface Slot extends WaitingRevocation, Occupant {
  readonly name: string
  readonly since: number
}

export interface WaitingRevocations {
  /**
   * On disk when it returns. Of more than {@link MAX_OF_KEY} the oldest goes of that key and address; when the place is full,
   * it is as {@link evict} says, and what comes can be what leaves.
   */
  put(revocations: readonly WaitingRevocation[], address: string): Promise<void>
  of(keyIds: readonly string[]): readonly StoredRevocation[]
  remove(revocations: readonly WaitingRevocation[]): Promise<void>
  keyIds(): readonly string[]
  count(): number
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
  let slots = new Map(kept.toSorted((a, b) => a.since - b.since).map((slot) => [slot.name, slot]))
  const { run: inTurn } = makeMutex()
  return {
    put: (revocations, address) =>
      inTurn(async () => {
        const staying = new Map(
          [...slots].filter(([, { since }]) => since + REVOCATION_TIME > now()),
        )
        for (const one of revocations.map((each) => slotOf(each, address, now())))
          if (!staying.has(one.name)) staying.set(one.name, one)
        for (const { name } of tooMany([...staying.values()], address)) staying.delete(name)
        const coming = [...staying.values()].filter((one) => slots.get(one.name) !== one)
        const leaving = [...slots.keys()].filter((name) => !staying.has(name))
        await state.write([
          ...coming.map((one) => ({ key: keyOf(one.name), value: encode(one) })),
          ...leaving.map((name) => ({ key: keyOf(name), value: undefined })),
        ])
        slots = staying
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
    count: () => slots.size,
  }
}

/** @param all oldest first, the newcomer among them: it can be evicted too, so that the rest always has room */
function tooMany(all: readonly Slot[], own: string): readonly Slot[] {
  const beyond = new Set<Slot>()
  const ofKeys = new Map<string, number>()
  for (const slot of all.filter(({ address }) => address === own).toReversed()) {
    const there = ofKeys.get(slot.keyId) ?? 0
    ofKeys.set(slot.keyId, there + 1)
    if (there >= MAX_OF_KEY) beyond.add(slot)
  }
  const rest = all.filter((slot) => !beyond.has(slot))
  return [...beyond, ...evict(rest, { own, coming: [] }, BOUNDS).leaving]
}

const slotOf = (one: WaitingRevocation, address: string, since: number): Slot => ({
  ...one,
  name: nameOf(one),
  address,
  size: one.body.length,
  since,
})

const nameOf = ({ keyId, body }: WaitingRevocation): string =>
  createHash('sha256').update(keyId).update(body).digest('hex').slice(0, 32)

const keyOf = (name: string): Uint8Array => rowKey(TABLE, Buffer.from(name, 'hex'))

const encode = ({ keyId, body, address, since }: Slot): Uint8Array =>
  encodeFields([keyId, body, address, since])

function decode(value: Uint8Array): Slot {
  const [keyId, body, address, since] = decodeFields(value, 4)
  const revocation = { keyId: textField(keyId), body: bytesField(body) }
  return slotOf(revocation, textField(address), numberField(since))
}
