/*
 * What this node says that it has: of every feed that is here, at its start, when that has changed, and every hour. What it says
 * is on the disk: own blocks were journaled before they were appended, and those of others are synced before anything is said.
 */
import { yieldMainThread } from '../../base/main-thread.ts'
import type { Feed } from '../../feeds/format/feed.ts'
import {
  HAVES_APART,
  type HaveClaims,
  type HaveSigner,
  MOST_RANGES,
  signHave,
} from '../frames/have-statement.ts'
import { joinRanges } from '../frames/join-ranges.ts'
import type { HaveBook } from '../heads/have-book.ts'

export interface OwnHavesParts {
  readonly haves: Pick<HaveBook, 'say' | 'by'>
  /** All that are here at this moment, own ones and replicas. */
  readonly feeds: () => readonly Feed[]
  readonly signer: HaveSigner
  /** Syncs what has come into the feeds. @throws StorageError DISK */
  readonly flush: () => Promise<void>
  readonly onError: (error: unknown) => void
  /** How often it is looked what has changed, in milliseconds; as usual if absent. */
  readonly every?: number | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface OwnHaves {
  /** Says what has changed or is an hour old; also what has not been said since the start. */
  readonly round: () => Promise<void>
  /** Rounds from now on, until it is closed. */
  readonly start: () => void
  readonly close: () => Promise<void>
}

/** How often it is looked what has changed, in milliseconds. */
const EVERY = 30_000
/** How old a statement gets, in milliseconds. */
const RENEWED = 3_600_000

/** Says what this node has, once it is started. The {@link openNodeHaves} that makes it closes it. */
export function makeOwnHaves(parts: OwnHavesParts): OwnHaves {
  const { haves, feeds, signer, flush, onError, now } = parts
  /** What was said last of each feed, and when. */
  let said = new Map<string, { readonly what: string; readonly at: number }>()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let closed = false

  function isDue({ feed, length, lacking }: Claimed): boolean {
    const before = said.get(feed)
    if (before === undefined) return isOld(haves.by(feed, signer.peerId)?.time, HAVES_APART)
    // one that comes sooner is not taken, and would not be said again before the hour is over
    const isNews = before.what !== whatOf({ length, lacking })
    return isOld(before.at, isNews ? HAVES_APART : RENEWED)
  }

  const isOld = (at: number | undefined, age: number): boolean =>
    at === undefined || Math.abs(now() - at) >= age

  async function say(claimed: Claimed): Promise<void> {
    const time = now()
    haves.say(await signHave({ ...claimed, time }, signer))
    said.set(claimed.feed, { what: whatOf(claimed), at: time })
  }

  async function sayAll(): Promise<void> {
    const here = feeds()
    said = new Map([...said].filter(([key]) => here.some((feed) => feed.key === key)))
    const due: Claimed[] = []
    for (const feed of here) {
      await yieldMainThread()
      const claimed = closed ? undefined : await claimedOf(feed)
      if (claimed !== undefined && isDue(claimed)) due.push(claimed)
    }
    if (due.length === 0 || closed) return
    await flush()
    for (const claimed of due) {
      await yieldMainThread()
      if (!closed) await say(claimed)
    }
  }

  const round = (): Promise<void> =>
    (running ??= sayAll()
      .catch(onError)
      .finally(() => (running = undefined)))

  return {
    round,
    start() {
      timer = setInterval(() => void round(), parts.every ?? EVERY)
      timer.unref()
      void round()
    },
    async close() {
      closed = true
      clearInterval(timer)
      await running
    },
  }
}

type Claimed = Omit<HaveClaims, 'time'>

/** `undefined`: nothing is known of it yet, or it contradicts itself and is opened again at this moment. */
async function claimedOf(feed: Feed): Promise<Claimed | undefined> {
  if (feed.length === 0) return undefined
  try {
    const { length, root } = await feed.head()
    return { feed: feed.key, length, root, lacking: joinRanges(feed.gaps(length), MOST_RANGES) }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const whatOf = ({ length, lacking }: Pick<Claimed, 'length' | 'lacking'>): string =>
  JSON.stringify([length, lacking])
