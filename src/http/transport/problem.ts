import type { Code, WithholdingFacts } from '../../base/errors.ts'

/** The body of every failure, RFC 9457. `BUG` is our own fault and comes without a word about it. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: Code | 'BUG'
  readonly detail: string
  /** When it can be tried again, in whole seconds; the header Retry-After says the same. */
  readonly retryAfter?: number
  /** Only of `DISK_FULL`: the name of an errno. */
  readonly cause?: string
  /** Only of `WITHHELD`. */
  readonly withholding?: WithholdingFacts
}
