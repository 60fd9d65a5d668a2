import { currentAsker } from '../../base/asker.ts'
import type { Certification } from '../../certification/certification.ts'
import { AdmissionError } from '../../base/errors.ts'
import { othersFirst, STRETCH } from '../../base/main-thread.ts'

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
  readonly rest: () => Promise<void> | undefined
}

/** A path row that is only passed over. */
export const PATH_ROW = 3
/** Jumping to the next child of a directory. */
export const SEEK = 40
/** A certification's row, found by a hint, and decoded. */
export const ROW = 20
const READ = 200
const READ_ARTIFACT = 10

/** About {@link readingOf}, by the size of its text in bytes: a line of an artifact has 80 at least. */
export const readingOfSize = (size: number): number => READ + (READ_ARTIFACT * size) / 80

/** Reading a certification's bytes and parsing them. */
export const readingOf = ({ buildinfo }: Pick<Certification, 'buildinfo'>): number =>
  READ + READ_ARTIFACT * buildinfo.artifacts.length

/** Of whoever asks at the moment, see {@link currentAsker}. */
export function makeWorkBudget(units: number): WorkBudget {
  let left = units
  return {
    spend: (spent) => {
      left -= spent
    },
    isSpent: (reserved = 0) => left <= reserved,
    rest: makeRest(),
  }
}

/** {@link WorkBudget.rest} for work that is bounded by other means. */
export function makeRest(): WorkBudget['rest'] {
  const asker = currentAsker()
  let since = performance.now()
  const pause = async (): Promise<void> => {
    await othersFirst()
    since = performance.now()
    if (asker.isGone()) throw gone()
  }
  return () => (performance.now() - since < STRETCH ? undefined : pause())
}

export const gone = (): AdmissionError =>
  new AdmissionError('ASKER_GONE', 'Whoever asked has not waited for the answer.')

/** A part of what `whole` may still cost: it spends from both, and is spent as soon as one is. */
export function partOf(whole: WorkBudget, units: number): WorkBudget {
  const part = makeWorkBudget(units)
  return {
    spend: (spent) => {
      part.spend(spent)
      whole.spend(spent)
    },
    isSpent: (reserved) => part.isSpent() || whole.isSpent(reserved),
    rest: whole.rest,
  }
}
