import '../node20.ts'
import type { Examination, Submitted } from '../certification/certification.ts'
import type { Buildinfo, DialectName } from '../certification/dialects/dialect.ts'
import { dialectOf } from '../certification/dialects/dialects.ts'
import { examine } from '../certification/examine.ts'
import { readUnsigned } from '../certification/unsigned.ts'
import { readPublicKeys } from '../certification/signatures/public-key.ts'
import type { PublicKey } from '../certification/signatures/public-key.ts'

/** What crosses into a thread: bytes and minimised keys. */
export interface ExamineTask {
  readonly submitted: Submitted
  readonly dialect: DialectName
  readonly keys: readonly Uint8Array[]
}

/** Public keys as somebody sent them: one reading can verify thousands of signatures. */
export interface KeysTask {
  readonly uploaded: Uint8Array
}

/** A document whose detached signature has not come yet. */
export interface UnsignedTask {
  readonly unsigned: Uint8Array
  readonly dialect: DialectName
}

/** The work of a thread, and of the main thread where there is none. */
export function examineTask({
  submitted,
  dialect,
  keys,
}: ExamineTask): Promise<readonly Examination[]> {
  return examine(submitted, dialectOf(dialect), keys)
}

export const unsignedTask = ({ unsigned, dialect }: UnsignedTask): Buildinfo =>
  readUnsigned(unsigned, dialectOf(dialect))

export function keysTask({ uploaded }: KeysTask): Promise<readonly PublicKey[]> {
  return readPublicKeys(uploaded)
}
