/* Why a database could not be used, in sentences for people. */
import { causesOf, diskError } from '../base/disk-error.ts'
import { StorageError } from '../base/errors.ts'

/** What a sentence is made of. */
export interface Failure {
  readonly kind: 'in-use' | 'damaged' | 'unusable'
  /** In the words of LevelDB or the system, without a full stop. */
  readonly reason: string
  /** Before it was open. */
  readonly isOpening: boolean
}

export type Sentence = (failure: Failure) => string

/** DATA_IN_USE, DISK or DISK_FULL with the sentence; what is a StorageError already stays as it is. */
export function failureOf(error: unknown, sentence: Sentence, isOpening = false): StorageError {
  if (error instanceof StorageError) return error
  const reason = causesOf(error).at(-1)?.message ?? String(error)
  if (hasCode(error, 'LEVEL_LOCKED'))
    return new StorageError('DATA_IN_USE', sentence({ kind: 'in-use', reason, isOpening }), {
      cause: error,
    })
  const kind = hasCode(error, 'LEVEL_CORRUPTION') ? 'damaged' : 'unusable'
  return diskError(error, sentence({ kind, reason, isOpening }))
}

function hasCode(error: unknown, code: string): boolean {
  return causesOf(error).some((cause) => 'code' in cause && cause.code === code)
}
