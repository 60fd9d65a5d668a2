/* How keys become known to a node: those that are sent, alone or beside something, and revocations of them. */
import { addKeys, type AddKeysParts } from './add-keys.ts'
import {
  type BareRevocationParts,
  type BareRevocations,
  makeBareRevocations,
} from './bare-revocations.ts'
import { indexPostedKeys, learnKey, type LearnParts } from './learn-key.ts'
import { settlePosted } from './posted-keys.ts'
import type { KeyAdded } from '../../contract/repository.ts'
import { makeTurns } from '../../base/turns.ts'

export interface KeyLearning {
  /** Makes a key known for good, and revoked by what waited for it: nobody is told of it before. */
  readonly learn: AddKeysParts['learn']
  readonly revocations: BareRevocations
  /** See {@link addKeys}. */
  readonly add: (bytes: Uint8Array, address: string) => Promise<readonly KeyAdded[]>
  /** See {@link indexPostedKeys}. */
  readonly indexPosted: () => Promise<void>
  /** See {@link settlePosted}. */
  readonly settlePosted: () => Promise<void>
}

export type KeyLearningParts = Omit<LearnParts, 'turns'> &
  Omit<BareRevocationParts, 'learn'> &
  Pick<AddKeysParts, 'pool' | 'release'>

export function makeKeyLearning(parts: KeyLearningParts): KeyLearning {
  const learning: LearnParts = { ...parts, turns: makeTurns() }
  const learnAlone: AddKeysParts['learn'] = (key, share) => learnKey(learning, key, share)
  const revocations = makeBareRevocations({ ...parts, learn: learnAlone })
  const learn: AddKeysParts['learn'] = async (key, share) => {
    await learnAlone(key, share)
    await revocations.applied(key.fingerprint)
  }
  return {
    learn,
    revocations,
    add: (bytes, address) => addKeys({ ...parts, learn, revocations }, bytes, address),
    indexPosted: () => indexPostedKeys(learning),
    settlePosted: () => settlePosted(learning),
  }
}
