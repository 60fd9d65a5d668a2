/*
 * The only hand that writes own feeds. What waits together goes together: one journal batch with one sync, one append
 * for each feed, then everybody gets a place. Order: journal (synced) -> feed -> answer. If a feed fails after its
 * journal, nothing more is written until the node starts again and replays it.
 */
import { LRUCache } from 'lru-cache'
import { askedBy, NODE_ITSELF } from '../../base/asker.ts'
import { AdmissionError, StorageError } from '../../base/errors.ts'
import { toBlocks } from '../../feeds/format/blocks.ts'
import type { Entry, Place } from '../../feeds/format/entry.ts'
import type { Journal } from '../../state/journal.ts'
import { grouped, planWrite } from './write-plan.ts'
import type { KeyInFeed, WriteItem, WrittenFeed } from './write-plan.ts'

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
  /** Of what is followed. */
  readonly keyInFeed: KeyInFeed
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
    // a group is of many
    running ??= askedBy(NODE_ITSELF, run).finally(() => {
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
    const plans = await Promise.all(
      [...grouped(group, ({ feed }) => feed)].map(([feed, items]) =>
        planWrite(feed, items, keyInFeed),
      ),
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
    const places = new Map(plans.flatMap((plan) => [...plan.places]))
    return group.map((waiting) => places.get(waiting))
  }

  const keyInFeed: KeyInFeed = async (feed, fingerprint) =>
    written.get(`${feed} ${fingerprint}`) ?? parts.keyInFeed(feed, fingerprint)

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
