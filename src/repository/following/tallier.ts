/* Makes tallies of the versions that were noted, behind the followers. A function of the claims, so that order does not matter. */
import { setTimeout as pause } from 'node:timers/promises'
import { beginBatch } from '../../indexes/batch.ts'
import type { Bytes } from '../../indexes/database.ts'
import { isNote } from '../../indexes/version-keys.ts'
import {
  noteDue,
  noteOf,
  notes,
  noteTally,
  putTally,
  type TallyNote,
} from '../../indexes/tallies.ts'
import type { IndexLock } from './index-lock.ts'
import { AT_ONCE, makeTally, type TallyParts } from './tally.ts'
import type { MadeTally } from './tally-of-claims.ts'

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
/** What counts from some time on is looked for then, no sooner and no later than so many milliseconds from now. */
const SECOND = 1000
const HOUR = 3_600_000

export function makeTallier(parts: TallierParts): Tallier {
  const { indexes, lock } = parts
  const stop = new AbortController()
  /** Until when a version rests, in milliseconds of this process. */
  const resting = new Map<string, number>()
  /** What was noted since the last batch; the others are found in the index. */
  let fresh: TallyNote[] = []
  /** Whose tally is made without the lock, and whether it was noted again meanwhile. */
  let dear: { readonly name: string; isStale: boolean } | undefined
  let timer: NodeJS.Timeout | undefined
  /** When something counts that was dated in the future; 0: nobody has looked yet. */
  let dueAt = 0
  let dueTimer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const unsubscribe = indexes.onWritten((rows) => {
    for (const { key, value } of rows) {
      if (value === undefined || !isNote(key)) continue
      const note = noteOf(key, value)
      if (fresh.length < TOGETHER) fresh.push(note)
      if (dear?.name === nameOf(note.version)) dear.isStale = true
      soon()
    }
  })

  /** @returns the note behind which to go on, those that cost much, and whether something rests */
  async function some(
    after: Bytes | undefined,
    isHurried: boolean,
  ): Promise<{
    readonly last: Bytes | undefined
    readonly costly: readonly TallyNote[]
    readonly isLeft: boolean
  }> {
    const noted = await notes(indexes, { after, limit: TOGETHER })
    const due = noted.filter((note) => isHurried || !isResting(note))
    const costly = await make(due)
    const last = noted.length === TOGETHER ? noted.at(-1)?.version : undefined
    return { last, costly, isLeft: due.length < noted.length }
  }

  /** @returns those that cost much: they are still noted */
  async function make(due: readonly TallyNote[]): Promise<readonly TallyNote[]> {
    const made: (readonly [TallyNote, MadeTally])[] = []
    const costly: TallyNote[] = []
    for (const note of due) {
      const tally = await makeTally(parts, note, AT_ONCE)
      if (tally.row.isWhole) made.push([note, tally])
      else costly.push(note)
    }
    await put(made)
    return costly
  }

  /** @param isStale it was noted meanwhile, and stays so */
  async function put(
    made: readonly (readonly [TallyNote, MadeTally])[],
    isStale = false,
  ): Promise<void> {
    if (made.length === 0) return
    const batch = beginBatch(indexes)
    for (const [note, tally] of made) {
      await putTally(batch, note.version, tally)
      if (isStale) noteTally(batch, note.segments)
      dueAt = Math.min(dueAt, tally.row.until ?? Infinity)
      rest(note, tally.effort)
    }
    await batch.commit()
  }

  /**
   * Without the lock, for which whoever submits waits. Who certifies there all the time does not keep the row from being
   * true of a moment ago, but of what was withheld meanwhile no certification is named.
   */
  async function makeApart(note: TallyNote): Promise<void> {
    const own = { name: nameOf(note.version), isStale: false }
    dear = own
    const made = await makeTally(parts, note)
    await lock.run(async () => {
      if (!namesHidden(made)) await put([[note, made]], own.isStale)
    })
  }

  const namesHidden = ({ standings }: MadeTally): boolean =>
    standings.some(({ contradictions }) =>
      contradictions.some(({ certifications }) =>
        certifications.some((id) => indexes.isHidden?.(id) === true),
      ),
    )

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

  async function countDue(): Promise<void> {
    if (parts.now() >= dueAt)
      await lock.run(async () => {
        const batch = beginBatch(indexes)
        const { next, noted } = await noteDue(indexes, batch, parts.now())
        if (noted > 0) await batch.commit()
        dueAt = next ?? Infinity
      })
    clearTimeout(dueTimer)
    if (dueAt === Infinity || stop.signal.aborted) return
    const wait = Math.min(Math.max(dueAt - parts.now(), SECOND), HOUR)
    dueTimer = setTimeout(soon, wait).unref()
  }

  async function run(isHurried: boolean): Promise<void> {
    await countDue()
    let after: Bytes | undefined
    let isLeft = false
    do {
      if (stop.signal.aborted) return
      const from = after
      const found = await lock.run(() => some(from, isHurried))
      for (const note of found.costly) if (!stop.signal.aborted) await makeApart(note)
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
    },
  }
}

const nameOf = (version: Bytes): string => Buffer.from(version).toString('latin1')
