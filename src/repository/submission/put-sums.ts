/* Checksums of files given by PUT, which may come before what they are about, or behind it. */
import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { MalformedError } from '../../base/errors.ts'
import type { PutFile, PutOutcome } from '../../contract/node-repository.ts'
import { DOCUMENT, SIGNATURE, type WaitingItem } from '../../state/waiting-item.ts'
import type { WaitingPlace } from '../../state/waiting-place.ts'
import { type Incoming, keepWaiting, servedAt } from './put-file.ts'
import { type PutName, readSum, type SumAlgorithm } from './put-name.ts'
import { addressOf } from './waiting-submissions.ts'

/** Digests of files that came a moment ago: what is kept is canonical and need not have the bytes that were sent. */
export interface SentSums {
  /** Those of the file that a checksum is about. */
  readonly of: (file: PutFile, name: PutName) => Map<SumAlgorithm, string>
  readonly sent: (file: PutFile, name: PutName) => void
}

const REMEMBERED = 4096

/** Remembers the digests of {@link REMEMBERED} files, in memory alone. */
export function makeSentSums(): SentSums {
  const sent = new LRUCache<string, Map<SumAlgorithm, string>>({ max: REMEMBERED })
  return {
    of: (file, name) => sent.get(sentName(file, name)) ?? new Map<SumAlgorithm, string>(),
    sent: (file, name) => sent.set(sentName(file, name), sumsOf(file.bytes)),
  }
}

/**
 * Takes a checksum. Only against what the same submitter sent can it be wrong; another's file under that name says nothing.
 * @throws MalformedError CHECKSUM_MISMATCH
 */
export async function putSum(
  incoming: Incoming,
  sum: SumAlgorithm,
  expected: Map<SumAlgorithm, string>,
): Promise<PutOutcome> {
  const { file, name, waiting } = incoming
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
    ...(await servedSums(incoming, sum)),
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
  return keepWaiting(incoming, sumId(name.role, sum))
}

/** After a restart only what is kept byte for byte can be compared: a document with a detached signature. */
async function servedSums(incoming: Incoming, sum: SumAlgorithm): Promise<readonly string[]> {
  if (incoming.name.role === 'signature') return []
  const served = await servedAt(incoming)
  return served?.signature === undefined ? [] : [digest(sum, served.bytes)]
}

/**
 * A checksum that the same submitter sent first must fit the file that it is about; a stranger's says nothing. What fits
 * has done its work and waits no longer.
 * @throws MalformedError CHECKSUM_MISMATCH
 */
export async function checkSums(
  place: Pick<WaitingPlace, 'remove'>,
  { file, name, waiting }: Incoming,
): Promise<void> {
  const done: WaitingItem[] = []
  for (const sum of ['sha1', 'md5'] as const) {
    const own = digest(sum, file.bytes)
    const sums = waiting.filter(({ id }) => id === sumId(name.role, sum))
    const fitting = sums.filter(({ bytes }) => readSum(bytes, sum) === own)
    const mine = sums.filter(({ address }) => address === addressOf(file))
    if (mine.length > 0 && fitting.length === 0) throw mismatch(sum)
    done.push(...fitting)
  }
  if (done.length > 0) await place.remove(done)
}

const sentName = (file: PutFile, { path, role }: PutName): string =>
  `${addressOf(file)} ${file.collection}/${path} ${role}`
const sumsOf = (bytes: Uint8Array): Map<SumAlgorithm, string> =>
  new Map((['sha1', 'md5'] as const).map((sum) => [sum, digest(sum, bytes)]))
const sumId = (role: string, sum: SumAlgorithm): string => `${role} ${sum}`
const digest = (algorithm: string, bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest('hex')

function mismatch(sum: string): MalformedError {
  return new MalformedError(
    'CHECKSUM_MISMATCH',
    `The ${sum} checksum is not that of the file it belongs to. Send both again.`,
  )
}
