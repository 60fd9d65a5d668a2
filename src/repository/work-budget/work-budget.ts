import { currentRequester } from '../../base/requester.ts'
import type { Certification } from '../../certification/certification.ts'
import { AdmissionError } from '../../base/errors.ts'
import { yieldMainThread, TIME_SLICE } from '../../base/main-thread.ts'

/** What one question may still cost, in about microseconds of one core. A stranger asks as often as he likes. */
export interface WorkBudget {
  readonly spend: (units: number) => void
  /** @param reserved is for something else */
  readonly isSpent: (reserved?: number) => boolean
  /**
   * To be called again and again, at most some milliseconds of work apart: lets others have the main thread.
   * @returns `undefined`: it has not had it for long
   * @throws AdmissionError ASKER_GONE
   */
  readonly pauseIfDue: () => Promise<void> | undefined
}

/** A path row that is only passed over. */
export const PATH_ROW_COST = 3
/** Jumping to the next child of a directory. */
export const SEEK_COST = 40
/** A certification's row, found by a hint, and decoded. */
export const ROW_COST = 20
const READ = 200
const READ_ARTIFACT = 10

/** About {@link readCost}, by the size of its text in bytes: a line of an artifact has 80 at least. */
export const readCostOfSize = (size: number): number => READ + (READ_ARTIFACT * size) / 80

/** Reading a certification's bytes and parsing them. */
export const readCost = ({ buildinfo }: Pick<Certification, 'buildinfo'>): number =>
  READ + READ_ARTIFACT * buildinfo.artifacts.length

/**
 * A budget for one answer to whoever asks at the moment, see {@link currentRequester}.
 * @param units how many may be spent
 */
export function makeWorkBudget(units: number): WorkBudget {
  let left = units
  return {
    spend: (spent) => {
      left -= spent
    },
    isSpent: (reserved = 0) => left <= reserved,
    pauseIfDue: makePause(),
  }
}

/** {@link WorkBudget.pauseIfDue} for work that is bounded by other means. */
export function makePause(): WorkBudget['pauseIfDue'] {
  const requester = currentRequester()
  let since = performance.now()
  const pause = async (): Promise<void> => {
    await yieldMainThread()
    since = performance.now()
    if (requester.isGone()) throw requesterGone()
  }
  return () => (performance.now() - since < TIME_SLICE ? undefined : pause())
}

export const requesterGone = (): AdmissionError =>
  new AdmissionError('ASKER_GONE', 'Whoever asked has not waited for the answer.')

/** A part of what `whole` may still cost: it spends from both, and is spent as soon as one is. */
export function subBudget(whole: WorkBudget, units: number): WorkBudget {
  const part = makeWorkBudget(units)
  return {
    spend: (spent) => {
      part.spend(spent)
      whole.spend(spent)
    },
    isSpent: (reserved) => part.isSpent() || whole.isSpent(reserved),
    pauseIfDue: whole.pauseIfDue,
  }
}
