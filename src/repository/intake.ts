/*
 * What this node takes from anybody. Everything that is taken waits its turn at a gate and goes through the disk, which refuses
 * it as long as it takes nothing.
 */
import type { Requester } from '../base/requester.ts'
import type { Disk } from '../base/disk.ts'
import type { NodeRepository } from '../contract/node-repository.ts'
import type { WaitingPlace } from '../state/waiting-place.ts'
import { addKeys } from './key-intake/add-keys.ts'
import { collectionOf } from './queries/query-context.ts'
import { makePut } from './submission/put.ts'
import { readOnly, type SubmissionContext } from './submission/submission-context.ts'
import { release, submit } from './submission/submit.ts'
import { addressOf } from './submission/waiting-submissions.ts'
import type { Gates } from './work-budget/gates.ts'

export type Intake = Pick<NodeRepository, 'submit' | 'put' | 'addKeys'>

interface TakingSettings {
  readonly place: WaitingPlace
  /** It says so whatever its disk takes. */
  readonly isReadOnly: boolean
}

/** @param browse what is here already */
export function makeIntake(
  context: SubmissionContext,
  { gates, browse }: { readonly gates: Gates; readonly browse: Browse },
  { place, isReadOnly }: TakingSettings,
): Intake {
  const writing: Disk['writing'] = isReadOnly ? (work) => work() : context.disk.writing
  const put = makePut({ place, browse, submit: (submission) => submit(context, submission) })
  return {
    submit: (submission) =>
      writing(() =>
        gates.submission.pass(() => submit(context, submission), handingIn(submission)),
      ),
    put: (file) =>
      writing(async () => {
        collectionOf(context, file.collection)
        return gates.submission.pass(async () => {
          if (isReadOnly) throw readOnly(context)
          return put(file)
        }, handingIn(file))
      }),
    addKeys: (bytes, from) =>
      writing(() => {
        const address = addressOf({ address: from })
        return gates.keyUpload.pass(async () => {
          await context.startGate.waitUntilDone()
          return addKeys(context.indexing.reading, context.keys, {
            bytes,
            address,
            release: (keyIds) => release(context, keyIds),
          })
        }, handingIn({ address }))
      }),
  }
}

type Browse = Pick<NodeRepository, 'resolve' | 'served'>

/** Whoever has handed something in is not asked whether he still waits: it is taken all the same. */
const handingIn = (from: { readonly address?: string | undefined }): Requester => ({
  share: addressOf(from),
  isGone: () => false,
})
