/*
 * The only hand that writes own feeds. What waits together goes together: one journal batch with one sync, one append
 * for each feed, then everybody gets a place. Order: journal (synced) -> feed -> answer. If a feed fails after its
 * journal, nothing more is written until the node has opened its stores again by itself (`reopening.ts`) and replayed it.
 */
import { LRUCache } from 'lru-cache'
import { runAs, NODE_ITSELF } from '../../base/requester.ts'
import { AdmissionError } from '../../base/errors.ts'
import { grouped } from '../../base/grouped.ts'
import { type FeedFormat, formatOfFeed } from '../../feeds/format/block.ts'
import { toBlocks, type Unwritten } from '../../feeds/format/blocks.ts'
import type { Entry, Place } from '../../feeds/format/entry.ts'
import type { OwnFeed } from '../../feeds/format/feed.ts'
import type { OpenedBlocks } from '../../feeds/format/opened-blocks.ts'
import type { KeyRow } from '../../indexes/keyring.ts'
import type { Journal } from '../../state/journal.ts'
import type { PostedKeys } from '../../state/keys.ts'
import type { OwnFeeds } from './own-feeds.ts'
import { type Journaled, makeJournaled } from './journaled.ts'
import { blocksOf, placesOf, planWrite } from './write-plan.ts'
import type { EntryToWrite, KeyInFeed, WriteItem, WrittenFeed } from './write-plan.ts'

export interface Writer {
  /**
   * Durable when it resolves. A key that was kept in `state/` until a feed has it is forgotten there.
   * @param item its key goes before the entry, unless the feed has it in this form
   * @returns the place of the entry
   */
  readonly appendEntry: (item: EntryToWrite) => Promise<Place>
  /** The same for a key alone. @returns its place; `undefined` if the feed has it in this form already */
  readonly appendKey: (feed: WrittenFeed, key: KeyRow) => Promise<Place | undefined>
  /**
   * Appends entries in blocks of their own and then, with the same sync, others that say where these stand.
   * @param say is given the places of the first
   * @returns the length behind all of them; durable when it resolves
   */
  readonly appendWith: (
    feed: WrittenFeed,
    entries: readonly Unwritten[],
    say: (places: ReadonlyMap<Entry, Place>) => readonly Entry[],
  ) => Promise<number>
  /**
   * Writes nothing to that feed any more, and refuses what waits for it with AdmissionError BEHIND. Then runs `then`,
   * while nothing is written to any feed.
   */
  readonly retire: <T>(feed: string, then: () => Promise<T>) => Promise<T>
  /** Syncs every feed and empties the journal. */
  readonly settle: () => Promise<void>
  readonly close: () => Promise<void>
}

/** The feeds that this node writes, and how. */
export interface WriteContext {
  readonly own: OwnFeeds
  /** The own feeds that are followed. It stays the same array when a feed is replaced. */
  readonly feeds: readonly OwnFeed[]
  readonly writer: Writer
  /** Resolves when the indexes have everything of a feed below a length. */
  readonly reached: (feed: string, length: number) => Promise<void>
}

/** One group, and so one sync, has at most this many items and bytes of entries and keys. */
const GROUP_ITEMS = 512
const GROUP_BYTES = 16 * 1024 * 1024
/** How many written keys are remembered until the follower has them in the index. */
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

/** What writing touches. */
interface Written {
  readonly journal: Pick<Journal, 'write' | 'bytes'>
  /** Is settled only while nothing is being written. */
  readonly own: Pick<OwnFeeds, 'settle'>
  /** What is kept of keys only as long as no feed has them. */
  readonly posted: Pick<PostedKeys, 'has' | 'remove'>
  /** Is told what the blocks that are written open to, so that followers need not open them. */
  readonly opened: OpenedBlocks
}

/**
 * Writes nothing before it is asked. The repository closes it, which waits for what is being written and settles; the feeds
 * stay open.
 * @param keyFollowed of what is followed
 */
