/*
 * The only hand that writes own feeds. What waits together goes together: one journal batch with one sync, one append
 * for each feed, then everybody gets a place. Order: journal (synced) -> feed -> answer. If a feed fails after its
 * journal, nothing more is written until the node starts again and replays it.
 */
import { LRUCache } from 'lru-cache'
import { AdmissionError, StorageError } from '../errors.ts'
import { toBlocks } from '../feeds/blocks.ts'
import type { CertificationEntry, Entry, Place } from '../feeds/entry.ts'
import type { OwnFeed } from '../feeds/feed.ts'
import type { KeyRow } from '../indexes/keyring.ts'
import type { Journal } from '../state/journal.ts'

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

export interface Writer {
  /** The place of the entry (of the key, if there is only one; `undefined` if the feed has that). Durable when it resolves. */
  readonly append: (item: WriteItem) => Promise<Place | undefined>
  /**
   * Appends entries that must know where they will stand, in blocks of their own.
   * @param make is given the feed's length: the sequence of the first block
   * @returns the length behind them; durable when it resolves
   */
  readonly appendMade: (
    feed: WrittenFeed,
    make: (length: number) => readonly Entry[],
  ) => Promise<number>
  /** Nothing is written to that feed from now on; what waited is refused with AdmissionError BEHIND. Then does something while nothing is written at all. */
  readonly retire: <T>(feed: string, then: () => Promise<T>) => Promise<T>
  /** Syncs every feed and empties the journal. */
  readonly settle: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface WriterParts {
  readonly journal: Pick<Journal, 'write' | 'bytes'>
  /** Syncs every feed and empties the journal. Called only while nothing is being written. */
  readonly settle: () => Promise<void>
  /** The form (digest) in which a followed feed has a key. */
  readonly keyInFeed: (feed: string, fingerprint: string) => Promise<string | undefined>
}

/** What one sync can carry. */
const GROUP_ITEMS = 512
const GROUP_BYTES = 16 * 1024 * 1024
/** The journal is emptied when it holds this much; until then it is replayed at start. */
const JOURNAL_BYTES = 16 * 1024 * 1024

/** Keys written and perhaps not followed yet; what is followed is in the index. */
const KEYS_AHEAD = 10_000

interface Waiting extends WriteItem {
  readonly resolve: (place: Place | undefined) => void
  readonly reject: (error: unknown) => void
}

/** Something that is written alone. */
interface Task {
  readonly task: () => Promise<void>
  readonly reject: (error: unknown) => void
}

export function openWriter(parts: WriterParts): Writer {
  const queue: (Waiting | Task)[] = []
  const retired = new Set<string>()
  /** Forms of keys by feed and fingerprint, ahead of the follower. */
  const written = new LRUCache<string, string>({ max: KEYS_AHEAD })
  let running: Promise<void> | undefined
  let failure: StorageError | undefined

  function start(): void {
    running ??= run().finally(() => {
      running = undefined
      if (queue.length > 0) start()
    })
  }

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const next = queue[0]
      if (next !== undefined && 'task' in next) {
        queue.shift()
        await (failure === undefined ? next.task() : Promise.reject(failure)).catch(next.reject)
        continue
      }
      const taken = takeGroup(queue)
      const group = taken.filter(({ feed }) => !retired.has(feed.key))
      for (const waiting of taken) if (retired.has(waiting.feed.key)) waiting.reject(replaced())
      try {
        if (failure !== undefined) throw failure
        const places = await commit(group)
        for (const [at, waiting] of group.entries()) waiting.resolve(places[at])
      } catch (error) {
        for (const waiting of group) waiting.reject(error)
      }
    }
  }

  async function commit(group: readonly Waiting[]): Promise<readonly (Place | undefined)[]> {
    const places = new Map<Waiting, Place>()
    const plans = await Promise.all(
      [...grouped(group, ({ feed }) => feed)].map(([feed, items]) => plan(feed, items, places)),
    )
    const rows = plans.flatMap(({ feed, blocks }) =>
      blocks.map((block, at) => ({ feed: feed.key, sequence: feed.length + at, block })),
    )
    if (rows.length === 0) return []
    await parts.journal.write(rows)
    for (const { feed, blocks } of plans) await appendJournaled(feed, blocks)
    for (const { feed, keys } of plans)
      for (const key of keys) written.set(`${feed.key} ${key.fingerprint}`, key.digest)
    if (parts.journal.bytes > JOURNAL_BYTES) await settle()
    return group.map((waiting) => places.get(waiting))
  }

  async function appendJournaled(feed: WrittenFeed, blocks: readonly Uint8Array[]): Promise<void> {
    try {
      await feed.append(blocks)
    } catch (cause) {
      failure = new StorageError(
        'DISK',
        'A feed could not be written after its journal. Start the node again: it replays the journal first.',
        { cause },
      )
      throw failure
    }
  }

  /** What a failed sync did not keep can never be known: a later one that succeeds says nothing about it. */
  async function settle(): Promise<void> {
    try {
      await parts.settle()
    } catch (cause) {
      failure = new StorageError(
        'DISK',
        'The feeds could not be synced. Check the disk and start the node again: it replays the journal first.',
        { cause },
      )
      throw failure
    }
  }

  async function plan(
    feed: WrittenFeed,
    items: readonly Waiting[],
    places: Map<Waiting, Place>,
  ): Promise<Plan> {
    const keys = await missingKeys(feed, items)
    const byKey = grouped(items, ({ keyId }) => keyId)
    const standing = new Map<Entry, Waiting[]>()
    const lacking = new Set(keys)
    const groups = [...byKey.values()].map((signed) => {
      const entries: Entry[] = []
      for (const key of lacking) {
        if (!signed.some((item) => isOf(item, key))) continue
        lacking.delete(key)
        const entry = { kind: 'public-key', id: key.digest, bytes: key.bytes } as const
        standing.set(
          entry,
          items.filter((item) => item.entry === undefined && isOf(item, key)),
        )
        entries.push(entry)
      }
      for (const item of signed) {
        if (item.entry === undefined) continue
        standing.set(item.entry, [item])
        entries.push(item.entry)
      }
      return entries
    })
    const pairs = toBlocks(groups)
    for (const [at, pair] of pairs.entries())
      for (const [position, entry] of pair.entries.entries())
        for (const waiting of standing.get(entry) ?? [])
          places.set(waiting, { feed: feed.key, sequence: feed.length + 2 * at, position })
    return { feed, keys, blocks: pairs.flatMap(({ data, index }) => [data, index]) }
  }

  /** Keys that this feed lacks in this form, each form once: two copies of one key can come together. */
  async function missingKeys(
    feed: WrittenFeed,
    items: readonly Waiting[],
  ): Promise<readonly KeyRow[]> {
    const asked = new Map(
      items.flatMap(({ key }) =>
        key === undefined ? [] : [[`${key.fingerprint} ${key.digest}`, key]],
      ),
    )
    const missing: KeyRow[] = []
    for (const key of asked.values()) {
      const form =
        written.get(`${feed.key} ${key.fingerprint}`) ??
        (await parts.keyInFeed(feed.key, key.fingerprint))
      if (form !== key.digest) missing.push(key)
    }
    return missing
  }

  async function commitMade(feed: WrittenFeed, entries: readonly Entry[]): Promise<number> {
    if (retired.has(feed.key)) throw replaced()
    const blocks = toBlocks([entries]).flatMap(({ data, index }) => [data, index])
    await parts.journal.write(
      blocks.map((block, at) => ({ feed: feed.key, sequence: feed.length + at, block })),
    )
    await appendJournaled(feed, blocks)
    if (parts.journal.bytes > JOURNAL_BYTES) await settle()
    return feed.length
  }

  function alone<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      queue.push({ task: async () => resolve(await work()), reject })
      start()
    })
  }

  return {
    append: (item) =>
      new Promise((resolve, reject) => {
        queue.push({ ...item, resolve, reject })
        start()
      }),
    appendMade: (feed, make) => alone(() => commitMade(feed, make(feed.length))),
    retire: (feed, then) => {
      retired.add(feed)
      return alone(async () => {
        await settle()
        return then()
      })
    },
    settle: () => alone(settle),
    close: async () => {
      for (let turn = running; turn !== undefined; turn = running) await turn
      if (failure === undefined) await settle()
    },
  }
}

const replaced = (): AdmissionError =>
  new AdmissionError('BEHIND', 'This node is replacing its feed; submit it again in a moment.')

const isOf = ({ key }: WriteItem, other: KeyRow): boolean =>
  key?.fingerprint === other.fingerprint && key.digest === other.digest

interface Plan {
  readonly feed: WrittenFeed
  readonly keys: readonly KeyRow[]
  readonly blocks: readonly Uint8Array[]
}

function takeGroup(queue: (Waiting | Task)[]): readonly Waiting[] {
  const group: Waiting[] = []
  let bytes = 0
  for (const waiting of queue) {
    if ('task' in waiting) break
    bytes += waiting.entry?.bytes.length ?? 0
    if (group.length > 0 && (group.length === GROUP_ITEMS || bytes > GROUP_BYTES)) break
    group.push(waiting)
  }
  queue.splice(0, group.length)
  return group
}

function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}
