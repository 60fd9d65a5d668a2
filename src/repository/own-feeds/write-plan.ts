/* Which blocks the entries that wait together become, and where each of them stands then. */
import type { FeedFormat } from '../../feeds/format/block.ts'
import { type BlockPair, toBlocks, type Unwritten } from '../../feeds/format/blocks.ts'
import type { CertificationEntry, Entry, Place } from '../../feeds/format/entry.ts'
import type { OwnFeed } from '../../feeds/format/feed.ts'
import type { DocumentFacts } from '../../feeds/format/index-row.ts'
import type { OpenedBlocks } from '../../feeds/format/opened-blocks.ts'
import type { KeyRow } from '../../indexes/keyring.ts'

/** What the writer needs of an own feed. */
export type WrittenFeed = Pick<OwnFeed, 'key' | 'length' | 'readData' | 'append'>

export interface WriteItem {
  readonly feed: WrittenFeed
  /** Goes into the feed before the entry, unless it is there already in the same form. */
  readonly key?: KeyRow | undefined
  /** Without it only the key is written. */
  readonly entry?: CertificationEntry | undefined
  /** What the document of the entry says. */
  readonly facts?: DocumentFacts | undefined
}

export interface EntryToWrite extends WriteItem {
  readonly entry: CertificationEntry
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
  {
    feed,
    format,
    opened,
  }: {
    readonly feed: WrittenFeed
    readonly format: FeedFormat
    readonly opened: OpenedBlocks
  },
  items: readonly W[],
  keyInFeed: KeyInFeed,
): Promise<Plan<W>> {
  const keys = await missingKeys(feed, items, keyInFeed)
  /** Who waits for each entry. */
  const waiting = new Map<Entry, readonly W[]>()
  const entries: Unwritten[] = []
  for (const key of keys) {
    const entry = { kind: 'public-key', id: key.digest, bytes: key.bytes } as const
    const alone = items.filter((item) => item.entry === undefined && isOf(item, key))
    waiting.set(entry, alone)
    entries.push({ entry })
  }
  for (const item of items) {
    if (item.entry === undefined) continue
    waiting.set(item.entry, [item])
    entries.push({ entry: item.entry, facts: item.facts })
  }
  const pairs = await toBlocks(entries, format, opened)
  const places = new Map<W, Place>()
  for (const [entry, place] of placesOf(pairs, feed))
    for (const item of waiting.get(entry) ?? []) places.set(item, place)
  return { feed, keys, places, blocks: blocksOf(pairs) }
}

/** Where entries stand, once these are appended to that feed. */
export function placesOf(
  pairs: readonly BlockPair[],
  feed: Pick<WrittenFeed, 'key' | 'length'>,
): ReadonlyMap<Entry, Place> {
  return new Map(
    pairs.flatMap(({ entries }, at) =>
      entries.map((entry, position) => [
        entry,
        { feed: feed.key, sequence: feed.length + 2 * at, position },
      ]),
    ),
  )
}

export const blocksOf = (pairs: readonly BlockPair[]): readonly Uint8Array[] =>
  pairs.flatMap(({ data, index }) => [data, index])

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
