import { isoTime } from '../../base/iso-time.ts'
import type { Collection } from '../../certification/admission.ts'
import { toSegments } from '../../certification/artifacts/source-identifier.ts'
import { decodeEntry } from '../../feeds/format/entry.ts'
import type { WaitingPlace } from '../../state/waiting-place.ts'
import {
  DOCUMENT,
  SIGNATURE,
  type WaitingItem,
  type WaitingSlot,
} from '../../state/waiting-item.ts'
import { howToSendKey, howToSendSignature } from './how-to-send.ts'
import type { Page, WaitingQuery } from '../../contract/repository.ts'
import type { Waiting } from '../../contract/submission.ts'
import { OWN_WORK, type VerificationPool } from '../verification/verification-pool.ts'

/** Lists the certifications and files that wait for a key or a signature. It does not say who sent them. */
export interface WaitingList {
  /**
   * The oldest comes first, and what several senders sent comes once. A page can be shorter than `limit`, even empty, with
   * a cursor.
   */
  readonly waiting: (query: WaitingQuery) => Promise<Page<Waiting>>
  /** What waits for the key of the certification with that id. */
  readonly waitingById: (id: string) => Promise<Waiting | undefined>
}

/** How many bytes are read for one page: only the waiting text itself says what a certification is called. */
const READ = 1024 * 1024

/** Reads the waiting place whenever it is asked, and keeps nothing itself. Its functions throw StorageError DISK. */
export function makeWaitingList(
  place: WaitingPlace,
  collections: ReadonlyMap<string, Collection>,
  pool: Pick<VerificationPool, 'examine'>,
): WaitingList {
  async function read(slot: Listed): Promise<Waiting | undefined> {
    const collection = collections.get(slot.collection)
    if (collection === undefined) return undefined
    if (slot.waitsFor.kind === 'path') return waitingForFile(slot, slot.waitsFor.path, collection)
    const item = await place.read(slot.number)
    const name = item === undefined ? undefined : await nameOf(item, collection, pool)
    return waitingForKey(slot, slot.waitsFor.keyId, { collection, name })
  }

  return {
    waiting: async ({ limit, after, source, collection }) => {
      const items: Waiting[] = []
      const wanted = source
        ?.split('/')
        .filter((one) => one !== '')
        .join('/')
      let room = READ
      let last: number | undefined
      for (const slot of place.slots(numberOf(after))) {
        const isCostly = slot.waitsFor.kind === 'key'
        if (last !== undefined && (items.length === limit || (isCostly && room < slot.size)))
          return { items, next: String(last) }
        last = slot.number
        if (collection !== undefined && slot.collection !== collection) continue
        if (isCostly) room -= slot.size
        const one = await read(slot)
        if (one !== undefined && (wanted === undefined || isBelow(one.name ?? '', wanted)))
          items.push(one)
      }
      return { items }
    },
    waitingById: async (id) => {
      for (const slot of place.slots(0))
        if (slot.id === id && slot.waitsFor.kind === 'key') return read(slot)
      return undefined
    },
  }
}

/** A cursor that is none begins with the first. */
const numberOf = (after: string | undefined): number =>
  after !== undefined && /^\d{1,15}$/.test(after) ? Number(after) : 0

const isBelow = (name: string, source: string): boolean =>
  name === source || name.startsWith(`${source}/`)

type Listed = WaitingSlot & { readonly since: number }

const timesOf = ({ since, expires }: Listed): Pick<Waiting, 'since' | 'expires'> => ({
  since: isoTime(since),
  expires: isoTime(expires),
})

function waitingForFile(slot: Listed, path: string, collection: Collection): Waiting {
  const isDocument = slot.id === DOCUMENT
  return {
    waitingFor: isDocument ? 'signature' : 'document',
    code: isDocument ? 'signature-missing' : 'document-missing',
    collection: collection.name,
    name: path,
    size: slot.size,
    ...timesOf(slot),
    next: isDocument
      ? howToSendSignature(collection, path.split('/'))
      : `It belongs to a file that has not come: send that by PUT to the same path without ${slot.id === SIGNATURE ? '.asc' : `.${slot.id}`}.`,
  }
}

function waitingForKey(
  slot: Listed,
  keyId: string,
  { collection, name }: { readonly collection: Collection; readonly name: string | undefined },
): Waiting {
  return {
    waitingFor: 'key',
    code: 'key-unknown',
    collection: collection.name,
    id: slot.id,
    keyId,
    ...(name !== undefined && { name }),
    size: slot.size,
    ...timesOf(slot),
    next: howToSendKey(collection, keyId),
  }
}

/** Where it would stand, by its own word: nobody has verified it. */
async function nameOf(
  item: WaitingItem,
  { dialect }: Collection,
  pool: Pick<VerificationPool, 'examine'>,
): Promise<string | undefined> {
  const entry = decodeEntry(item.bytes)
  if (entry.kind !== 'certification') return undefined
  const { bytes, signature, alias } = entry
  const [found] = await pool.examine(
    { submitted: { bytes, signature }, dialect, keys: [] },
    OWN_WORK,
  )
  const own = found?.certification.buildinfo.sources.flatMap(
    (one) => toSegments(one)?.join('/') ?? [],
  )
  return own?.[0] ?? alias
}
