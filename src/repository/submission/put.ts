import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { AdmissionError, isExpected, MalformedError } from '../../base/errors.ts'
import type { CountersignError } from '../../base/errors.ts'
import { DOCUMENT, SIGNATURE, type WaitingItem } from '../../state/waiting-item.ts'
import type { WaitingPlace } from '../../state/waiting.ts'
import type { PutFile, PutOutcome, Resolved, Served } from '../../contract/node-repository.ts'
import type { SubmitOutcome } from '../../contract/repository.ts'
import { readPutName, readSum } from './put-name.ts'
import type { PutName, SumAlgorithm } from './put-name.ts'
import { signersOf } from './submit.ts'
import type { Submit } from './submit.ts'
import { makeTurns } from '../../base/turns.ts'
import { addressOf } from './waiting-room.ts'

export interface PutParts {
  readonly submit: Submit
  readonly place: WaitingPlace
  readonly resolve: (
    collection: string,
    segments: readonly string[],
  ) => Promise<Resolved | undefined>
  readonly served: (id: string) => Promise<Served | undefined>
}

export type Put = (file: PutFile) => Promise<PutOutcome>

interface Incoming {
  readonly file: PutFile
  readonly name: PutName
  /** What waits at the same path already. */
  readonly waiting: readonly WaitingItem[]
}

/** Digests of files that came a moment ago: what is kept is canonical and need not have the bytes that were sent. */
const REMEMBERED = 4096

/** Takes the files of one publication in any order; what lacks its partner waits for it. */
export function makePut(parts: PutParts): Put {
  const sent = new LRUCache<string, Map<SumAlgorithm, string>>({ max: REMEMBERED })
  const turns = makeTurns()
  return async (file) => {
    const name = readPutName(file.segments)
    // a document and its signature that come at once must see each other
    return turns.run(`${file.collection}/${name.path}`, async () => {
      const waiting = await parts.place.listByPath(file.collection, name.path)
      const incoming = { file, name, waiting }
      const expected = sent.get(sentName(file, name)) ?? new Map<SumAlgorithm, string>()
      if (name.sum !== undefined) return putSum(parts, incoming, expected)
      await checkSums(parts, incoming)
      const take = name.role === 'document' ? putDocument : putSignature
      const outcome = await take(parts, incoming).catch((error: unknown) =>
        giveUp(parts, incoming, error),
      )
      sent.set(sentName(file, name), sumsOf(file.bytes))
      return outcome
    })
  }
}

/** A pair that finds no room waits no more: its first file would seem to be one whose second comes in a moment. */
async function giveUp(
  { place }: PutParts,
  { file, name, waiting }: Incoming,
  error: unknown,
): Promise<never> {
  if (error instanceof AdmissionError && error.code === 'WAITING_FULL') {
    const partner = name.role === 'document' ? SIGNATURE : DOCUMENT
    await place.forget(
      waiting.filter(({ id }) => id === partner),
      addressOf(file),
    )
  }
  throw error
}

async function putDocument(parts: PutParts, incoming: Incoming): Promise<PutOutcome> {
  const { file, name, waiting } = incoming
  const { collection, bytes, address } = file
  const alias = name.path.split('/')
  if (signersOf({ bytes }) !== undefined)
    return {
      kind: 'submitted',
      outcomes: await parts.submit({ collection, bytes, alias, address }),
    }
  const signatures = waiting.filter(({ id }) => id === SIGNATURE)
  const served = await servedAt(parts, incoming)
  const pairs = [
    ...signatures.map((item) => ({ bytes, signature: item.bytes, partner: item.address })),
    // the same document once more: what is here already answers for it
    ...(served?.signature !== undefined && sameBytes(served.bytes, bytes)
      ? [{ bytes, signature: served.signature, partner: undefined }]
      : []),
  ]
  const outcomes = await join(parts, incoming, pairs)
  if (outcomes.some(isKept)) return { kind: 'submitted', outcomes }
  // it stays here too: the signature that came first need not be the right one
  const forSignature = await parts.submit({ collection, bytes, alias, address })
  return { kind: 'submitted', outcomes: outcomes.length > 0 ? outcomes : forSignature }
}

async function putSignature(parts: PutParts, incoming: Incoming): Promise<PutOutcome> {
  const { file, waiting } = incoming
  const signature = file.bytes
  const documents = waiting.filter(({ id }) => id === DOCUMENT)
  const served = await servedAt(parts, incoming)
  const pairs = [
    ...documents.map((item) => ({ bytes: item.bytes, signature, partner: item.address })),
    ...(served === undefined || documents.some(({ bytes }) => sameBytes(bytes, served.bytes))
      ? []
      : [{ bytes: served.bytes, signature, partner: undefined }]),
  ]
  const outcomes = await join(parts, incoming, pairs)
  if (!outcomes.some(isKept)) await keep(parts, incoming, SIGNATURE)
  return outcomes.length > 0 ? { kind: 'submitted', outcomes } : { kind: 'kept' }
}

