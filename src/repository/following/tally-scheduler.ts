/* Makes tallies of the versions that were noted, behind the followers. A function of the claims, so that order does not matter. */
import { setTimeout as pause } from 'node:timers/promises'
import { createHash } from 'node:crypto'
import { makeMutex } from '../../base/mutex.ts'
import type { NamedOperators } from '../../certification/agreement/named-operators.ts'
import { beginBatch } from '../../indexes/batch.ts'
import type { Bytes, Indexes } from '../../indexes/database.ts'
import { allTallies, isStaleTallyKey, namedOperatorsKey } from '../../indexes/version-keys.ts'
import {
  decodeTallyRow,
  staleTallyOf,
  staleTallies,
  markStale,
  type StaleTally,
} from '../../indexes/tallies.ts'
import type { IndexLock } from './index-lock.ts'
import type { TallyContext } from './tally.ts'
import { makeTallyBatches, TALLIES_PER_BATCH } from './tally-batches.ts'
import { makePause } from '../work-budget/work-budget.ts'

/** Behind each task of the index lock it makes what was noted that moment, as far as that costs little. */
export interface TallyScheduler {
  /** Something was noted: it is looked at in a moment. */
  readonly schedule: () => void
  /** Resolves when nothing is noted any more, or when it is closed. */
  readonly idle: () => Promise<void>
  /** Notes stay for the next start. */
  readonly close: () => Promise<void>
}

/** What comes together is counted together, in milliseconds. */
const GATHERING = 50
/** What counts from some time on is looked for then, no sooner and no later than so many milliseconds from now. */
const SECOND = 1000
const HOUR = 3_600_000

/** Rows that are written together while tallies are noted. */
const NOTED = 1000

/**
 * Notes every tally, if what is kept was counted by another naming. To be called before anything else is written, and with the
 * lock held whenever others are named than before. Its own note goes last, so that a crash leaves nothing that is counted by both.
 */
export async function noteNamedOperators(
  indexes: Indexes,
  namedOperators: NamedOperators,
): Promise<void> {
  const digest = createHash('sha256').update(namedOperators.key).digest()
  const before = await indexes.get(namedOperatorsKey())
  if (before !== undefined && Buffer.compare(before, digest) === 0) return
  const pauseIfDue = makePause()
  let batch = beginBatch(indexes)
  let noted = 0
  for await (const value of indexes.level.values(allTallies())) {
    await pauseIfDue()
    markStale(batch, decodeTallyRow(value).segments)
    noted += 1
    if (noted % NOTED > 0) continue
    await batch.commit()
    batch = beginBatch(indexes)
  }
  batch.put(namedOperatorsKey(), digest)
  await batch.commit()
}

/**
 * Makes nothing before something is noted and `schedule` is called, or a task of the lock ends. The {@link openIndexContext}
 * that makes it closes it.
 */
export function makeTallyScheduler(
  counted: TallyContext,
  lock: IndexLock,
  {
    isWithheld,
    onFault,
  }: {
    readonly isWithheld: (id: string) => boolean
    readonly onFault: (error: unknown) => void
  },
): TallyScheduler {
  const { indexes } = counted
  const tallying = makeTallyBatches(counted, lock, isWithheld)
  const stop = new AbortController()
  /** What was noted since the last batch; the others are found in the index. */
  let fresh: StaleTally[] = []
  let timer: NodeJS.Timeout | undefined
  let dueTimer: NodeJS.Timeout | undefined
  const running = makeMutex()

  function soon(): void {
    if (stop.signal.aborted) return
    timer ??= setTimeout(() => {
      timer = undefined
      running.run(() => run(false)).catch(onFault)
    }, GATHERING).unref()
  }

  async function countDue(): Promise<void> {
    const dueAt = await tallying.markDue()
    clearTimeout(dueTimer)
    if (dueAt === Infinity || stop.signal.aborted) return
    const wait = Math.min(Math.max(dueAt - counted.now(), SECOND), HOUR)
    dueTimer = setTimeout(soon, wait).unref()
  }

  async function run(isHurried: boolean): Promise<void> {
    await countDue()
    let after: Bytes | undefined
    let isLeft = false
    do {
      if (stop.signal.aborted) return
      const from = after
      const found = await lock.run(() => tallying.makeBatch(from, isHurried))
      for (const note of found.costly) if (!stop.signal.aborted) await tallying.makeUnlocked(note)
      after = found.last
      isLeft ||= found.isLeft
    } while (after !== undefined)
    if (isLeft) soon()
  }

  const unsubscribe = indexes.onWritten((rows) => {
    for (const { key, value } of rows) {
      if (value === undefined || !isStaleTallyKey(key)) continue
      const note = staleTallyOf(key, value)
      if (fresh.length < TALLIES_PER_BATCH) fresh.push(note)
      tallying.markStale(note)
      soon()
    }
  })
  const unlisten = lock.onDone(async () => {
    const stale = fresh
    fresh = []
    if (!stop.signal.aborted) await tallying.make(stale)
  })

  return {
    schedule: soon,
    idle: async () => {
      await countDue()
      while (!stop.signal.aborted && (await staleTallies(indexes, { limit: 1 })).length > 0) {
        await running.run(() => run(true))
        await pause(0)
      }
    },
    close: async () => {
      stop.abort()
      unsubscribe()
      clearTimeout(timer)
      clearTimeout(dueTimer)
      await running.idle()
      unlisten()
    },
  }
}
