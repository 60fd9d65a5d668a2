import '../../base/node20.ts'
import type { Examination, Submitted } from '../../certification/certification.ts'
import type { Buildinfo, DialectName } from '../../certification/dialects/dialect.ts'
import { dialectOf } from '../../certification/dialects/dialects.ts'
import { examineAgain } from '../../certification/examine.ts'
import { readUnsigned } from '../../certification/unsigned.ts'
import { readUpload, type Upload } from '../../certification/signatures/public-key.ts'
import {
  makeVerificationBudget,
  UPLOAD_COST,
} from '../../certification/signatures/verification-cost.ts'
import type { VerifiedKeyBytes } from '../../certification/signatures/verified-key-bytes.ts'

/** What crosses into a thread: bytes and minimised keys. */
export interface ExamineTask {
  readonly submitted: Submitted
  readonly dialect: DialectName
  readonly keys: readonly VerifiedKeyBytes[]
  /** See `ExaminationKeys`. */
  readonly madeBy?: string | undefined
}

/** Public keys as somebody sent them: each is verified. */
export interface KeysTask {
  readonly uploaded: Uint8Array
}

/** A document whose detached signature has not come yet. */
export interface UnsignedTask {
  readonly unsigned: Uint8Array
  readonly dialect: DialectName
}

export type Task = ExamineTask | KeysTask | UnsignedTask

/** The work of a thread, and of the main thread where there is none. */
export function examineTask({
  submitted,
  dialect,
  keys,
  madeBy,
}: ExamineTask): Promise<readonly Examination[]> {
  return examineAgain(submitted, dialectOf(dialect), { keys, madeBy })
}

export const unsignedTask = ({ unsigned, dialect }: UnsignedTask): Buildinfo =>
  readUnsigned(unsigned, dialectOf(dialect))

export function keysTask({ uploaded }: KeysTask): Promise<Upload> {
  return readUpload(
    uploaded,
    makeVerificationBudget(UPLOAD_COST, 'What was sent', 'Send fewer keys at once.'),
  )
}