/** The file under that very name, if there is one. */
async function servedAt(parts: PutParts, { file, name }: Incoming): Promise<Served | undefined> {
  const there = await parts.resolve(file.collection, name.path.split('/'))
  return there?.kind === 'file' ? parts.served(there.id) : undefined
}

/** Only against what the same submitter sent can a checksum be wrong; another's file under that name says nothing. */
async function putSum(
  parts: PutParts,
  incoming: Incoming,
  expected: Map<SumAlgorithm, string>,
): Promise<PutOutcome> {
  const { file, name, waiting } = incoming
  if (name.sum === undefined) throw new Error('not a checksum')
  const { sum } = name
  const hex = readSum(file.bytes, sum)
  const role = name.role === 'document' ? DOCUMENT : SIGNATURE
  const there = waiting.filter(({ id }) => id === role)
  const mine = there.filter(({ address }) => address === addressOf(file))
  const sent = expected.get(sum)
  const own = [
    ...mine.map(({ bytes }) => digest(sum, bytes)),
    ...(sent === undefined ? [] : [sent]),
  ]
  const others = [
    ...there.map(({ bytes }) => digest(sum, bytes)),
    ...(await servedSums(parts, incoming, sum)),
  ]
  if (own.includes(hex) || others.includes(hex)) {
    // the next file of that name can have other bytes, and its checksum may come first
    expected.delete(sum)
    return { kind: 'matched' }
  }
  // a signature that waits says that another file of that name is on its way
  const another =
    role === DOCUMENT &&
    waiting.some(({ id, address }) => id === SIGNATURE && address === addressOf(file))
  if (own.length > 0 && !another) throw mismatch(sum)
  return keep(parts, incoming, sumId(name))
}

/** After a restart only what is kept byte for byte can be compared: a document with a detached signature. */
async function servedSums(
  parts: PutParts,
  incoming: Incoming,
  sum: SumAlgorithm,
): Promise<readonly string[]> {
  if (incoming.name.role === 'signature') return []
  const served = await servedAt(parts, incoming)
  return served?.signature === undefined ? [] : [digest(sum, served.bytes)]
}

/**
 * A checksum that the same submitter sent first must fit the file that it is about; a stranger's says nothing. What fits
 * has done its work and waits no longer.
 */
async function checkSums({ place }: PutParts, { file, name, waiting }: Incoming): Promise<void> {
  const done: WaitingItem[] = []
  for (const sum of ['sha1', 'md5'] as const) {
    const own = digest(sum, file.bytes)
    const sums = waiting.filter(({ id }) => id === sumId({ ...name, sum }))
    const fitting = sums.filter(({ bytes }) => readSum(bytes, sum) === own)
    const mine = sums.filter(({ address }) => address === addressOf(file))
    if (mine.length > 0 && fitting.length === 0) throw mismatch(sum)
    done.push(...fitting)
  }
  if (done.length > 0) await place.remove(done)
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
  parts: PutParts,
  { file, name, waiting }: Incoming,
  pairs: readonly Pair[],
): Promise<readonly SubmitOutcome[]> {
  const { collection, address } = file
  const alias = name.path.split('/')
  const outcomes: SubmitOutcome[] = []
  const used: Uint8Array[] = []
  let refusal: CountersignError | undefined
  for (const { bytes, signature, partner } of pairs)
    try {
      const taken = await parts.submit({ collection, bytes, signature, alias, address })
      outcomes.push(...taken)
      if (taken.some(isKept)) used.push(bytes, signature)
    } catch (error) {
      if (!isExpected(error)) throw error
      if (partner === addressOf(file)) refusal = error
    }
  if (outcomes.length === 0 && refusal !== undefined) throw refusal
  const done = waiting.filter((item) => used.some((bytes) => sameBytes(item.bytes, bytes)))
  if (done.length > 0) await parts.place.remove(done)
  return outcomes
}

async function keep(
  { place }: PutParts,
  { file, name }: Incoming,
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

const sentName = (file: PutFile, { path, role }: PutName): string =>
  `${addressOf(file)} ${file.collection}/${path} ${role}`
const sumsOf = (bytes: Uint8Array): Map<SumAlgorithm, string> =>
  new Map((['sha1', 'md5'] as const).map((sum) => [sum, digest(sum, bytes)]))
const sumId = ({ role, sum }: PutName): string => `${role} ${sum}`
const digest = (algorithm: string, bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest('hex')
const sameBytes = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0

function mismatch(sum: string): MalformedError {
  return new MalformedError(
    'CHECKSUM_MISMATCH',
    `The ${sum} checksum is not that of the file it belongs to. Send both again.`,
  )
}
