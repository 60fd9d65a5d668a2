/* Makes tallies of the versions that were noted, behind the followers. A function of the claims, so that order does not matter. */
import { setTimeout as pause } from 'node:timers/promises'
import { createHash } from 'node:crypto'
import type { Naming } from '../../certification/agreement/naming.ts'
import { beginBatch } from '../../indexes/batch.ts'
import type { Bytes, Indexes } from '../../indexes/database.ts'
import { allTallies, isNote, namingKey } from '../../indexes/version-keys.ts'
import { decodeTallyRow, noteOf, notes, noteTally, type TallyNote } from '../../indexes/tallies.ts'
import type { IndexLock } from './index-lock.ts'
import type { CountedIndexes } from './tally.ts'
import { makeTallying, TOGETHER } from './tallying.ts'

/** Behind each task of the index lock it makes what was noted that moment, as far as that costs little. */
export interface Tallier {
  /** Something was noted: it is looked at in a moment. */
  readonly soon: () => void
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

/** Notes every tally that counts others apart than this policy does. To be called before anything else is written. */
export async function noteNaming(indexes: Indexes, naming: Naming): Promise<void> {
  const digest = createHash('sha256').update(naming.key).digest()
  const before = await indexes.get(namingKey())
  if (before !== undefined && Buffer.compare(before, digest) === 0) return
  const batch = beginBatch(indexes)
  for await (const value of indexes.level.values(allTallies()))
    noteTally(batch, decodeTallyRow(value).segments)
  batch.put(namingKey(), digest)
  await batch.commit()
}

export function makeTallier(
  counted: CountedIndexes,
  lock: IndexLock,
  onFault: (error: unknown) => void,
): Tallier {
  const { indexes } = counted
  const tallying = makeTallying(counted, lock)
  const stop = new AbortController()
  /** What was noted since the last batch; the others are found in the index. */
  let fresh: TallyNote[] = []
  let timer: NodeJS.Timeout | undefined
  let dueTimer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  function soon(): void {
    if (stop.signal.aborted) return
    timer ??= setTimeout(() => {
      timer = undefined
      running = running.then(() => run(false)).catch(onFault)
    }, GATHERING).unref()
  }

  async function countDue(): Promise<void> {
    const dueAt = await tallying.noteDue()
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
      const found = await lock.run(() => tallying.makeSome(from, isHurried))
      for (const note of found.costly) if (!stop.signal.aborted) await tallying.makeApart(note)
      after = found.last
      isLeft ||= found.isLeft
    } while (after !== undefined)
    if (isLeft) soon()
  }

  const unsubscribe = indexes.onWritten((rows) => {
    for (const { key, value } of rows) {
      if (value === undefined || !isNote(key)) continue
      const note = noteOf(key, value)
      if (fresh.length < TOGETHER) fresh.push(note)
      tallying.noted(note)
      soon()
    }
  })
  const unlisten = lock.onDone(async () => {
    const noted = fresh
    fresh = []
    if (!stop.signal.aborted) await tallying.make(noted)
  })

  return {
    soon,
    idle: async () => {
      await countDue()
      while (!stop.signal.aborted && (await notes(indexes, { limit: 1 })).length > 0) {
        running = running.then(() => run(true))
        await running
        await pause(0)
      }
    },
    close: async () => {
      stop.abort()
      unsubscribe()
      clearTimeout(timer)
      clearTimeout(dueTimer)
      await running.catch(() => undefined)
      unlisten()
    },
  }
}
