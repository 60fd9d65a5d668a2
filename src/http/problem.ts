import type { Code, WithholdingFacts } from '../errors.ts'

/** The body of every failure, RFC 9457. `BUG` is our own fault and comes without a word about it. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: Code | 'BUG'
  readonly detail: string
  /** Only of `WITHHELD`. */
  readonly withholding?: WithholdingFacts
}
