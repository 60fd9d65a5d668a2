/* How keys become known to a node: those that are sent, alone or beside something, and revocations of them. */
import { makeKeyedMutex } from '../../base/mutex.ts'
import type { PostedKeys } from '../../state/keys.ts'
import type { WaitingRevocations } from '../../state/revocations.ts'
import type { IndexContext } from '../following/index-context.ts'
import type { WriteContext } from '../own-feeds/writer.ts'
import { type BareRevocations, type Learn, makeBareRevocations } from './bare-revocations.ts'
import { indexPostedKeys, learnKey } from './learn-key.ts'
import { settlePosted } from './posted-keys.ts'

export interface KeyLearning {
  /** Makes a key known for good, and revoked by what waited for it: nobody is told of it before. */
  readonly learn: Learn
  readonly revocations: BareRevocations
  /** See {@link indexPostedKeys}. */
  readonly indexPosted: () => Promise<void>
  /** See {@link settlePosted}. */
  readonly settlePosted: () => Promise<void>
}

/** How keys become known from now on. What was posted before is not looked at until `indexPosted` is called. */
export function makeKeyLearning(
  indexing: IndexContext,
  writing: WriteContext,
  keeping: { readonly posted: PostedKeys; readonly revocations: WaitingRevocations },
): KeyLearning {
  const places = { indexing, writing, posted: keeping.posted }
  const turns = makeKeyedMutex()
  const learnAlone: Learn = (key, share) =>
    turns.run(key.fingerprint, () => learnKey(places, key, share))
  const revocations = makeBareRevocations(keeping.revocations, indexing, learnAlone)
  return {
    learn: async (key, share) => {
      await learnAlone(key, share)
      await revocations.applied(key.fingerprint)
    },
    revocations,
    indexPosted: () => indexPostedKeys(places),
    settlePosted: () => settlePosted(places),
  }
}
