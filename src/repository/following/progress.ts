/* How far a feed is in the indexes, and whether it is being followed again because other rules say what is kept. */
import { beginBatch } from '../../indexes/batch.ts'
import { putHole } from '../../indexes/holes.ts'
import { beginFollowing, putKeptBy } from '../../indexes/kept-by.ts'
import type { IndexContext } from './index-context.ts'
import type { Source } from './located-entry.ts'

export interface Progress {
  /** How many blocks are in the indexes; while it is followed again, as they are to be. */
  readonly position: () => number
  /** What stands there was followed before. */
  readonly isAgain: () => boolean
  /** The cursor has come so far, on the disk. @throws StorageError DISK */
  readonly moveTo: (next: number) => Promise<void>
  /** Notes a block as a hole. @throws StorageError DISK */
  readonly putHole: (sequence: number, index: Uint8Array) => Promise<void>
}

/** @throws StorageError DISK */
export async function openProgress(
  { feed: { key }, scoped }: Source,
  { indexes, lock }: Pick<IndexContext, 'indexes' | 'lock'>,
): Promise<Progress> {
  const digest = scoped?.scope.digest() ?? ''
  let { position, until } = await beginFollowing(indexes, key, digest)
  return {
    position: () => position,
    isAgain: () => position < until,
    async moveTo(next) {
      position = next
      if (until === 0 || position < until) return
      until = 0
      await lock.run(async () => {
        const batch = beginBatch(indexes)
        putKeptBy(batch, key, { digest, until })
        await batch.commit()
      })
    },
    putHole: (sequence, index) =>
      lock.run(async () => {
        const batch = beginBatch(indexes)
        putHole(batch, key, { sequence, index })
        await batch.commit()
      }),
  }
}
