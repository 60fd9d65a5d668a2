import { AdmissionError, type CountersignError, isExpected } from '../../base/errors.ts'
import { makeKeyedMutex } from '../../base/mutex.ts'
import type { PutFile, PutOutcome } from '../../contract/node-repository.ts'
import type { SubmitOutcome } from '../../contract/submission.ts'
import { DOCUMENT, SIGNATURE } from '../../state/waiting-item.ts'
import { type Incoming, keepWaiting, type PutContext, servedAt } from './put-file.ts'
import { readPutName } from './put-name.ts'
import { checkSums, makeSentSums, putSum } from './put-sums.ts'
import { signersOf } from './submit.ts'
import { addressOf } from './waiting-submissions.ts'

export type Put = (file: PutFile) => Promise<PutOutcome>

/** Takes the files of one publication in any order; what lacks its partner waits for it. */
export function makePut(putting: PutContext): Put {
  const sums = makeSentSums()
  const turns = makeKeyedMutex()
  return async (file) => {
    const name = readPutName(file.segments)
    // a document and its signature that come at once must see each other
    return turns.run(`${file.collection}/${name.path}`, async () => {
      const waiting = await putting.place.listByPath(file.collection, name.path)
      const incoming = { ...putting, file, name, waiting }
      if (name.sum !== undefined) return putSum(incoming, name.sum, sums.of(file, name))
      await checkSums(putting.place, incoming)
      const take = name.role === 'document' ? putDocument : putSignature
      const outcome = await take(incoming).catch((error: unknown) => giveUp(incoming, error))
      sums.sent(file, name)
      return outcome
    })
  }
}

/** When there is no room for a file, its partner of the same sender is forgotten too: its second file would seem to come in a moment. */
async function giveUp({ place, file, name, waiting }: Incoming, error: unknown): Promise<never> {
  if (error instanceof AdmissionError && error.code === 'WAITING_FULL') {
    const partner = name.role === 'document' ? SIGNATURE : DOCUMENT
    await place.forget(
      waiting.filter(({ id }) => id === partner),
      addressOf(file),
    )
  }
  throw error
}

async function putDocument(incoming: Incoming): Promise<PutOutcome> {
  const { file, name, waiting, submit } = incoming
  const { collection, bytes, address } = file
  const alias = name.path.split('/')
  if (signersOf({ bytes }) !== undefined)
    return {
      kind: 'submitted',
      outcomes: await submit({ collection, bytes, alias, address }),
    }
  const signatures = waiting.filter(({ id }) => id === SIGNATURE)
  const served = await servedAt(incoming)
  const pairs = [
    ...signatures.map((item) => ({ bytes, signature: item.bytes, partner: item.address })),
    // the same document once more: what is here already answers for it
    ...(served?.signature !== undefined && sameBytes(served.bytes, bytes)
      ? [{ bytes, signature: served.signature, partner: undefined }]
      : []),
  ]
  const outcomes = await join(incoming, pairs)
  if (outcomes.some(isKept)) return { kind: 'submitted', outcomes }
  // it stays here too: the signature that came first need not be the right one
  const forSignature = await submit({ collection, bytes, alias, address })
  return { kind: 'submitted', outcomes: outcomes.length > 0 ? outcomes : forSignature }
}

async function putSignature(incoming: Incoming): Promise<PutOutcome> {
  const { file, waiting } = incoming
  const signature = file.bytes
  const documents = waiting.filter(({ id }) => id === DOCUMENT)
  const served = await servedAt(incoming)
  const pairs = [
    ...documents.map((item) => ({ bytes: item.bytes, signature, partner: item.address })),
    ...(served === undefined || documents.some(({ bytes }) => sameBytes(bytes, served.bytes))
      ? []
      : [{ bytes: served.bytes, signature, partner: undefined }]),
  ]
  const outcomes = await join(incoming, pairs)
  if (!outcomes.some(isKept)) await keepWaiting(incoming, SIGNATURE)
  return outcomes.length > 0 ? { kind: 'submitted', outcomes } : { kind: 'kept' }
}

const isKept = ({ status }: SubmitOutcome): boolean => status === 'accepted' || status === 'known'

interface Pair {
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
  /** Who sent the file that waited; `undefined`: it is in the feed. */
  readonly partner: string | undefined
}

/**
 * Documents and signatures that can belong together: whatever verifies is taken, and what it used waits no longer. A
 * refusal counts only against files of the same submitter, so that nobody can lie in wait under another's name.
 */
async function join(
  { file, name, waiting, place, submit }: Incoming,
  pairs: readonly Pair[],
): Promise<readonly SubmitOutcome[]> {
  const { collection, address } = file
  const alias = name.path.split('/')
  const outcomes: SubmitOutcome[] = []
  const used: Uint8Array[] = []
  let refusal: CountersignError | undefined
  for (const { bytes, signature, partner } of pairs)
    try {
      const taken = await submit({ collection, bytes, signature, alias, address })
      outcomes.push(...taken)
      if (taken.some(isKept)) used.push(bytes, signature)
    } catch (error) {
      if (!isExpected(error)) throw error
      if (partner === addressOf(file)) refusal = error
    }
  if (outcomes.length === 0 && refusal !== undefined) throw refusal
  const done = waiting.filter((item) => used.some((bytes) => sameBytes(item.bytes, bytes)))
  if (done.length > 0) await place.remove(done)
  return outcomes
}

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0
