/** Changes of one batch. `value: undefined` deletes. */
export interface Change {
  readonly key: Uint8Array
  readonly value: Uint8Array | undefined
}

export interface WriteQueue {
  /** All or nothing, behind what was written before. Synced, it is on disk when it returns, with all before it. */
  readonly write: (changes: readonly Change[], sync: boolean) => Promise<void>
  /** Resolves when nothing is being written. */
  readonly idle: () => Promise<void>
}

interface Waiting {
  readonly changes: readonly Change[]
  readonly sync: boolean
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * One batch at a time, of all that waits: each would hold one of the process's few threads until the disk has synced it,
 * and reads need those too.
 */
export function makeWriteQueue(writeBatch: WriteQueue['write']): WriteQueue {
  let waiting: Waiting[] = []
  let writing: Promise<void> | undefined

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      try {
        await writeBatch(
          group.flatMap(({ changes }) => changes),
          group.some(({ sync }) => sync),
        )
        for (const { resolve } of group) resolve()
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    // at once: who was just told may write again before anything else happens
    writing = undefined
  }

  async function idle(): Promise<void> {
    if (writing === undefined) return
    await writing
    await idle()
  }

  return {
    write: (changes, sync) =>
      new Promise((resolve, reject) => {
        waiting.push({ changes, sync, resolve, reject })
        writing ??= writeAll()
      }),
    idle,
  }
}
