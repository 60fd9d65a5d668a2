import { closeAll } from '../../base/close-all.ts'
import { makeSignal, type Signal } from '../../base/signal.ts'
import { type Indexes, type VisibleIndexes, withNothingHidden } from '../../indexes/database.ts'
import type { ReadContext } from '../entries/read-context.ts'
import { type Deriver, makeDeriver } from './derive.ts'
import { CACHE_LIMITS } from '../../base/cache-limits.ts'
import { makeOpenedBlocks, type OpenedBlocks } from '../../feeds/format/opened-blocks.ts'
import { type IndexLock, makeIndexLock } from './index-lock.ts'
import { makeTallyScheduler, noteNamedOperators, type TallyScheduler } from './tally-scheduler.ts'

/** How rows come into the indexes, whoever brings them: one batch after the other, and behind it what it has changed. */
export interface IndexContext {
  /** For those who write: what is withheld is not hidden in them. */
  readonly indexes: VisibleIndexes
  readonly reading: ReadContext
  /** What this node has written and not followed yet. */
  readonly opened: OpenedBlocks
  readonly lock: IndexLock
  readonly tallyScheduler: TallyScheduler
  readonly deriver: Deriver
  /**
   * To be called, with the lock held, whenever keys in the index have changed: what was remembered of them is old, and the policy
   * and the rules of what is kept can name others by them.
   */
  readonly keysWritten: (keyIds: readonly string[]) => Promise<void>
  /** Key ids that became known or changed: something may wait for them. */
  readonly keysChanged: Signal<[keyIds: readonly string[]]>
  /** What was done behind somebody's back has failed: the disk, or our own bug. */
  readonly onFault: (error: unknown) => void
  /** Ends behind the rows that it is at; what is noted stays for the next start. */
  readonly close: () => Promise<void>
}

/**
 * Lets rows come into the indexes from now on. The repository closes it; the indexes stay open.
 * @param onFault what was done behind somebody's back has failed: the disk, or our own bug
 */
export function openIndexContext(
  stored: Indexes,
  reading: ReadContext,
  onFault: (error: unknown) => void,
): IndexContext {
  const { namedOperators, now, withheld } = reading
  const indexes = withNothingHidden(stored)
  const lock = makeIndexLock()
  const tallyScheduler = makeTallyScheduler({ indexes, namedOperators, now }, lock, {
    isWithheld: (id) => withheld.get(id) !== undefined,
    onFault,
  })
  const deriver = makeDeriver(indexes, reading, lock)
  const keysChanged = makeSignal<[keyIds: readonly string[]]>(onFault)
  return {
    indexes,
    reading,
    opened: makeOpenedBlocks(CACHE_LIMITS.written),
    lock,
    tallyScheduler,
    deriver,
    keysWritten: async (keyIds) => {
      reading.keyring.forget(keyIds)
      await reading.scope.keysChanged(keyIds)
      if (await reading.namedKeys.update(keyIds))
        await noteNamedOperators(indexes, reading.namedOperators())
    },
    keysChanged,
    onFault,
    close: () => closeAll([lock.idle, tallyScheduler.close, deriver.close]),
  }
}
