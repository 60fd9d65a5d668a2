import type { StorageError } from '../base/errors.ts'

/** Runs what writes. After one has failed, every later one throws the same, without being run. */
export type FailureLatch = (write: () => Promise<void>) => Promise<void>

/**
 * LevelDB goes on behind half a record, and what is written there can be lost: only opening it again is safe.
 * @param tell makes the error that is thrown from what was met
 * @param onFailure hears it once
 */
export function makeFailureLatch(
  tell: (error: unknown) => StorageError,
  onFailure: ((error: StorageError) => void) | undefined,
): FailureLatch {
  let failure: StorageError | undefined
  function failed(error: unknown): StorageError {
    if (failure === undefined) {
      failure = tell(error)
      onFailure?.(failure)
    }
    return failure
  }
  return async (write) => {
    if (failure !== undefined) throw failure
    try {
      await write()
    } catch (error) {
      throw failed(error)
    }
  }
}
