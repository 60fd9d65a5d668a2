import type { NodeRepository, PutFile, PutOutcome, Served } from '../../contract/node-repository.ts'
import type { Submission } from '../../contract/repository.ts'
import type { SubmitOutcome } from '../../contract/submission.ts'
import type { WaitingItem } from '../../state/waiting-item.ts'
import type { WaitingPlace } from '../../state/waiting-place.ts'
import type { PutName } from './put-name.ts'
import { addressOf } from './waiting-submissions.ts'

/** What a file given by PUT meets. */
export interface PutContext {
  readonly place: WaitingPlace
  /** What is here already. */
  readonly browse: Pick<NodeRepository, 'resolve' | 'served'>
  readonly submit: (submission: Submission) => Promise<readonly SubmitOutcome[]>
}

/** A file on its way. */
export interface Incoming extends PutContext {
  readonly file: PutFile
  readonly name: PutName
  /** What waits at the same path already. */
  readonly waiting: readonly WaitingItem[]
}

/** The file under that very name, if there is one. */
export async function servedAt({ browse, file, name }: Incoming): Promise<Served | undefined> {
  const there = await browse.resolve(file.collection, name.path.split('/'))
  return there?.kind === 'file' ? browse.served(there.id) : undefined
}

/** Until its partner comes. */
export async function keepWaiting(
  { place, file, name }: Incoming,
  id: string,
): Promise<PutOutcome> {
  await place.put({
    collection: file.collection,
    waitsFor: { kind: 'path', path: name.path },
    id,
    address: addressOf(file),
    bytes: file.bytes,
  })
  return { kind: 'kept' }
}
