import { closeAll } from '../../base/close-all.ts'
import { makeSignal, type Signal } from '../../base/signal.ts'
import type { Indexes } from '../../indexes/database.ts'
import type { Reading } from '../entries/reading.ts'
import { type Deriver, makeDeriver } from './derive.ts'
import { type IndexLock, makeIndexLock } from './index-lock.ts'
import { makeTallier, type Tallier } from './tallier.ts'

/** How rows come into the indexes, whoever brings them: one batch after the other, and behind it what it has changed. */
export interface Indexing {
  /** Also with what is withheld: for those who write. */
  readonly indexes: Indexes
  readonly reading: Reading
  readonly lock: IndexLock
  readonly tallier: Tallier
  readonly deriver: Deriver
  /** Key ids that became known or changed: something may wait for them. */
  readonly keysCame: Signal<[keyIds: readonly string[]]>
  /** What was done behind somebody's back has failed: the disk, or our own bug. */
  readonly onFault: (error: unknown) => void
  /** Ends behind the rows that it is at; what is noted stays for the next start. */
  readonly close: () => Promise<void>
}

export function openIndexing(
  indexes: Indexes,
  reading: Reading,
  onFault: (error: unknown) => void,
): Indexing {
  const lock = makeIndexLock()
  const tallier = makeTallier({ indexes, naming: reading.naming, now: reading.now }, lock, onFault)
  const deriver = makeDeriver(indexes, reading, lock)
  const keysCame = makeSignal<[keyIds: readonly string[]]>()
  return {
    indexes,
    reading,
    lock,
    tallier,
    deriver,
    keysCame,
    onFault,
    close: () => closeAll([lock.idle, tallier.close, deriver.close]),
  }
}
