/* Which blocks the entries that wait together become: what is signed with one key stands together, behind that key. */
import { toBlocks } from '../../feeds/format/blocks.ts'
import type { CertificationEntry, Entry, Place } from '../../feeds/format/entry.ts'
import type { OwnFeed } from '../../feeds/format/feed.ts'
import type { KeyRow } from '../../indexes/keyring.ts'

/** What the writer needs of an own feed. */
export type WrittenFeed = Pick<OwnFeed, 'key' | 'length' | 'append'>

export interface WriteItem {
  readonly feed: WrittenFeed
  /** The claimed key: a data block holds certifications of one key. */
  readonly keyId: string
  /** Goes into the feed before the entry, unless it is there already in the same form. */
  readonly key?: KeyRow | undefined
  /** Without it only the key is written. */
  readonly entry?: CertificationEntry | undefined
}

/** The form (digest) in which a feed has a key. */
export type KeyInFeed = (feed: string, fingerprint: string) => Promise<string | undefined>

export interface Plan<W> {
  readonly feed: WrittenFeed
  /** Those that go with it. */
  readonly keys: readonly KeyRow[]
  readonly blocks: readonly Uint8Array[]
  readonly places: ReadonlyMap<W, Place>
}

export async function planWrite<W extends WriteItem>(
  feed: WrittenFeed,
  items: readonly W[],
  keyInFeed: KeyInFeed,
): Promise<Plan<W>> {
  const places = new Map<W, Place>()
  const keys = await missingKeys(feed, items, keyInFeed)
  const byKey = grouped(items, ({ keyId }) => keyId)
  const waitingFor = new Map<Entry, W[]>()
  const lacking = new Set(keys)
  const groups = [...byKey.values()].map((signed) => {
    const entries: Entry[] = []
    for (const key of lacking) {
      if (!signed.some((item) => isOf(item, key))) continue
      lacking.delete(key)
      const entry = { kind: 'public-key', id: key.digest, bytes: key.bytes } as const
      waitingFor.set(
        entry,
        items.filter((item) => item.entry === undefined && isOf(item, key)),
      )
      entries.push(entry)
    }
    for (const item of signed) {
      if (item.entry === undefined) continue
      waitingFor.set(item.entry, [item])
      entries.push(item.entry)
    }
    return entries
  })
  const pairs = toBlocks(groups)
  for (const [at, pair] of pairs.entries())
    for (const [position, entry] of pair.entries.entries())
      for (const waiting of waitingFor.get(entry) ?? [])
        places.set(waiting, { feed: feed.key, sequence: feed.length + 2 * at, position })
  return { feed, keys, places, blocks: pairs.flatMap(({ data, index }) => [data, index]) }
}

/** Keys that this feed lacks in this form, each form once: two copies of one key can come together. */
async function missingKeys(
  feed: WrittenFeed,
  items: readonly WriteItem[],
  keyInFeed: KeyInFeed,
): Promise<readonly KeyRow[]> {
  const asked = new Map(
    items.flatMap(({ key }) =>
      key === undefined ? [] : [[`${key.fingerprint} ${key.digest}`, key]],
    ),
  )
  const missing: KeyRow[] = []
  for (const key of asked.values()) {
    const form = await keyInFeed(feed.key, key.fingerprint)
    if (form !== key.digest) missing.push(key)
  }
  return missing
}

const isOf = ({ key }: WriteItem, other: KeyRow): boolean =>
  key?.fingerprint === other.fingerprint && key.digest === other.digest

export function grouped<T, K>(
  items: readonly T[],
  keyOf: (item: T) => K,
): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}
