import '../node20.ts'
import type { Examination, Submitted } from '../certification/certification.ts'
import type { DialectName } from '../certification/dialects/dialect.ts'
import { dialectOf } from '../certification/dialects/dialects.ts'
import { examine } from '../certification/examine.ts'

/** What crosses into a thread: bytes and minimised keys. */
export interface ExamineTask {
  readonly submitted: Submitted
  readonly dialect: DialectName
  readonly keys: readonly Uint8Array[]
}

/** The whole work of a thread, and of the main thread where there is none. */
export function examineTask({
  submitted,
  dialect,
  keys,
}: ExamineTask): Promise<readonly Examination[]> {
  return examine(submitted, dialectOf(dialect), keys)
}
