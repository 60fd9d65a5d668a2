/* Pairs that were pushed become part of a replica: all at once, with the head that covers them, or nothing of them. */
import type Hypercore from 'hypercore'
import type { Taken } from '../format/feed.ts'
import type { PushedPairs } from '../format/pushed-pairs.ts'
import { keptSignature, unwritable } from './core.ts'

/**
 * hypercore verifies the head that the blocks make.
 * @param onStored called when they are stored, before any peer is told of them
 * @throws StorageError DISK
 */
export async function takePairs(
  core: Hypercore,
  { at, signature, blocks }: PushedPairs,
  onStored: () => void,
): Promise<Taken> {
  if (core.length !== at || core.closing !== null) return 'late'
  const { replicator } = core.core
  let isStored = false
  // who pushes says its new length behind its push: nobody need be asked for what is being stored
  replicator.eagerUpgrade = false
  try {
    await core.append(
      blocks.map((block) => Buffer.from(block)),
      {
        signature: keptSignature(signature),
        // others can have brought them meanwhile
        maxLength: at + blocks.length,
        postappend: async () => {
          isStored = true
          onStored()
        },
      },
    )
  } catch (error) {
    if (isStored || core.closing !== null || core.length !== at) return isStored ? 'taken' : 'late'
    if (isUnsigned(error)) return 'unsigned'
    throw unwritable(core, error)
  } finally {
    replicator.eagerUpgrade = true
    if (core.closing === null) {
      if (isStored) tellLength(core)
      // what was said meanwhile is asked for after all
      else core.update({ wait: true }).catch(() => false)
    }
  }
  return isStored ? 'taken' : 'late'
}

/**
 * hypercore looks first whether a peer that has less can be upgraded, and tells it nothing if that peer says a new length meanwhile.
 * But whoever has not heard how long the feed is here is not asked for what it has behind that.
 */
function tellLength(core: Hypercore): void {
  for (const peer of core.peers) peer.sendSync()
}

const isUnsigned = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'INVALID_SIGNATURE'
