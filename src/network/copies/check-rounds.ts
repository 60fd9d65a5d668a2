/*
 * Reads blocks back from peers whose copies count: a sample of each feed every half day, and what has just been appended as soon as they
 * can have it. Nobody's question makes it ask: only time, what this node writes, and who is connected.
 */
import type { AnsweringPeers } from './answering-peers.ts'
import { type Checking, type CheckTask, makeCheckTasks } from './check-tasks.ts'
import type { Copies } from './copies.ts'
import type { CountingPeers } from './counting-peers.ts'

/** Whose copies are worth a question; `copies` is told how long feeds are before each look. */
interface Counting extends Checking {
  readonly counting: Pick<CountingPeers, 'counts'>
  readonly copies: Pick<Copies, 'look'>
}

export interface CheckRounds {
  /** From now on, until it is closed. */
  readonly start: () => void
  /** Somebody has come, or counts now. */
  readonly changed: () => void
  /** This node has appended to a feed. */
  readonly grown: (feed: string) => void
  readonly close: () => Promise<void>
}

/** When something has happened, peers have it a moment later: so long it is waited, in milliseconds. */
const SOON = 300
/** Between two looks while something happens, and for how long after it, in milliseconds. */
const BUSY = 1_000
const BUSY_FOR = 30_000
const IDLE = 15_000
/** Questions to one peer in a minute, less than it answers to a stranger; and of these for what has just been appended. */
const QUESTIONS_PER_MINUTE = 90
const TIP_QUESTIONS = 60

/**
 * Asks nobody before it is started. Whoever makes it closes it.
 * @param now milliseconds since 1970
 */
export function makeCheckRounds(
  peers: AnsweringPeers,
  { counting, copies, ...checking }: Counting,
  { now, onError }: { readonly now: () => number; readonly onError: (error: unknown) => void },
): CheckRounds {
  const tasks = makeCheckTasks(checking, now)
  /** Questions to each peer in this minute. */
  const asked = new Map<string, number>()
  const asking = new Map<string, Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let minute: NodeJS.Timeout | undefined
  let due = Infinity
  let busyUntil = 0
  const closing = new AbortController()

  async function ask(peerId: string, task: CheckTask): Promise<void> {
    asked.set(peerId, (asked.get(peerId) ?? 0) + task.sequences.length)
    const peer = { peerId, share: peers.placeOf(peerId) }
    const found = await peers.readBack(peerId, task)
    if (!closing.signal.aborted) tasks.done(task, peer, found)
  }

  async function askAll(peerId: string): Promise<void> {
    for (;;) {
      const before = asked.get(peerId) ?? 0
      if (closing.signal.aborted || before >= QUESTIONS_PER_MINUTE) return
      const task = await tasks.next(peerId, before < TIP_QUESTIONS)
      if (task === undefined) return
      await ask(peerId, task)
    }
  }

  function look(): void {
    due = Infinity
    copies.look(checking.feeds.all())
    for (const peerId of new Set(peers.all().filter(counting.counts)))
      if (!asking.has(peerId)) {
        const done = (): boolean => asking.delete(peerId)
        asking.set(peerId, askAll(peerId).catch(onError).finally(done))
      }
    lookWithin(now() < busyUntil ? BUSY : IDLE)
  }

  function lookWithin(milliseconds: number): void {
    const at = performance.now() + milliseconds
    if (closing.signal.aborted || at >= due) return
    clearTimeout(timer)
    due = at
    timer = setTimeout(look, milliseconds)
    timer.unref()
  }

  function changed(): void {
    busyUntil = now() + BUSY_FOR
    if (minute !== undefined) lookWithin(SOON)
  }

  return {
    start() {
      minute = setInterval(() => {
        asked.clear()
        tasks.tidy()
      }, 60_000)
      minute.unref()
      changed()
    },
    changed,
    grown(feed) {
      tasks.grown(feed)
      changed()
    },
    async close() {
      closing.abort()
      clearTimeout(timer)
      clearInterval(minute)
      await Promise.all(asking.values())
    },
  }
}
