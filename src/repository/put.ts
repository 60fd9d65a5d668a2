import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { CountersignError, MalformedError } from '../errors.ts'
import type { WaitingItem } from '../state/waiting-item.ts'
import type { WaitingPlace } from '../state/waiting.ts'
import type { PutFile, PutOutcome, Resolved, Served } from './node-repository.ts'
import type { SubmitOutcome } from './repository.ts'
import { readPutName, readSum } from './put-name.ts'
import type { PutName } from './put-name.ts'
import { signersOf } from './submit.ts'
import type { Submit } from './submit.ts'
import { DOCUMENT, addressOf } from './waiting-room.ts'

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

const SIGNATURE = 'signature'
/** Digests of files that came a moment ago: what is kept is canonical and need not have the bytes that were sent. */
const REMEMBERED = 4096

/** Takes the files of one publication in any order; what lacks its partner waits for it. */
export function makePut(parts: PutParts): Put {
  const sent = new LRUCache<string, readonly string[]>({ max: REMEMBERED })
  return async (file) => {
    const name = readPutName(file.segments)
    const waiting = await parts.place.listByPath(file.collection, name.path)
    const incoming = { file, name, waiting }
    if (name.sum !== undefined) return putSum(parts, incoming, sent.get(sentName(file, name)))
    checkSums(incoming)
    const outcome = await (name.role === 'document' ? putDocument : putSignature)(parts, incoming)
    sent.set(sentName(file, name), [digest('sha1', file.bytes), digest('md5', file.bytes)])
    return outcome
  }
}

async function putDocument(parts: PutParts, incoming: Incoming): Promise<PutOutcome> {
  const { collection, bytes, address } = incoming.file
  const signatures = incoming.waiting.filter(({ id }) => id === SIGNATURE)
  if (signatures.length > 0 && signersOf({ bytes }) === undefined)
    return join(parts, incoming, { documents: [bytes], signatures })
  const alias = incoming.name.path.split('/')
  return { kind: 'submitted', outcomes: await parts.submit({ collection, bytes, alias, address }) }
}

async function putSignature(parts: PutParts, incoming: Incoming): Promise<PutOutcome> {
  const { file, name, waiting } = incoming
  const documents = waiting.filter(({ id }) => id === DOCUMENT).map(({ bytes }) => bytes)
  const there = await parts.resolve(file.collection, name.path.split('/'))
  const served = there?.kind === 'file' ? await parts.served(there.id) : undefined
  if (served !== undefined) documents.push(served.bytes)
  if (documents.length === 0) return keep(parts, incoming, SIGNATURE)
  return join(parts, incoming, { documents, signatures: [file] })
}

async function putSum(
  parts: PutParts,
  incoming: Incoming,
  sent: readonly string[] | undefined,
): Promise<PutOutcome> {
  const { file, name, waiting } = incoming
  if (name.sum === undefined) throw new Error('not a checksum')
  const { sum } = name
  const hex = readSum(file.bytes, sum)
  const role = name.role === 'document' ? DOCUMENT : SIGNATURE
  const there = waiting.filter(({ id }) => id === role).map(({ bytes }) => digest(sum, bytes))
  const known = [...there, ...(sent ?? (await servedSums(parts, incoming, sum)))]
  if (known.length === 0) return keep(parts, incoming, sumId(name))
  if (known.includes(hex)) return { kind: 'matched' }
  throw mismatch(sum)
}

/** After a restart only what is kept byte for byte can be compared: a document with a detached signature. */
async function servedSums(
  parts: PutParts,
  { file, name }: Incoming,
  sum: 'sha1' | 'md5',
): Promise<readonly string[]> {
  if (name.role === 'signature') return []
  const there = await parts.resolve(file.collection, name.path.split('/'))
  const served = there?.kind === 'file' ? await parts.served(there.id) : undefined
  return served?.signature === undefined ? [] : [digest(sum, served.bytes)]
}

/** A checksum that came first must fit the file that it is about. */
function checkSums({ file, name, waiting }: Incoming): void {
  for (const sum of ['sha1', 'md5'] as const) {
    const sums = waiting.filter(({ id }) => id === sumId({ ...name, sum }))
    if (sums.length === 0) continue
    const own = digest(sum, file.bytes)
    if (sums.every(({ bytes }) => readSum(bytes, sum) !== own)) throw mismatch(sum)
  }
}

/** Documents and signatures that wait for each other: whatever verifies is taken, and what it used waits no longer. */
async function join(
  parts: PutParts,
  { file, name, waiting }: Incoming,
  pairs: {
    readonly documents: readonly Uint8Array[]
    readonly signatures: readonly { readonly bytes: Uint8Array }[]
  },
): Promise<PutOutcome> {
  const { collection, address } = file
  const alias = name.path.split('/')
  const outcomes: SubmitOutcome[] = []
  const used: Uint8Array[] = []
  let refusal: unknown
  for (const bytes of pairs.documents)
    for (const { bytes: signature } of pairs.signatures)
      try {
        outcomes.push(...(await parts.submit({ collection, bytes, signature, alias, address })))
        used.push(bytes, signature)
      } catch (error) {
        if (!(error instanceof CountersignError)) throw error
        refusal = error
      }
  if (outcomes.length === 0) throw refusal
  const done = waiting.filter((item) => used.some((bytes) => sameBytes(item.bytes, bytes)))
  if (done.length > 0) await parts.place.remove(done)
  return { kind: 'submitted', outcomes }
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

const sentName = ({ collection }: PutFile, { path, role }: PutName): string =>
  `${collection}/${path} ${role}`
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
