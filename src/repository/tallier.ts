/* Makes tallies of the versions that were noted, behind the followers. A function of the claims, so that order does not matter. */
import { setTimeout as pause } from 'node:timers/promises'
import { beginBatch } from '../indexes/batch.ts'
import type { Bytes } from '../indexes/database.ts'
import { isNote } from '../indexes/keys.ts'
import { noteOf, notes, putTally, type TallyNote } from '../indexes/tallies.ts'
import type { IndexLock } from './index-lock.ts'
import { makeTally, type TallyParts } from './tally.ts'

export interface TallierParts extends TallyParts {
  readonly lock: IndexLock
  readonly onFault: (error: unknown) => void
}

export interface Tallier {
  /** Makes what was noted this moment, as far as it costs little. To be called with the lock held. */
  readonly settle: () => Promise<void>
  /** Something was noted: it is looked at in a moment. */
  readonly soon: () => void
  /** Resolves when nothing is noted any more, or when it is closed. */
  readonly idle: () => Promise<void>
  /** Notes stay for the next start. */
  readonly close: () => Promise<void>
}

/** Tallies that are written together; whoever writes beside it waits for no more. */
const TOGETHER = 32
/** What comes together is counted together, in milliseconds. */
const GATHERING = 50
/** A version that took so much, see {@link Effort}, rests ten times as long: who crowds one costs a tenth of a core. */
const DEAR = 2000
const REST = 10 / 1000
const RESTING = 1024

export function makeTallier(parts: TallierParts): Tallier {
  const { indexes, lock } = parts
  const stop = new AbortController()
  /** Until when a version rests, in milliseconds of this process. */
  const resting = new Map<string, number>()
  /** What was noted since the last batch; the others are found in the index. */
  let fresh: TallyNote[] = []
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const unsubscribe = indexes.onWritten((rows) => {
    for (const { key, value } of rows) {
      if (value === undefined || !isNote(key)) continue
      if (fresh.length < TOGETHER) fresh.push(noteOf(key, value))
      soon()
    }
  })

  /** @returns the note behind which to go on, and whether something rests */
  async function some(
    after: Bytes | undefined,
    isHurried: boolean,
  ): Promise<{ readonly last: Bytes | undefined; readonly isLeft: boolean }> {
    const noted = await notes(indexes, { after, limit: TOGETHER })
    const due = noted.filter((note) => isHurried || !isResting(note))
    await make(due)
    const last = noted.length === TOGETHER ? noted.at(-1)?.version : undefined
    return { last, isLeft: due.length < noted.length }
  }

  async function make(due: readonly TallyNote[]): Promise<void> {
    if (due.length === 0) return
    const batch = beginBatch(indexes)
    for (const note of due) {
      const made = await makeTally(parts, note)
      await putTally(batch, note.version, made)
      rest(note, made.effort)
    }
    await batch.commit()
  }

  function isResting({ version }: TallyNote): boolean {
    return (resting.get(nameOf(version)) ?? 0) > performance.now()
  }

  function rest({ version }: TallyNote, effort: number): void {
    resting.delete(nameOf(version))
    if (effort < DEAR) return
    resting.set(nameOf(version), performance.now() + effort * REST)
    const [oldest] = resting.keys()
    if (resting.size > RESTING && oldest !== undefined) resting.delete(oldest)
  }

  async function run(isHurried: boolean): Promise<void> {
    let after: Bytes | undefined
    let isLeft = false
    do {
      if (stop.signal.aborted) return
      const from = after
      const found = await lock.run(() => some(from, isHurried))
      after = found.last
      isLeft ||= found.isLeft
    } while (after !== undefined)
    if (isLeft) soon()
  }

  function soon(): void {
    if (stop.signal.aborted) return
    timer ??= setTimeout(() => {
      timer = undefined
      running = running.then(() => run(false)).catch(parts.onFault)
    }, GATHERING).unref()
  }

  return {
    settle: async () => {
      const noted = fresh
      fresh = []
      if (!stop.signal.aborted) await make(noted.filter((note) => !isResting(note)))
    },
    soon,
    idle: async () => {
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
      await running.catch(() => undefined)
    },
  }
}

const nameOf = (version: Bytes): string => Buffer.from(version).toString('latin1')
