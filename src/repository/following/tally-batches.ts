/* Makes the tallies that were noted: with the lock held what costs little, without it the rest. */
import { beginBatch } from '../../indexes/batch.ts'
import type { Bytes } from '../../indexes/database.ts'
import {
  markDue,
  markStale,
  staleTallies,
  putTally,
  type StaleTally,
} from '../../indexes/tallies.ts'
import type { IndexLock } from './index-lock.ts'
import { QUICK_ARTIFACTS, type TallyContext, makeTally } from './tally.ts'
import type { ComputedTally } from './tally-of-claims.ts'

export interface TallyBatches {
  /** It was noted again: a tally of it that is being made is old already. */
  readonly markStale: (note: StaleTally) => void
  /**
   * Makes those that do not rest. To be called with the lock held.
   * @returns those that cost much: they are still noted
   */
  readonly make: (notes: readonly StaleTally[]) => Promise<readonly StaleTally[]>
  /** Makes some of all that is noted. To be called with the lock held. */
  readonly makeBatch: (after: Bytes | undefined, isHurried: boolean) => Promise<TallyBatch>
  /**
   * Makes one without the lock, for which whoever submits waits. Who certifies there all the time does not keep the row from
   * being true of a moment ago. It is not written if it names what was withheld meanwhile: then it stays noted.
   */
  readonly makeUnlocked: (note: StaleTally) => Promise<void>
  /** Notes what was dated in the future and counts by now. @returns when the next of these counts; Infinity: none does */
  readonly markDue: () => Promise<number>
}

export interface TallyBatch {
  /** The note behind which to go on; `undefined`: that was all. */
  readonly last: Bytes | undefined
  /** They are still noted. */
  readonly costly: readonly StaleTally[]
  /** Something rests. */
  readonly isLeft: boolean
}

/** Tallies that are written together; whoever writes beside it waits for no more. */
export const TALLIES_PER_BATCH = 32
/** A version that took so much, see {@link WorkBudget}, rests ten times as long: who crowds one costs a tenth of a core. */
const DEAR = 2000
const REST = 10 / 1000
const RESTING = 1024

/** @param isWithheld asked of what was counted before it is written without the lock */
export function makeTallyBatches(
  counted: TallyContext,
  lock: IndexLock,
  isWithheld: (id: string) => boolean,
): TallyBatches {
  const { indexes, now } = counted
  const resting = makeResting()
  /** Whose tally is made without the lock, and whether it was noted again meanwhile. */
  let dear: { readonly name: string; isStale: boolean } | undefined
  /** When something counts that was dated in the future; 0: nobody has looked yet. */
  let dueAt = 0

  /** @param isStale it was noted meanwhile, and stays so */
  async function put(
    made: readonly (readonly [StaleTally, ComputedTally])[],
    isStale = false,
  ): Promise<void> {
    if (made.length === 0) return
    const batch = beginBatch(indexes)
    for (const [note, tally] of made) {
      await putTally(batch, note.version, tally)
      if (isStale) markStale(batch, note.segments)
      dueAt = Math.min(dueAt, tally.row.until ?? Infinity)
      resting.made(note, tally.cost)
    }
    await batch.commit()
  }

  async function makeAll(due: readonly StaleTally[]): Promise<readonly StaleTally[]> {
    const made: (readonly [StaleTally, ComputedTally])[] = []
    const costly: StaleTally[] = []
    for (const note of due) {
      const tally = await makeTally(counted, note, QUICK_ARTIFACTS)
      if (tally.row.isComplete) made.push([note, tally])
      else costly.push(note)
    }
    await put(made)
    return costly
  }

  const namesWithheld = ({ rebuilderCounts }: ComputedTally): boolean =>
    rebuilderCounts.some(({ contradictions }) =>
      contradictions.some(({ certifications }) => certifications.some(isWithheld)),
    )

  return {
    markStale: ({ version }) => {
      if (dear?.name === nameOf(version)) dear.isStale = true
    },
    make: (stale) => makeAll(stale.filter((note) => !resting.has(note))),
    makeBatch: async (after, isHurried) => {
      const stale = await staleTallies(indexes, { after, limit: TALLIES_PER_BATCH })
      const due = stale.filter((note) => isHurried || !resting.has(note))
      const costly = await makeAll(due)
      const last = stale.length === TALLIES_PER_BATCH ? stale.at(-1)?.version : undefined
      return { last, costly, isLeft: due.length < stale.length }
    },
    makeUnlocked: async (note) => {
      const own = { name: nameOf(note.version), isStale: false }
      dear = own
      const by = counted.namedOperators()
      const made = await makeTally(counted, note)
      await lock.run(async () => {
        const isStale = own.isStale || counted.namedOperators() !== by
        if (!namesWithheld(made)) await put([[note, made]], isStale)
      })
    },
    markDue: async () => {
      if (now() >= dueAt)
        await lock.run(async () => {
          const batch = beginBatch(indexes)
          const { next, noted: stale } = await markDue(indexes, batch, now())
          if (stale > 0) await batch.commit()
          dueAt = next ?? Infinity
        })
      return dueAt
    },
  }
}

/** Versions that were dear to count. */
function makeResting() {
  /** Until when, in milliseconds of this process. */
  const until = new Map<string, number>()
  return {
    has: ({ version }: StaleTally): boolean =>
      (until.get(nameOf(version)) ?? 0) > performance.now(),
    made: ({ version }: StaleTally, budget: number): void => {
      until.delete(nameOf(version))
      if (budget < DEAR) return
      until.set(nameOf(version), performance.now() + budget * REST)
      const [oldest] = until.keys()
      if (until.size > RESTING && oldest !== undefined) until.delete(oldest)
    },
  }
}

const nameOf = (version: Bytes): string => Buffer.from(version).toString('latin1')
