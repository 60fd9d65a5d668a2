import type { Certification } from '../certification/certification.ts'

/** What one question may still cost, in about microseconds of one core. A stranger asks as often as he likes. */
export interface Effort {
  readonly spend: (units: number) => void
  readonly isSpent: () => boolean
}

/** A path row that is only passed over. */
export const PATH_ROW = 3
/** Jumping to the next child of a directory. */
export const SEEK = 40
/** A certification's row, found by a hint, and decoded. */
export const ROW = 20
const READ = 200
const READ_ARTIFACT = 10

/** Reading a certification's bytes and parsing them. */
export const readingOf = ({ buildinfo }: Certification): number =>
  READ + READ_ARTIFACT * buildinfo.artifacts.length

export function makeEffort(units: number): Effort {
  let left = units
  return {
    spend: (spent) => {
      left -= spent
    },
    isSpent: () => left <= 0,
  }
}

/** A part of what `whole` may still cost: it spends from both, and is spent as soon as one is. */
export function partOf(whole: Effort, units: number): Effort {
  const part = makeEffort(units)
  return {
    spend: (spent) => {
      part.spend(spent)
      whole.spend(spent)
    },
    isSpent: () => part.isSpent() || whole.isSpent(),
  }
}