export function openWriter(
  { journal, own, posted, opened }: Written,
  keyFollowed: KeyInFeed,
): Writer {
  const journaled = makeJournaled(journal, own.settle)
  const queue: (Waiting | Task)[] = []
  const retired = new Set<string>()
  const { commit, commitWith } = makeCommits(journaled, keyFollowed, opened)
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const failure = journaled.failure()
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

  function start(): void {
    // a group is of many
    running ??= runAs(NODE_ITSELF, run).finally(() => {
      running = undefined
      if (queue.length > 0) start()
    })
  }

  function alone<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      queue.push({ task: async () => resolve(await work()), reject })
      start()
    })
  }

  async function append(item: WriteItem): Promise<Place | undefined> {
    const place = await new Promise<Place | undefined>((resolve, reject) => {
      queue.push({ ...item, resolve, reject })
      start()
    })
    if (item.key !== undefined && posted.has(item.key.fingerprint)) await posted.remove([item.key])
    return place
  }

  return {
    appendEntry: async (item) => {
      const place = await append(item)
      if (place === undefined)
        throw new Error(`entry ${item.entry.id} was written and has no place`)
      return place
    },
    appendKey: (feed, key) => append({ feed, key }),
    appendWith: (feed, entries, say) =>
      alone(async () => {
        if (retired.has(feed.key)) throw replaced()
        return commitWith(feed, entries, say)
      }),
    retire: (feed, then) => {
      retired.add(feed)
      return alone(async () => {
        await journaled.settle()
        return then()
      })
    },
    settle: () => alone(journaled.settle),
    close: async () => {
      for (let turn = running; turn !== undefined; turn = running) await turn
      if (journaled.failure() === undefined) await journaled.settle()
    },
  }
}

/** Puts what goes together into blocks, and these into their feeds. */
function makeCommits(journaled: Journaled, keyFollowed: KeyInFeed, opened: OpenedBlocks) {
  /** Forms of keys by feed and fingerprint, ahead of the follower. */
  const written = new LRUCache<string, string>({ max: KEYS_AHEAD })
  const keyInFeed: KeyInFeed = async (feed, fingerprint) =>
    written.get(`${feed} ${fingerprint}`) ?? keyFollowed(feed, fingerprint)
  const formats = new Map<string, FeedFormat>()
  async function formatOf(feed: WrittenFeed): Promise<FeedFormat> {
    const format = formats.get(feed.key) ?? (await formatOfFeed(feed))
    formats.set(feed.key, format)
    return format
  }
  return {
    commit: async (group: readonly WriteItem[]): Promise<readonly (Place | undefined)[]> => {
      const plans = await Promise.all(
        [...grouped(group, ({ feed }) => feed)].map(async ([feed, items]) =>
          planWrite({ feed, format: await formatOf(feed), opened }, items, keyInFeed),
        ),
      )
      await journaled.append(plans)
      for (const { feed, keys } of plans)
        for (const key of keys) written.set(`${feed.key} ${key.fingerprint}`, key.digest)
      const places = new Map(plans.flatMap((plan) => [...plan.places]))
      return group.map((waiting) => places.get(waiting))
    },
    commitWith: async (
      feed: WrittenFeed,
      entries: readonly Unwritten[],
      say: (places: ReadonlyMap<Entry, Place>) => readonly Entry[],
    ): Promise<number> => {
      const format = await formatOf(feed)
      const first = await toBlocks(entries, format, opened)
      const said = say(placesOf(first, feed)).map((entry) => ({ entry }))
      const blocks = [...blocksOf(first), ...blocksOf(await toBlocks(said, format, opened))]
      await journaled.append([{ feed, blocks }])
      return feed.length
    },
  }
}

const replaced = (): AdmissionError =>
  new AdmissionError('BEHIND', 'This node is replacing its feed; submit it again in a moment.')

function takeGroup(queue: (Waiting | Task)[]): readonly Waiting[] {
  const group: Waiting[] = []
  const keys = new Set<string>()
  let bytes = 0
  for (const waiting of queue) {
    if ('task' in waiting) break
    bytes += sizeOf(waiting, keys)
    if (group.length > 0 && (group.length === GROUP_ITEMS || bytes > GROUP_BYTES)) break
    group.push(waiting)
  }
  queue.splice(0, group.length)
  return group
}

/** A key that several bring is written once. @param counted the keys of the group so far */
function sizeOf({ feed, entry, key }: WriteItem, counted: Set<string>): number {
  const size = entry?.bytes.length ?? 0
  const name = key && `${feed.key} ${key.digest}`
  if (key === undefined || name === undefined || counted.has(name)) return size
  counted.add(name)
  return size + key.bytes.length
}
