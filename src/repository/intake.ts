/*
 * What this node takes from anybody. Everything that is taken waits its turn at a gate and goes through the disk, which refuses
 * it as long as it takes nothing.
 */
import type { Asker } from '../base/asker.ts'
import type { Disk } from '../base/disk.ts'
import type { NodeRepository } from '../contract/node-repository.ts'
import type { WaitingPlace } from '../state/waiting.ts'
import { addKeys } from './key-intake/add-keys.ts'
import { collectionOf } from './queries/answering.ts'
import { makePut } from './submission/put.ts'
import { readOnly, type SubmissionContext } from './submission/submission-context.ts'
import { release, submit } from './submission/submit.ts'
import { addressOf } from './submission/waiting-room.ts'
import type { Gates } from './work-budget/gates.ts'

export type Intake = Pick<NodeRepository, 'submit' | 'put' | 'addKeys'>

interface TakingSettings {
  readonly place: WaitingPlace
  /** It says so whatever its disk takes. */
  readonly isReadOnly: boolean
}

/** @param browse what is here already */
export function makeIntake(
  road: SubmissionContext,
  { gates, browse }: { readonly gates: Gates; readonly browse: Browse },
  { place, isReadOnly }: TakingSettings,
): Intake {
  const writing: Disk['writing'] = isReadOnly ? (work) => work() : road.disk.writing
  const put = makePut({ place, browse, submit: (submission) => submit(road, submission) })
  return {
    submit: (submission) =>
      writing(() => gates.submitting.pass(() => submit(road, submission), handingIn(submission))),
    put: (file) =>
      writing(async () => {
        collectionOf(road, file.collection)
        return gates.submitting.pass(async () => {
          if (isReadOnly) throw readOnly(road)
          return put(file)
        }, handingIn(file))
      }),
    addKeys: (bytes, from) =>
      writing(() => {
        const address = addressOf({ address: from })
        return gates.learning.pass(async () => {
          await road.start.inTime()
          return addKeys(road.indexing.reading, road.keys, {
            bytes,
            address,
            release: (keyIds) => release(road, keyIds),
          })
        }, handingIn({ address }))
      }),
  }
}

type Browse = Pick<NodeRepository, 'resolve' | 'served'>

/** Whoever has handed something in is not asked whether he still waits: it is taken all the same. */
const handingIn = (from: { readonly address?: string | undefined }): Asker => ({
  share: addressOf(from),
  isGone: () => false,
})
