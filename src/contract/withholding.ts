import type { CountersignError } from '../base/errors.ts'
import type { Restored } from './control.ts'
import type { WithholdingCode } from '../feeds/format/withholding.ts'

/** What is to be withheld. */
export type WithholdTarget =
  | { readonly ids: readonly string[] }
  /** Fingerprint of a primary key, any case. */
  | { readonly rebuilder: string }
  /** Everything below a path, as in a query. */
  | { readonly collection: string; readonly source: string }

export interface WithholdReason {
  /** 1 to 1,024 bytes; public. */
  readonly reason: string
  readonly code: WithholdingCode
}

export interface WithholdOutcome {
  /** Ids that were not withheld before and are now. */
  readonly withheld: readonly string[]
  /** How many could not be withheld: answers go on to have them. */
  readonly left: number
  /** Why there are some left, or why bytes are on the disk still, which go when it can be written; absent: they are gone. */
  readonly failure?: CountersignError
}

/** What an operator can take away and bring back. Its promises reject with AdmissionError BEHIND as long as a node starts. */
export interface WithholdingDoor {
  /**
   * Answers nothing of these any more, and takes their bytes off the disk as far as that can be done now.
   * @throws NotFoundError CERTIFICATION_NOT_FOUND, StorageError; and then nothing is withheld
   */
  readonly withhold: (target: WithholdTarget, reason: WithholdReason) => Promise<WithholdOutcome>
  /** @throws NotFoundError CERTIFICATION_NOT_FOUND if one is not withheld; StorageError */
  readonly restoreWithheld: (ids: readonly string[]) => Promise<Restored>
  /** Blocks of a feed that a replica must not fetch. */
  readonly withheldBlocks: (feedKey: string) => Promise<readonly number[]>
  readonly isWithheld: (id: string) => boolean
}
