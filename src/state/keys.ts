import { createHash } from 'node:crypto'
import { AdmissionError } from '../base/errors.ts'
import { makeMutex } from '../base/mutex.ts'
import { evictOccupants } from '../storage/evict-occupants.ts'
import { makeOccupants, type Occupants } from '../storage/occupants.ts'
import type { State } from './database.ts'
import { type KeyRows, type KeySlot, openKeyRows } from './key-rows.ts'

export const MAX_KEYS = 10_000
const MAX_KEYS_BYTES = 67_108_864
/** How long a key stays that nothing needs, in milliseconds: 30 days. */
export const KEY_TIME = 2_592_000_000

const BOUNDS = { items: MAX_KEYS, bytes: MAX_KEYS_BYTES }
/** Asking what needs a key costs about a millisecond; whoever posts one does not wait for more than so many. */
const MOST_ASKED = 100

/** A minimised public key. */
export interface PostedKey {
  /** Of the primary key, 40 or 64 upper-case hex digits. */
  readonly fingerprint: string
  readonly bytes: Uint8Array
}

export interface Posting {
  /** Whose share of the place it takes. */
  readonly address: string
  /** Must this one stay, though it is old? Where nobody says, every key may go. */
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
   * keys go as {@link evictOccupants} says, but for those that are needed.
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

/**
 * @param now milliseconds since 1970
 * @throws StorageError DISK, DATA_FORMAT_UNKNOWN
 */
export async function openPostedKeys(
  state: State,
  now: () => number = Date.now,
): Promise<PostedKeys> {
  const rows = await openKeyRows(state, now())
  /** Oldest first, but for those that were asked for and had to stay. */
  const here = makeOccupants(({ fingerprint }: KeySlot) => fingerprint, rows.slots)
  const gone = new Set(rows.gone)
  // two batches that are written at the same time have no order
  const { run: inTurn } = makeMutex()

  async function mustStay(slot: KeySlot, isNeeded: Posting['isNeeded']): Promise<boolean> {
    const { fingerprint } = slot
    const bytes = await rows.bytes(fingerprint)
    if (bytes === undefined || isNeeded === undefined) return false
    const needed = await isNeeded({ fingerprint, bytes })
    // it is not asked again before all others were
    if (needed) here.put(slot)
    return needed
  }
  function lose(fingerprints: readonly string[]): void {
    for (const fingerprint of fingerprints) {
      here.remove(fingerprint)
      gone.add(fingerprint)
    }
  }

  async function put(keys: readonly PostedKey[], { address, isNeeded }: Posting): Promise<void> {
    const last = new Map(keys.map((key) => [key.fingerprint, key]))
    const coming = Array.from(last.values(), ({ fingerprint, bytes }) => {
      // who sends a newer copy does not take over whose share it is
      const own = here.get(fingerprint)?.address ?? address
      return { slot: { fingerprint, size: bytes.length, address: own, since: now() }, bytes }
    })
    const slots = coming.map(({ slot }) => slot)
    const leaving = await leavingFor(slots, here, {
      own: address,
      mustStay: (slot) => mustStay(slot, isNeeded),
    })
    await rows.put(coming, leaving)
    lose(leaving.map(({ fingerprint }) => fingerprint))
    for (const slot of slots) {
      here.put(slot)
      gone.delete(slot.fingerprint)
    }
  }

  async function expire(isNeeded: Posting['isNeeded']): Promise<void> {
    const leaving: string[] = []
    const old = here.all().filter(({ since }) => since <= now() - KEY_TIME)
    for (const slot of old) if (!(await mustStay(slot, isNeeded))) leaving.push(slot.fingerprint)
    if (leaving.length === 0) return
    await rows.lose(leaving)
    lose(leaving)
  }

  return {
    get count() {
      return here.room().items
    },
    get bytes() {
      return here.room().bytes
    },
    has: (fingerprint) => here.has(fingerprint),
    get: rows.bytes,
    put: (keys, posting) => inTurn(() => put(keys, posting)),
    remove: (keys) =>
      inTurn(async () => {
        const same = await sameOf(rows, keys)
        if (same.length === 0) return
        await rows.remove(same)
        for (const fingerprint of same) here.remove(fingerprint)
      }),
    expire: (isNeeded) => inTurn(() => expire(isNeeded)),
    gone: () => [...gone],
    forgetGone: (fingerprints) =>
      inTurn(async () => {
        if (fingerprints.length === 0) return
        await rows.forgetGone(fingerprints)
        for (const fingerprint of fingerprints) gone.delete(fingerprint)
      }),
    list: rows.list,
  }
}

/** @throws AdmissionError WAITING_FULL */
async function leavingFor(
  coming: readonly KeySlot[],
  here: Occupants<KeySlot>,
  {
    own,
    mustStay,
  }: { readonly own: string; readonly mustStay: (slot: KeySlot) => Promise<boolean> },
): Promise<readonly KeySlot[]> {
  const replaced = coming.flatMap(({ fingerprint }) => here.get(fingerprint) ?? [])
  let needed = 0
  const mayLeave = async (slot: KeySlot): Promise<boolean> => {
    if (!(await mustStay(slot))) return true
    needed += 1
    if (needed > MOST_ASKED) throw noRoom()
    return false
  }
  const leaving = await evictOccupants(here, { own, coming, replaced, mayLeave }, BOUNDS)
  if (leaving === undefined) throw noRoom()
  return leaving
}

/** Those of them that are here, and in that form where a digest says which. */
async function sameOf(
  rows: KeyRows,
  keys: Parameters<PostedKeys['remove']>[0],
): Promise<readonly string[]> {
  const same: string[] = []
  for (const key of keys) {
    const fingerprint = typeof key === 'string' ? key : key.fingerprint
    const there = await rows.bytes(fingerprint)
    if (there === undefined) continue
    if (typeof key === 'string' || digestOf(there) === key.digest) same.push(fingerprint)
  }
  return same
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function noRoom(): AdmissionError {
  return new AdmissionError(
    'WAITING_FULL',
    `This node keeps at most ${MAX_KEYS} public keys that no certification has needed yet. Send the key beside a certification that it signed.`,
  )
}
